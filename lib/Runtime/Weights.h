//===- Weights.h - named tensors in a mapped file ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_WEIGHTS_H
#define LEXON_LIB_RUNTIME_WEIGHTS_H

#include "DType.h"
#include "MappedFile.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lexon::rt {

struct WeightEntry {
  std::string name;
  lexon_dtype dtype;
  Shape shape;
  int64_t offset, bytes;
  uint64_t checksum;
};

/// What a file of prepared weights says about itself.
struct PreparedInfo {
  std::string layout; ///< the order of the bytes, as the function that wants them names it
  std::string cpu;    ///< that they were prepared for; for messages
  std::string raw;    ///< the weights they were made of, beside them; empty if those were not kept
};

/// What NAME.json says, checked in itself but not yet against the data.
struct Manifest {
  std::string path, data; ///< the .json itself; the .data beside it
  int64_t bytes = 0;
  std::vector<WeightEntry> tensors;
  std::unordered_map<std::string, size_t> byName;
  std::optional<PreparedInfo> prepared; ///< if so, the tensors are but pieces, each with its checksum
};

/// Reads the manifest of `path`, which is NAME.data or NAME.json.
Manifest readManifest(const std::string &path);

/// How to load; the defaults of lexon_options.
struct LoadOptions {
  bool skipChecksums = false;
  unsigned threads = 0;
  lexon_progress progress = nullptr;
  void *progressUser = nullptr;

  LoadOptions() = default;
  explicit LoadOptions(const lexon_options *options);
};

/// Checks the bytes of every tensor and of the gaps between them, with several threads. Throws a Failure that names
/// the first bad tensor in file order.
void verifyContent(const Manifest &manifest, const char *data, const LoadOptions &options);

/// A mapped, checked file.
class Weights {
public:
  Weights(const std::string &path, const LoadOptions &options);

  const Manifest &manifest() const { return description; }
  const char *data() const { return file->data(); }
  lexon_tensor tensor(const WeightEntry &entry) const;
  /// Takes the pages of the file out of memory; they come back when they are read.
  void dropPages() const noexcept { file->dropPages(); }

private:
  const Manifest description;
  std::unique_ptr<const MappedFile> file;
};

} // namespace lexon::rt

struct lexon_weights final : lexon::rt::Weights {
  using Weights::Weights;
};

#endif // LEXON_LIB_RUNTIME_WEIGHTS_H
