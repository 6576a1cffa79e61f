//===- Strided.h - strided tensors in memory --------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_STRIDED_H
#define LEXON_LIB_RUNTIME_STRIDED_H

#include "DType.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

namespace lexon::rt {

struct FreeMemory {
  void operator()(void *memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<char, FreeMemory>;

/// 64-byte aligned and never null, also for 0 bytes. Throws a Failure that names `purpose`.
Memory allocate(int64_t bytes, const std::string &purpose);

/// Row-major strides in elements; all sizes must multiply without overflow or one must be 0.
Shape identityStrides(const int64_t *shape, size_t rank);

/// True if a row-major loop over the tensor touches consecutive elements (strides of sizes 0 and 1 do not matter).
bool isContiguous(const int64_t *shape, const int64_t *strides, size_t rank);

/// The addresses that a tensor covers, first byte to one past the last. Empty for a tensor without elements.
struct Range {
  uintptr_t begin = 0, end = 0;
};
/// Nothing if the strides lead out of the address space.
std::optional<Range> addressRange(const void *data, const int64_t *shape, const int64_t *strides, size_t rank,
                                  size_t elementBytes);

/// A set of ranges that answers whether another one meets any of them.
class RangeSet {
public:
  void add(Range range) {
    if (range.begin != range.end)
      ranges.push_back(range);
  }
  /// To be called once, after all were added.
  void seal();
  bool meets(Range range) const;
  /// True if two members meet each other.
  bool hasOverlap() const;

private:
  std::vector<Range> ranges; // sorted by begin; after seal() `end` is the largest of this and all before
  bool overlap = false;
};

/// True if two different indices reach the same element for sure (a stride of 0 over more than one).
bool repeatsElements(const int64_t *shape, const int64_t *strides, size_t rank);

/// Copies element by element; strides in elements. The tensors do not overlap.
void copyStrided(void *target, const int64_t *targetStrides, const void *source, const int64_t *sourceStrides,
                 const int64_t *shape, size_t rank, size_t elementBytes);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_STRIDED_H
