//===- Arguments.cpp - which f32 values are tried -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace lexon::accuracy;

float lexon::accuracy::fromBits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}
uint32_t lexon::accuracy::toBits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

static std::vector<float> centres() {
  std::vector<float> all = {0.0f,
                            0.5f,
                            0.70710678f,
                            1.41421356f,
                            1.5f,
                            3.0f,
                            10.0f,
                            88.72284f,
                            88.02969f,
                            -87.33655f,
                            103.97f,
                            150.0f,
                            149.0f,
                            126.0f,
                            128.0f,
                            89.41599f,
                            3.9192059f,
                            9.01091f,
                            17.32868f,
                            18.0f,
                            90.0f,
                            20.0f,
                            1e10f,
                            16777217.0f,
                            std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::max()};
  for (int exponent = -149; exponent <= 127; ++exponent)
    all.push_back(std::ldexp(1.0f, exponent));
  for (int i = 1; i <= 64; ++i) {
    all.push_back(static_cast<float>(i * M_PI_4));
    all.push_back(static_cast<float>(i * M_LN2 / 2));
  }
  return all;
}

std::vector<float> lexon::accuracy::specialArguments(unsigned around) {
  std::vector<float> all;
  for (float centre : centres())
    for (int64_t offset = -static_cast<int64_t>(around); offset <= static_cast<int64_t>(around); ++offset) {
      uint32_t bits = toBits(centre) + static_cast<uint32_t>(offset);
      all.push_back(fromBits(bits));
      all.push_back(fromBits(bits ^ 0x80000000u));
    }
  return all;
}

Pairs lexon::accuracy::pairedArguments(uint64_t seed, size_t count) {
  Pairs pairs;
  auto add = [&](float x, float y) {
    pairs.first.push_back(x);
    pairs.second.push_back(y);
  };
  std::vector<float> special = specialArguments(0);
  for (float x : special)
    for (float y : special)
      add(x, y);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-1, 1);
  while (pairs.first.size() < count) {
    auto bits = random();
    float x = fromBits(static_cast<uint32_t>(bits));
    add(x, fromBits(static_cast<uint32_t>(bits >> 32)));
    float base = std::abs(x);
    add(base, static_cast<float>(unit(random) * 150 / std::log2(base)));
    add(static_cast<float>(1 + unit(random) / 64), static_cast<float>(unit(random) * 6000));
    add(x, static_cast<float>(static_cast<int>(bits >> 40) % 40 - 20));
    add(static_cast<float>(unit(random) * 4), static_cast<float>(unit(random) * 4));
  }
  return pairs;
}
