//===- Logarithms.cpp - log, log2, log10, log1p --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// x = 2^k (1 + f) with 1 + f between the roots of 1/2 and 2, so that k = 0 where the logarithm is small; then
// log(1 + f) = f - f^2/2 + f^3 P(f), and the large terms are added last.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include <limits>

using namespace lexon::math;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
static constexpr double kLn2High = 0x1.63p-1;
static constexpr double kLn2Low = -0x1.bd0106p-13;

namespace {
/// x = 2^k (1 + f).
struct Split {
  Expr k, f;
};
} // namespace

/// Of a positive normal number.
static Split splitNumber(Expr x) {
  Expr bits = toBits(x);
  Expr k = shiftRight(addInt(bits, -0x3f3504f3), 23);
  return {k, fromBits(subInt(bits, shiftLeft(k, 23))) - 1};
}

/// log(1 + f) - f.
static Expr curveOfLog(Expr f) {
  static constexpr double kCoefficients[] = {0.3333331346511841,  -0.2500016689300537,  0.20002222061157227,
                                             -0.1665937304496765, 0.1420963704586029,   -0.1254955530166626,
                                             0.12107919156551361, -0.10917403548955917, 0.05343134328722954};
  Expr square = f * f;
  return mad(square, -0.5, square * (f * polynomial(f, kCoefficients)));
}

namespace {
/// What logarithms to all bases start with.
struct LogParts {
  Expr exponent, f, curve;
};
} // namespace

static LogParts startLog(Expr x) {
  // Denormal numbers have no exponent to read: they are made 2^25 times as large.
  Expr isDenormal = x < 0x1p-126;
  Split split = splitNumber(select(isDenormal, x * 0x1p25, x));
  Expr exponent = intToF32(split.k) + select(isDenormal, -25, 0, x);
  return {exponent, split.f, curveOfLog(split.f)};
}

/// Puts in the results for x <= 0, infinity and NaN.
static Expr finishLog(Expr x, Expr result) {
  result = select(equal(x, kInfinity), kInfinity, result);
  Expr special = select(equal(x, 0), -kInfinity, kNan, x);
  return select(x > 0, result, special);
}

Expr lexon::math::emitLog(Expr x) {
  LogParts parts = startLog(x);
  Expr sum = parts.f + mad(parts.exponent, kLn2Low, parts.curve);
  return finishLog(x, mad(parts.exponent, kLn2High, sum));
}

Expr lexon::math::emitLog2(Expr x) {
  // log2(e) = 1 + rest: f and its curve enter unrounded.
  constexpr double kRest = 0x1.c551d94ae0bf8p-2;
  LogParts parts = startLog(x);
  Expr sum = mad(parts.f, kRest, parts.curve * kRest) + parts.curve;
  return finishLog(x, (sum + parts.f) + parts.exponent);
}

Expr lexon::math::emitLog10(Expr x) {
  // log10(e) and log10(2), each a short number and a rest.
  constexpr double kHigh = 0x1.bcp-2, kLow = 0x1.6f62a4dca1c65p-11, kHighOf2 = 0x1.344p-2,
                   kLowOf2 = 0x1.3509f79fef312p-18;
  LogParts parts = startLog(x);
  Expr sum = mad(parts.curve, kHigh, (parts.f + parts.curve) * kLow);
  sum = mad(parts.exponent, kLowOf2, mad(parts.f, kHigh, sum));
  return finishLog(x, mad(parts.exponent, kHighOf2, sum));
}

Expr lexon::math::emitLog1p(Expr x) {
  // 1 + x = sum + rest without error (Knuth: "Seminumerical Algorithms", 4.2.2); the rest joins f, scaled as it is.
  Expr sum = x + 1;
  Expr part = sum - 1;
  Expr rest = (1.0 - (sum - part)) + (x - part);
  Split split = splitNumber(sum);
  // From 2^24 on the rest cannot matter, and there would be no normal 2^-k for the largest ones.
  Expr scaled = rest * powerOfTwo(subInt(split.k.emitter->constant(int64_t(0), split.k), split.k));
  Expr f = split.f + select(x < 0x1p30, scaled, 0);
  Expr k = intToF32(split.k);
  Expr result = mad(k, kLn2High, f + mad(k, kLn2Low, curveOfLog(f)));
  result = select(x < kInfinity, copySign(result, x), kInfinity);
  Expr special = select(equal(x, -1), -kInfinity, kNan, x);
  return select(x > -1, result, special);
}
