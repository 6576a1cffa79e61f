//===- StridedTest.cpp - strided tensors in memory ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Strided.h"

#include "TestSupport.h"

#include <limits>
#include <numeric>

using namespace lexon::rt;

namespace {
constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
}

TEST(Strided, ByteCount) {
  const int64_t shape[] = {3, 5, 0}, negative[] = {3, -1}, large[] = {int64_t(1) << 40, int64_t(1) << 40, 0};
  EXPECT_EQ(byteCount(shape, 2, 4), 60);
  EXPECT_EQ(byteCount(shape, 3, 4), 0);
  EXPECT_EQ(byteCount(nullptr, 0, 16), 16);
  EXPECT_EQ(byteCount(negative, 2, 1), std::nullopt);
  EXPECT_EQ(byteCount(large, 2, 1), std::nullopt);
  EXPECT_EQ(byteCount(large, 3, 1), 0);
}

TEST(Strided, Contiguous) {
  const int64_t shape[] = {2, 1, 3}, plain[] = {3, 3, 1}, odd[] = {3, 77, 1}, turned[] = {1, 1, 2}, empty[] = {2, 0};
  EXPECT_TRUE(isContiguous(shape, nullptr, 3));
  EXPECT_TRUE(isContiguous(shape, plain, 3));
  EXPECT_TRUE(isContiguous(shape, odd, 3)); // the stride of a size of 1 is never used
  EXPECT_FALSE(isContiguous(shape, turned, 3));
  EXPECT_TRUE(isContiguous(empty, turned, 2));
  EXPECT_EQ(identityStrides(shape, 3), (Shape{3, 3, 1}));
}

TEST(Strided, CopyAgainstIndexArithmetic) {
  // Odd sizes, a negative and a transposed stride, every element width.
  const int64_t shape[] = {3, 2, 5}, identity[] = {10, 5, 1}, strides[] = {1, -40, 4};
  for (const size_t bytes : {1, 2, 4, 8, 16}) {
    std::vector<unsigned char> source(100 * bytes), target(30 * bytes), back(100 * bytes);
    std::iota(source.begin(), source.end(), 0);
    const unsigned char *origin = source.data() + 50 * bytes;
    copyStrided(target.data(), identity, origin, strides, shape, 3, bytes);
    copyStrided(back.data() + 50 * bytes, strides, target.data(), identity, shape, 3, bytes);
    for (int64_t i = 0; i < 3; ++i)
      for (int64_t j = 0; j < 2; ++j)
        for (int64_t k = 0; k < 5; ++k) {
          const int64_t from = (i - 40 * j + 4 * k) * int64_t(bytes), to = (10 * i + 5 * j + k) * int64_t(bytes);
          EXPECT_EQ(std::memcmp(origin + from, target.data() + to, bytes), 0) << i << j << k;
          EXPECT_EQ(std::memcmp(back.data() + 50 * bytes + from, target.data() + to, bytes), 0) << i << j << k;
        }
  }
}

TEST(Strided, AddressRange) {
  char memory[64] = {};
  const auto base = reinterpret_cast<uintptr_t>(memory);
  const int64_t shape[] = {3, 2}, strides[] = {-2, 5}, wild[] = {kHuge, kHuge};
  const auto range = addressRange(memory, shape, strides, 2, 4);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin, base - 16);
  EXPECT_EQ(range->end, base + 24);
  EXPECT_EQ(addressRange(memory, shape, wild, 2, 4), std::nullopt);
  const auto whole = addressRange(memory, shape, nullptr, 2, 4);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->end - whole->begin, 24u);
}

TEST(RangeSet, MeetsAgainstAllPairs) {
  uint32_t state = 12345;
  auto next = [&](uint32_t limit) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
  };
  for (int repetition = 0; repetition < 200; ++repetition) {
    RangeSet set;
    std::vector<Range> all;
    for (int i = 0; i < 4; ++i) {
      const uintptr_t begin = next(60);
      all.push_back({begin, begin + next(6)});
      set.add(all.back());
    }
    set.seal();
    auto meet = [](Range a, Range b) {
      return a.begin < a.end && b.begin < b.end && a.begin < b.end && b.begin < a.end;
    };
    const uintptr_t begin = next(60);
    const Range asked{begin, begin + next(6)};
    bool expected = false, overlap = false;
    for (size_t i = 0; i < all.size(); ++i) {
      expected |= meet(all[i], asked);
      for (size_t j = i + 1; j < all.size(); ++j)
        overlap |= meet(all[i], all[j]);
    }
    EXPECT_EQ(set.meets(asked), expected);
    EXPECT_EQ(set.hasOverlap(), overlap);
  }
}
