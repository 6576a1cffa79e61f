//===- Strided.cpp - strided tensors in memory ----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Strided.h"

#include "Failure.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace lexon::rt;

Memory lexon::rt::allocate(int64_t bytes, const std::string &purpose) {
  constexpr int64_t kAlignment = 64, kMost = std::numeric_limits<int64_t>::max() - kAlignment;
  void *memory = nullptr;
  if (bytes <= kMost) // aligned_alloc wants a multiple of the alignment
    memory = std::aligned_alloc(kAlignment, (std::max<int64_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment);
  if (!memory)
    fail(LEXON_OUT_OF_MEMORY, purpose, ": cannot allocate ", bytes, " bytes");
  return Memory(static_cast<char *>(memory));
}

Shape lexon::rt::identityStrides(const int64_t *shape, size_t rank) {
  Shape strides(rank);
  int64_t stride = 1;
  for (size_t i = rank; i-- > 0;) {
    strides[i] = stride;
    // Beside a size of 0 the others may multiply to anything; those strides are never used.
    if (__builtin_mul_overflow(stride, std::max<int64_t>(shape[i], 1), &stride))
      stride = 1;
  }
  return strides;
}

bool lexon::rt::isContiguous(const int64_t *shape, const int64_t *strides, size_t rank) {
  if (!strides || std::any_of(shape, shape + rank, [](int64_t size) { return size == 0; }))
    return true;
  int64_t expected = 1;
  for (size_t i = rank; i-- > 0;) {
    if (shape[i] == 1)
      continue;
    if (strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return true;
}

bool lexon::rt::repeatsElements(const int64_t *shape, const int64_t *strides, size_t rank) {
  for (size_t i = 0; strides && i < rank; ++i)
    if (shape[i] > 1 && strides[i] == 0)
      return true;
  return false;
}

std::optional<Range> lexon::rt::addressRange(const void *data, const int64_t *shape, const int64_t *strides,
                                             size_t rank, size_t elementBytes) {
  const auto base = reinterpret_cast<uintptr_t>(data);
  const auto bytes = byteCount(shape, rank, elementBytes);
  if (!bytes)
    return std::nullopt;
  if (*bytes == 0)
    return Range{base, base};
  __int128 low = 0, high = 0; // in elements; each product fits, and ranks are far below 2^60
  for (size_t i = 0; strides && i < rank; ++i) {
    const __int128 reach = __int128(shape[i] - 1) * strides[i];
    (reach < 0 ? low : high) += reach;
  }
  if (!strides)
    high = *bytes / int64_t(elementBytes) - 1;
  const __int128 begin = __int128(base) + low * __int128(elementBytes);
  const __int128 end = __int128(base) + (high + 1) * __int128(elementBytes);
  if (low < -(__int128(1) << 63) || high > (__int128(1) << 63) || begin < 0 ||
      end > __int128(std::numeric_limits<uintptr_t>::max()))
    return std::nullopt;
  return Range{uintptr_t(begin), uintptr_t(end)};
}

void RangeSet::seal() {
  std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.begin < b.begin; });
  for (size_t i = 1; i < ranges.size(); ++i) {
    overlap |= ranges[i].begin < ranges[i - 1].end;
    ranges[i].end = std::max(ranges[i].end, ranges[i - 1].end);
  }
}

bool RangeSet::hasOverlap() const { return overlap; }

bool RangeSet::meets(Range range) const {
  if (range.begin == range.end)
    return false;
  const auto after = std::lower_bound(ranges.begin(), ranges.end(), range.end,
                                      [](Range member, uintptr_t end) { return member.begin < end; });
  return after != ranges.begin() && std::prev(after)->end > range.begin;
}

namespace {
template <size_t Bytes>
void copyRow(char *target, int64_t targetStep, const char *source, int64_t sourceStep, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    std::memcpy(target + i * targetStep, source + i * sourceStep, Bytes);
}

void copyRow(char *target, int64_t targetStep, const char *source, int64_t sourceStep, int64_t n, size_t bytes) {
  if (targetStep == int64_t(bytes) && sourceStep == int64_t(bytes)) {
    std::memcpy(target, source, n * bytes);
    return;
  }
  switch (bytes) { // every dtype has one of these sizes
  case 1:
    return copyRow<1>(target, targetStep, source, sourceStep, n);
  case 2:
    return copyRow<2>(target, targetStep, source, sourceStep, n);
  case 4:
    return copyRow<4>(target, targetStep, source, sourceStep, n);
  case 8:
    return copyRow<8>(target, targetStep, source, sourceStep, n);
  default:
    return copyRow<16>(target, targetStep, source, sourceStep, n);
  }
}
} // namespace

void lexon::rt::copyStrided(void *target, const int64_t *targetStrides, const void *source,
                            const int64_t *sourceStrides, const int64_t *shape, size_t rank, size_t elementBytes) {
  if (std::any_of(shape, shape + rank, [](int64_t size) { return size == 0; }))
    return;
  auto *to = static_cast<char *>(target);
  auto *from = static_cast<const char *>(source);
  const int64_t width = elementBytes;
  if (rank == 0) {
    std::memcpy(to, from, elementBytes);
    return;
  }
  // An odometer over all dimensions but the last, which is the row.
  const size_t row = rank - 1;
  Shape index(row, 0);
  while (true) {
    copyRow(to, targetStrides[row] * width, from, sourceStrides[row] * width, shape[row], elementBytes);
    size_t d = row;
    for (; d-- > 0;) {
      to += targetStrides[d] * width;
      from += sourceStrides[d] * width;
      if (++index[d] < shape[d])
        break;
      to -= targetStrides[d] * width * shape[d];
      from -= sourceStrides[d] * width * shape[d];
      index[d] = 0;
    }
    if (d == size_t(-1))
      return;
  }
}
