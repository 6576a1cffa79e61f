//===- Exponentials.cpp - exp, tanh, erf and their family ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// All split x = n log 2 + r, |r| <= log(2) / 2, by a subtraction in two steps: n times the first part of log 2 is exact
// (Cody and Waite: "Software Manual for the Elementary Functions", chapter 6).
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

using namespace lexon::math;

static constexpr double kLog2OfE = 0x1.715476p+0;
static constexpr double kLn2High = 0x1.63p-1; // 9 bits
static constexpr double kLn2Low = -0x1.bd0106p-13;
/// e^r = 1 + r + r^2 * ...
static constexpr double kExp[] = {0.4999999403953552, 0.16666516661643982, 0.041668105870485306, 0.00836913101375103,
                                  0.0013836432481184602};
/// 2^r = 1 + r * ...
static constexpr double kExp2[] = {0.6931472420692444,   0.24022655189037323,   0.05550272762775421,
                                   0.009617065079510212, 0.0013417924055829644, 0.00015821358829271048};

namespace {
/// x = n log 2 + r, and e^r - 1.
struct Split {
  Expr n, r, expM1;
};
} // namespace

static Split splitExponent(Expr x) {
  Rounded n = roundProduct(x, kLog2OfE);
  Expr r = mad(n.number, -kLn2High, x);
  r = mad(n.number, -kLn2Low, r);
  return {n.integer, r, mad(r * r, polynomial(r, kExp), r)};
}

Expr lexon::math::emitExp(Expr x) {
  // Outside, the result is 0 or infinite in any case; the bounds keep n small.
  Split split = splitExponent(atMost(atLeast(x, -104), 89));
  return scale(split.expM1 + 1, split.n);
}

Expr lexon::math::emitExp2(Expr x) {
  Expr bounded = atMost(atLeast(x, -151), 129);
  Rounded n = round(bounded);
  Expr r = bounded - n.number;
  return scale(mad(r, polynomial(r, kExp2), 1), n.integer);
}

Expr lexon::math::emitExpM1(Expr x) {
  // 2^n (e^r - 1) + (2^n - 1), by halves because 2^128 is infinite.
  Split split = splitExponent(atMost(atLeast(x, -18), 89));
  Expr half = powerOfTwo(addInt(split.n, -1));
  Expr result = mad(half, split.expM1, half - 0.5);
  return copySign(result + result, x);
}

Expr lexon::math::emitTanh(Expr x) {
  // (tanh(x) - x) / x^3 in x^2 near zero, 1 - 2 / (e^2x + 1) above; from 10 on it is 1.
  static constexpr double kNearZero[] = {-0.33333298563957214, 0.13331936299800873, -0.05378471687436104,
                                         0.02079862542450428, -0.005897966679185629};
  Expr magnitude = atMost(abs(x), 10);
  Expr square = magnitude * magnitude;
  Expr small = mad(magnitude * square, polynomial(square, kNearZero), magnitude);
  Expr exponent = magnitude * (2 * kLog2OfE);
  Rounded n = round(exponent);
  Expr r = exponent - n.number;
  Expr power = mad(r, polynomial(r, kExp2), 1) * powerOfTwo(n.integer);
  return copySign(select(magnitude < 0.6, small, 1.0 - 2.0 / (power + 1)), x);
}

/// e^a in f64, to 39 bits, for 0 <= a < 100.
static Expr expOfF64(Expr a) {
  static constexpr double kCoefficients[] = {0x1.ffffffffff78dp-1,  0x1.ffffffffd50c3p-1,  0x1.00000000891b4p-1,
                                             0x1.555555a0f4787p-3,  0x1.55555402cd499p-5,  0x1.11108223c0b4ap-7,
                                             0x1.6c18b5f107798p-10, 0x1.a1a8d05d86f09p-13, 0x1.9ed890f512209p-16};
  double magic = 0x1.8p52;
  Expr sum = mad(a, 0x1.71547652b82fep+0, magic);
  Expr n = sum - magic;
  Expr r = mad(n, -0x1.62e42fefap-1, a); // 35 bits of log 2
  r = mad(n, -0x1.cf79abc9e3b3ap-40, r);
  Expr power = fromBits(shiftLeft(addInt(toBits(sum), 1023), 52));
  return polynomial(r, kCoefficients) * power;
}

Expr lexon::math::emitSinh(Expr x) {
  // f64 has room for the powers whose half is still finite in f32. Near zero the two cancel.
  static constexpr double kNearZero[] = {0.1666666716337204, 0.008333311416208744, 0.00019842635083477944,
                                         2.783925765470485e-06};
  Expr magnitude = atMost(abs(x), 90);
  Expr power = expOfF64(toF64(magnitude));
  Expr large = toF32((power - 1.0 / power) * 0.5);
  Expr square = magnitude * magnitude;
  Expr small = mad(magnitude * square, polynomial(square, kNearZero), magnitude);
  return copySign(select(magnitude < 1, small, large), x);
}

Expr lexon::math::emitCosh(Expr x) {
  Expr power = expOfF64(toF64(atMost(abs(x), 90)));
  return toF32((power + 1.0 / power) * 0.5);
}

Expr lexon::math::emitErf(Expr x) {
  // erf(x) / x - 1 in x^2 below 1; above, log2(1 - erf(x)), which is nearly a parabola. From 4 on it is 1.
  static constexpr double kBelow[] = {0.12837916612625122,   -0.3761262595653534,  0.11283578723669052,
                                      -0.026853347197175026, 0.005187162198126316, -0.0007997853099368513,
                                      7.806903886375949e-05};
  static constexpr double kAbove[] = {-0.0004927495610900223, -1.626045823097229,   -0.9206486940383911,
                                      -0.14875128865242004,   0.031505487859249115, -0.004252519458532333,
                                      0.0002688820823095739};
  Expr magnitude = atMost(abs(x), 4);
  Expr square = magnitude * magnitude;
  Expr below = mad(magnitude, polynomial(square, kBelow), magnitude);
  Expr exponent = polynomial(magnitude, kAbove);
  Rounded n = round(exponent);
  Expr r = exponent - n.number;
  Expr rest = mad(r, polynomial(r, kExp2), 1) * powerOfTwo(n.integer);
  return copySign(select(magnitude < 1, below, 1.0 - rest), x);
}
