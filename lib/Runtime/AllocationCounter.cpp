//===- AllocationCounter.cpp - bytes that the program allocated -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The program's own malloc takes precedence over glibc's, for all its libraries; it counts and passes on. mallinfo2
// would not do: it shows what is in use, and a buffer that is freed again within the run leaves no trace in it.
//
//===----------------------------------------------------------------------===//

#include "lexon/Runtime/AllocationCounter.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
}

namespace {
std::atomic<uint64_t> gBytes{0};
void count(size_t bytes) { gBytes.fetch_add(bytes, std::memory_order_relaxed); }
} // namespace

#define LEXON_REPLACE extern "C" __attribute__((visibility("default")))

LEXON_REPLACE uint64_t lexon_allocated_bytes(void) { return gBytes.load(std::memory_order_relaxed); }

LEXON_REPLACE void *malloc(size_t bytes) {
  count(bytes);
  return __libc_malloc(bytes);
}
LEXON_REPLACE void *calloc(size_t n, size_t bytes) {
  count(n * bytes);
  return __libc_calloc(n, bytes);
}
LEXON_REPLACE void *realloc(void *memory, size_t bytes) {
  count(bytes);
  return __libc_realloc(memory, bytes);
}
LEXON_REPLACE void *memalign(size_t alignment, size_t bytes) {
  count(bytes);
  return __libc_memalign(alignment, bytes);
}
LEXON_REPLACE void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }
LEXON_REPLACE int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0)
    return EINVAL;
  void *found = memalign(alignment, bytes);
  if (!found)
    return ENOMEM;
  *memory = found;
  return 0;
}
