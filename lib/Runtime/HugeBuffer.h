//===- HugeBuffer.h - a large buffer on large pages -------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_HUGEBUFFER_H
#define LEXON_LIB_RUNTIME_HUGEBUFFER_H

#include <cstdint>
#include <string>

namespace lexon::rt {

/// Zeroed memory, aligned to 2 MiB, on large pages where the system has them. Its pages come into being when they are
/// first written: by the thread that writes them, so that they lie near its core.
class HugeBuffer {
public:
  /// Throws a Failure (LEXON_OUT_OF_MEMORY) that names `purpose`.
  HugeBuffer(uint64_t bytes, const std::string &purpose);
  ~HugeBuffer();
  HugeBuffer(const HugeBuffer &) = delete;
  HugeBuffer &operator=(const HugeBuffer &) = delete;

  /// Not null, also for 0 bytes.
  char *data() const { return memory; }
  uint64_t size() const { return bytes; }
  /// From now on writing is a fault: nothing may change weights that all calls share.
  void seal() noexcept;

private:
  char *memory;
  const uint64_t bytes;
  uint64_t mapped = 0; ///< `bytes`, rounded up to whole pages
};

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_HUGEBUFFER_H
