//===- MemoryPlan.h - places for buffers in one block of memory -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_MEMORY_MEMORYPLAN_H
#define LEXON_LIB_MEMORY_MEMORYPLAN_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace lexon {
/// A buffer and its place. Times are positions in program order; a buffer lives from `begin` to `end`, both included.
struct PlannedBuffer {
  int64_t bytes;
  int64_t begin, end;
  int64_t alignment = 1;
  /// Result: bytes from the start of the block, a multiple of `alignment`.
  int64_t offset = 0;
};

/// Gives each buffer a place, so that no two that live at one time share a byte. Returns the bytes of the block.
/// Greedy by size (Pisarchyk and Lee 2020): the largest first, each into the smallest gap that it fits.
int64_t placeBuffers(llvm::MutableArrayRef<PlannedBuffer> buffers);

/// The most bytes that live at one time: no plan needs less.
int64_t peakBytes(llvm::ArrayRef<PlannedBuffer> buffers);
} // namespace lexon

#endif // LEXON_LIB_MEMORY_MEMORYPLAN_H
