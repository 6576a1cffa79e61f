//===- MappedFile.h - a file as read-only memory ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_MAPPEDFILE_H
#define LEXON_LIB_RUNTIME_MAPPEDFILE_H

#include <cstdint>
#include <string>

namespace lexon::rt {

/// A regular file, mapped whole. Throws a Failure (LEXON_FILE_ERROR) that names the path. The file must not be
/// truncated while it is mapped; replacing it by another of the same name is harmless.
class MappedFile {
public:
  explicit MappedFile(const std::string &path);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  /// Aligned to a page; not null, even if the file is empty.
  const char *data() const { return bytes; }
  uint64_t size() const { return length; }
  /// Takes the pages out of this process' memory; whoever reads them again gets them from the file.
  void dropPages() const noexcept;

private:
  const char *bytes;
  uint64_t length = 0;
};

/// The whole file as text; refuses more than `limit` bytes.
std::string readText(const std::string &path, uint64_t limit);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_MAPPEDFILE_H
