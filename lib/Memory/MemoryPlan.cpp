//===- MemoryPlan.cpp - places for buffers in one block of memory ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "MemoryPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace lexon;

namespace {
bool liveTogether(const PlannedBuffer &a, const PlannedBuffer &b) { return a.begin <= b.end && b.begin <= a.end; }
} // namespace

int64_t lexon::placeBuffers(llvm::MutableArrayRef<PlannedBuffer> buffers) {
  llvm::SmallVector<PlannedBuffer *> bySize, byOffset;
  for (PlannedBuffer &buffer : buffers)
    bySize.push_back(&buffer);
  llvm::stable_sort(bySize, [](auto *a, auto *b) { return a->bytes > b->bytes; });
  int64_t total = 0;
  for (PlannedBuffer *buffer : bySize) {
    int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), free = 0;
    for (PlannedBuffer *placed : byOffset) {
      if (!liveTogether(*placed, *buffer))
        continue;
      int64_t start = static_cast<int64_t>(llvm::alignTo(free, buffer->alignment));
      int64_t gap = placed->offset - start;
      if (gap >= buffer->bytes && gap < bestGap) {
        best = start;
        bestGap = gap;
      }
      free = std::max(free, placed->offset + placed->bytes);
    }
    buffer->offset = best >= 0 ? best : static_cast<int64_t>(llvm::alignTo(free, buffer->alignment));
    total = std::max(total, buffer->offset + buffer->bytes);
    auto *place = llvm::upper_bound(byOffset, buffer, [](auto *a, auto *b) { return a->offset < b->offset; });
    byOffset.insert(place, buffer);
  }
  return total;
}

int64_t lexon::peakBytes(llvm::ArrayRef<PlannedBuffer> buffers) {
  // Where a buffer begins and, after all that begin at the same time, where it ends.
  llvm::SmallVector<std::pair<int64_t, int64_t>> changes;
  for (const PlannedBuffer &buffer : buffers) {
    changes.push_back({2 * buffer.begin, buffer.bytes});
    changes.push_back({2 * buffer.end + 1, -buffer.bytes});
  }
  llvm::sort(changes);
  int64_t live = 0, peak = 0;
  for (auto [time, bytes] : changes) {
    live += bytes;
    peak = std::max(peak, live);
  }
  return peak;
}
