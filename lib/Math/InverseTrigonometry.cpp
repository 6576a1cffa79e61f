//===- InverseTrigonometry.cpp - atan, atan2, asin, acos -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// All are the angle of a point, found from the smaller coordinate over the larger one. The point of asin(x) is
// (sqrt(1 - x^2), x), computed in f64 where nothing cancels.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include <limits>

using namespace lexon::math;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
// pi and pi/2 in f32, and what is missing.
static constexpr double kPi = 0x1.921fb6p+1, kPiRest = -0x1.777a5cp-24;
static constexpr double kHalfPi = 0x1.921fb6p+0, kHalfPiRest = -0x1.777a5cp-25;

/// atan(t) for 0 <= t <= 1.
static Expr atanOfUnit(Expr t) {
  static constexpr double kCoefficients[] = {-0.33333301544189453,  0.1999862641096115,   -0.14265091717243195,
                                             0.1095665767788887,    -0.08416460454463959, 0.05817805603146553,
                                             -0.031394440680742264, 0.011028953827917576, -0.0018187110545113683};
  Expr square = t * t;
  return mad(t * square, polynomial(square, kCoefficients), t);
}

/// The angle of (x, y) for y >= +0 and an x of any sign; NaN where one is NaN.
static Expr angleAbove(Expr y, Expr x) {
  Expr width = abs(x);
  Expr isSteep = width < y;
  Expr small = select(isSteep, width, y), large = select(isSteep, y, width);
  // 0/0 and infinity/infinity count as 0 and 1 (Annex F.10.1.4).
  Expr ratio = small / large;
  ratio = select(equal(large, 0), 0, ratio);
  ratio = select(equal(small, kInfinity), 1, ratio);
  Expr angle = atanOfUnit(ratio);
  angle = select(isSteep, kHalfPi - (angle - kHalfPiRest), angle);
  Expr isLeft = isNegative(toBits(x)); // -0 too
  return select(isLeft, kPi - (angle - kPiRest), angle);
}

Expr lexon::math::emitAtan2(Expr y, Expr x) {
  Expr angle = copySign(angleAbove(abs(y), x), y);
  // In one of the comparisons NaN may have lost.
  Expr isOrdered = equal(x, x) && equal(y, y);
  return select(isOrdered, angle, std::numeric_limits<double>::quiet_NaN());
}

Expr lexon::math::emitAtan(Expr x) {
  Expr magnitude = abs(x);
  Expr isSteep = magnitude > 1;
  Expr angle = atanOfUnit(select(isSteep, 1.0 / magnitude, magnitude));
  return copySign(select(isSteep, kHalfPi - (angle - kHalfPiRest), angle), x);
}

/// sqrt(1 - x^2): NaN if |x| > 1.
static Expr otherLeg(Expr x) {
  Expr wide = toF64(x);
  return toF32(sqrt((1.0 - wide) * (wide + 1)));
}

Expr lexon::math::emitAsin(Expr x) {
  Expr leg = otherLeg(x);
  Expr angle = copySign(angleAbove(abs(x), leg), x);
  return select(equal(leg, leg), angle, leg);
}

Expr lexon::math::emitAcos(Expr x) {
  Expr leg = otherLeg(x);
  return select(equal(leg, leg), angleAbove(leg, x), leg);
}
