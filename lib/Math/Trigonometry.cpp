//===- Trigonometry.cpp - sin, cos, tan ----------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// x = n pi/2 + r in f64, |r| <= pi/4, then a polynomial of r in f32. For |x| < 2^22 the difference is taken in two
// steps, the first exact (Cody and Waite). Beyond, x times 2/pi is summed from exact products with four pieces of 2/pi;
// those before give multiples of 8, which change no quadrant (Payne and Hanek: "Radian Reduction for Trigonometric
// Functions", SIGNUM Newsletter 18, 1983).
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace lexon::math;

namespace {
/// x = quadrant pi/2 + r: `r` in f64, the quadrant an i32 of which the two lowest bits count.
struct Angle {
  Expr r, quadrant;
};
} // namespace

static Angle reduceOrdinary(Expr x) {
  Rounded n = roundProduct(x, 0x1.45f306dc9c883p-1);
  Expr r = mad(n.number, -0x1.921fb5p+0, x); // 25 bits of pi/2
  return {mad(n.number, -0x1.110b4611a6263p-26, r), n.integer};
}

/// Right for any x, and slower: `x` is toF64(`narrow`).
static Angle reduceAny(Expr x, Expr narrow) {
  // 2/pi in pieces of 28 bits: times 24 bits of x they are exact.
  static constexpr double kPieces[] = {0x1.45f306cp-1,   0x1.c9c882ap-29, 0x1.4fe13a8p-59, 0x1.f47d4dp-86,
                                       0x1.bb81b6cp-113, 0x1.4acc9ep-143, 0x1.0e4107cp-170};
  // From these on, all of another piece's product is a multiple of 8.
  static constexpr double kLimits[] = {0x1p54, 0x1p82, 0x1p110};
  Expr magnitude = abs(narrow);
  SmallVector<Expr> isBeyond = llvm::map_to_vector(kLimits, [&](double limit) { return !(magnitude < limit); });
  SmallVector<Expr> terms;
  for (unsigned i = 0; i < 4; ++i) {
    Expr piece = x.emitter->constant(kPieces[i], x);
    for (auto [skipped, condition] : llvm::enumerate(isBeyond))
      piece = select(condition, kPieces[i + skipped + 1], piece);
    terms.push_back(x * piece);
  }
  // Below 2^54, adding makes 8 the last place; the other terms are below 2^26 and keep their multiples.
  Expr multiple = (terms[0] + 0x1.8p55) - 0x1.8p55;
  terms[0] = terms[0] - multiple;
  Rounded n = round(terms[0] + (terms[1] + terms[2]));
  // What cancels here does so without error. Infinity has become NaN.
  Expr rest = (((terms[0] - n.number) + terms[1]) + terms[2]) + terms[3];
  return {rest * 0x1.921fb54442d18p+0, n.integer};
}

/// An i1 that says whether any lane is set.
static Value anyLane(Expr condition) {
  OpBuilder &builder = condition.emitter->builder;
  auto type = cast<VectorType>(condition.value.getType());
  auto flat = VectorType::get(type.getNumElements(), type.getElementType());
  Value lanes = vector::ShapeCastOp::create(builder, condition.emitter->loc, flat, condition.value);
  return vector::ReductionOp::create(builder, condition.emitter->loc, vector::CombiningKind::OR, lanes);
}

static void yieldAngle(Angle angle) {
  Emitter &emitter = *angle.r.emitter;
  scf::YieldOp::create(emitter.builder, emitter.loc, ValueRange{angle.r.value, angle.quadrant.value});
}

static Angle reduce(Expr narrow) {
  Emitter &emitter = *narrow.emitter;
  Expr x = toF64(narrow);
  // A loop of scalars is vectorized without its branches: both sides would be computed.
  if (!isa<VectorType>(narrow.value.getType()))
    return reduceAny(x, narrow);
  auto branch = scf::IfOp::create(
      emitter.builder, emitter.loc, anyLane(!(abs(narrow) < 0x1p22)),
      [&](OpBuilder &, Location) { yieldAngle(reduceAny(x, narrow)); },
      [&](OpBuilder &, Location) { yieldAngle(reduceOrdinary(x)); });
  return {emitter.wrap(branch.getResult(0)), emitter.wrap(branch.getResult(1))};
}

/// sin(r) in even quadrants, cos(r) in odd ones; negative in the upper two.
static Expr emitWave(Expr r, Expr quadrant) {
  static constexpr double kSin[] = {-0.1666666716337204, 0.008333380334079266, -0.0001985349808819592,
                                    2.837246938725002e-06};
  static constexpr double kCos[] = {0.04166664555668831, -0.00138873013202101, 2.4430670237052254e-05};
  Expr square = r * r;
  Expr sine = mad(r * square, polynomial(square, kSin), r);
  Expr cosine = mad(square * square, polynomial(square, kCos), mad(square, -0.5, 1));
  Expr magnitude = select(isNotZero(andInt(quadrant, 1)), cosine, sine);
  return fromBits(xorInt(toBits(magnitude), shiftLeft(andInt(quadrant, 2), 30)));
}

Expr lexon::math::emitSin(Expr x) {
  Angle angle = reduce(x);
  Expr result = emitWave(toF32(angle.r), angle.quadrant);
  // Also where x is -0.
  return select(abs(x) < 0x1p-13, x, result);
}

Expr lexon::math::emitCos(Expr x) {
  Angle angle = reduce(x);
  return emitWave(toF32(angle.r), addInt(angle.quadrant, 1));
}

Expr lexon::math::emitTan(Expr x) {
  static constexpr double kCoefficients[] = {0.3333335220813751,  0.13332583010196686,  0.05406865105032921,
                                             0.02123861014842987, 0.010945543646812439, -4.618690218194388e-05,
                                             0.004441829398274422};
  Angle angle = reduce(x);
  Expr r = toF32(angle.r);
  Expr square = r * r;
  Expr tangent = mad(r * square, polynomial(square, kCoefficients), r);
  // -1 / tan(r) in odd quadrants.
  Expr isOdd = isNotZero(andInt(angle.quadrant, 1));
  return select(isOdd, -1, tangent) / select(isOdd, tangent, 1);
}
