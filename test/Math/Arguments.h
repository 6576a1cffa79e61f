//===- Arguments.h - which f32 values are tried ------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_MATH_ARGUMENTS_H
#define LEXON_TEST_MATH_ARGUMENTS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lexon::accuracy {

float fromBits(uint32_t bits);
uint32_t toBits(float x);

/// Arguments that functions treat in their own ways, each with `around` neighbours on both sides: zeros, denormal and
/// the largest numbers, infinities and NaN, powers of two, multiples of pi/4 and of log(2)/2, where results overflow
/// and vanish.
std::vector<float> specialArguments(unsigned around);

/// Pairs for functions of two arguments, from a seed: all pairs of special arguments without neighbours, random bits,
/// bases whose power is finite, integer exponents.
struct Pairs {
  std::vector<float> first, second;
};
Pairs pairedArguments(uint64_t seed, size_t count);

} // namespace lexon::accuracy

#endif // LEXON_TEST_MATH_ARGUMENTS_H
