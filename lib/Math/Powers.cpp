//===- Powers.cpp - pow, and inverses by logarithms in f64 ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A logarithm whose error is multiplied, or to which something near its size is added, is computed in f64: half as many
// lanes, but no correction terms, and still no branch.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include <limits>

using namespace lexon::math;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
static constexpr double kLn2 = 0x1.62e42fefa39efp-1;

/// The logarithm to base 2 in f64, to 36 bits, of a finite number that is normal in f64.
static Expr log2OfF64(Expr x) {
  static constexpr double kCoefficients[] = {
      0x1.71547652b58f6p+0,  -0x1.71547651b71f1p-1, 0x1.ec709de33d422p-2,  -0x1.71547888183b5p-2, 0x1.2776b6cc8ca2fp-2,
      -0x1.ec6f2e10cadf7p-3, 0x1.a61b7e0060c3fp-3,  -0x1.7188d179d7b5dp-3, 0x1.481fa526b615ap-3,  -0x1.23d67d70045c9p-3,
      0x1.0acf5f471a92ep-3,  -0x1.13b567552f701p-3, 0x1.0f4a67b4f3466p-3,  -0x1.1d71e5e82caf9p-4};
  Expr bits = toBits(x);
  // The exponent sits in the upper half; shifts that copy the sign exist there only, before AVX-512.
  Expr upper = toI32(shiftRightUnsigned(bits, 32));
  Expr k = shiftRight(addInt(upper, -0x3fe6a09e), 20);
  Expr exponent = intToF64(k);
  // x / 2^k, k subtracted from the exponent as an i64 of which only the lowest bits matter.
  Expr shifted = shiftLeft(toBits(exponent + 0x1.8p52), 52);
  Expr f = fromBits(subInt(bits, shifted)) - 1;
  return mad(f, polynomial(f, kCoefficients), exponent);
}

/// 2^z as f32, of a z in f64.
static Expr exp2OfF64(Expr z) {
  static constexpr double kCoefficients[] = {0.6931472420692444,   0.24022655189037323,   0.05550272762775421,
                                             0.009617065079510212, 0.0013417924055829644, 0.00015821358829271048};
  Expr bounded = atMost(atLeast(z, -151), 129);
  Rounded n = round(bounded);
  Expr r = toF32(bounded - n.number);
  return scale(mad(r, polynomial(r, kCoefficients), 1), n.integer);
}

Expr lexon::math::emitPow(Expr x, Expr y) {
  Expr magnitude = abs(x), exponent = abs(y);
  Expr log = log2OfF64(toF64(magnitude));
  log = select(magnitude > 0, log, -kInfinity);
  log = select(magnitude < kInfinity, log, toF64(magnitude)); // infinity and NaN
  Expr result = exp2OfF64(toF64(y) * log);

  // All floats from 2^24 on are even.
  Expr bounded = select(exponent < 0x1p24, exponent, 0x1p24);
  Expr integer = toInt(bounded);
  Expr isInteger = equal(intToF32(integer), bounded);
  Expr zero = integer.emitter->constant(int64_t(0), integer);
  Expr sign = andInt(toBits(x), select(isInteger, shiftLeft(integer, 31), zero));
  result = fromBits(xorInt(toBits(result), sign));

  // Annex F.10.4.4.
  Expr hasNoRoot = x < 0 && magnitude < kInfinity && !isInteger;
  result = select(hasNoRoot, kNan, result);
  Expr isUnitToInfinity = equal(magnitude, 1) && equal(exponent, kInfinity);
  result = select(isUnitToInfinity, 1, result);
  result = select(equal(x, 1), 1, result);
  return select(equal(y, 0), 1, result);
}

Expr lexon::math::emitCbrt(Expr x) {
  Expr magnitude = abs(x);
  Expr root = exp2OfF64(log2OfF64(toF64(magnitude)) * (1.0 / 3));
  Expr isOrdinary = magnitude > 0 && magnitude < kInfinity;
  return select(isOrdinary, copySign(root, x), x);
}

Expr lexon::math::emitAsinh(Expr x) {
  Expr magnitude = abs(x);
  Expr wide = toF64(magnitude);
  Expr large = toF32(log2OfF64(wide + sqrt(mad(wide, wide, 1))) * kLn2);
  Expr small = mad(magnitude * magnitude, magnitude * (-1.0 / 6), magnitude);
  Expr result = select(magnitude < 0x1p-10, small, large);
  return copySign(select(magnitude < kInfinity, result, magnitude), x);
}

Expr lexon::math::emitAcosh(Expr x) {
  Expr wide = toF64(x);
  Expr result = toF32(log2OfF64(wide + sqrt(mad(wide, wide, -1))) * kLn2);
  result = select(x < 1, kNan, result);
  return select(x < kInfinity, result, x);
}

Expr lexon::math::emitAtanh(Expr x) {
  Expr magnitude = abs(x);
  Expr wide = toF64(magnitude);
  Expr large = toF32(log2OfF64((wide + 1) / (1.0 - wide)) * (kLn2 / 2));
  Expr small = mad(magnitude * magnitude, magnitude * (1.0 / 3), magnitude);
  Expr result = select(magnitude < 0x1p-10, small, large);
  Expr special = select(equal(magnitude, 1), kInfinity, kNan, x);
  return copySign(select(magnitude < 1, result, special), x);
}
