//===- TrackRoundingErrorsMath.cpp - error bounds of functions ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Rules of track-rounding-errors for the `math` dialect. Each bounds |f(x') - f(x)| over all x' within the error of x,
// by the extreme derivative there or by f at the ends of the interval, and adds what the library's own f may be off by.
//
//===----------------------------------------------------------------------===//

#include "TrackRoundingErrors.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace lexon::rounding;
using Predicate = arith::CmpFPredicate;

// Accuracy granted to an implementation, in unit roundoffs of the result (a unit in the last place is at most two).
static constexpr double kRoot = 2;     // one unit in the last place
static constexpr double kFunction = 8; // four
static constexpr double kPower = 16;   // eight

namespace {
/// One argument of a function.
struct Argument {
  Value value, error, mayOverflow;
};
} // namespace

static Argument getArgument(const RuleContext &context, unsigned index) {
  FloatFormat format = context.operandFormat(index);
  Lanes lanes = context.errors.unpack(context.operands[index]);
  Closed closed = context.errors.close(lanes, format);
  return {closed.value, closed.error, context.errors.mayOverflow(lanes, format)};
}

/// The f64 function itself.
template <typename ValueOp, typename... Arguments> static Value call(ErrorBuilder &errors, Arguments... arguments) {
  return ValueOp::create(errors.builder, errors.loc, arguments...);
}

/// At most `limit`, unless nothing is known about the operands (they may be NaN).
static Value cap(ErrorBuilder &errors, Value error, Value limit, Value operandError) {
  Value isKnown = errors.cmp(Predicate::OLT, operandError, errors.infinity());
  return errors.select(isKnown, errors.min(error, limit), errors.infinity());
}

//===----------------------------------------------------------------------===//
// Functions of one argument
//===----------------------------------------------------------------------===//

/// Functions that saturate: |f'| <= `slope`, and no two values are further apart than `range`.
template <typename ValueOp> static Value boundedSlopeRule(const RuleContext &context, double slope, double range) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value propagated = cap(errors, errors.mul(x.error, errors.constant(slope)), errors.constant(range), x.error);
  return errors.packRounded(call<ValueOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

/// sin and cos: of infinity they are NaN.
template <typename ValueOp> static Value periodicRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value propagated = cap(errors, x.error, errors.constant(2), x.error);
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(call<ValueOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

/// Growing convex functions: the error upwards is the larger one.
template <typename ValueOp> static Value convexRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value value = call<ValueOp>(errors, x.value);
  Value propagated = errors.sub(call<ValueOp>(errors, errors.add(x.value, x.error)), value);
  return errors.packRounded(value, propagated, kFunction, context.resultFormat());
}

/// As `convexRule`; but it may also be computed as exp(x) - 1 (MLIR does), with the error of exp(x).
static Value expm1Rule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Argument x = getArgument(context, 0);
  Value value = call<math::ExpM1Op>(errors, x.value);
  Value propagated = errors.sub(call<math::ExpM1Op>(errors, errors.add(x.value, x.error)), value);
  propagated = errors.add(propagated, errors.constant(kFunction * format.unit));
  return errors.packRounded(value, propagated, kFunction + 1, format);
}

/// Growing functions by their values at both ends. `units` is 0 for functions whose result is always exact.
template <typename ValueOp> static Value monotoneRule(const RuleContext &context, double units) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value value = call<ValueOp>(errors, x.value);
  Value above = errors.sub(call<ValueOp>(errors, errors.add(x.value, x.error)), value);
  Value below = errors.sub(value, call<ValueOp>(errors, errors.sub(x.value, x.error)));
  Value propagated = errors.max(above, below);
  if (units == 0)
    return errors.packLeaf(value, propagated);
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(value, propagated, units, context.resultFormat());
}

/// Logarithms of x + `shift` to the base e^`scale`: log(x) - log(x - E) <= E / (x - E). The sum may be rounded (MLIR
/// computes log1p(x) as log(1 + x)).
template <typename ValueOp> static Value logRule(const RuleContext &context, double shift, double scale) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value value = call<ValueOp>(errors, x.value);
  if (shift != 0) {
    x.value = errors.add(x.value, errors.constant(shift));
    x.error = errors.add(x.error, errors.mul(errors.abs(x.value), errors.constant(context.resultFormat().unit)));
  }
  Value smallest = errors.sub(x.value, x.error);
  Value propagated = errors.boundedQuotient(errors.div(x.error, errors.constant(scale)), smallest);
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(value, propagated, kFunction, context.resultFormat());
}

/// sqrt(x) - sqrt(x - E) = E / (sqrt(x) + sqrt(x - E)); infinite where x - E may be negative.
static Value sqrtRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value value = call<math::SqrtOp>(errors, x.value);
  Value low = errors.sub(x.value, x.error);
  Value propagated = errors.boundedQuotient(x.error, errors.add(value, call<math::SqrtOp>(errors, low)));
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(value, propagated, kRoot, context.resultFormat());
}

/// 1/sqrt(x - E) - 1/sqrt(x) = E / ((sqrt(x) + sqrt(x - E)) sqrt(x) sqrt(x - E)).
static Value rsqrtRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value root = call<math::SqrtOp>(errors, x.value);
  Value lowRoot = call<math::SqrtOp>(errors, errors.sub(x.value, x.error));
  Value value = arith::DivFOp::create(errors.builder, errors.loc, errors.constant(1), root);
  Value denominator = errors.mul(errors.add(root, lowRoot), errors.mul(root, lowRoot));
  Value propagated = errors.boundedQuotient(x.error, denominator);
  // 1/sqrt(infinity) is zero.
  propagated = errors.select(x.mayOverflow, errors.add(propagated, value), propagated);
  return errors.packRounded(value, propagated, kFunction, context.resultFormat());
}

/// |tan x' - tan x| <= E / (c - E)^2 with c = |cos x|, which changes by at most E.
static Value tanRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value low = errors.sub(errors.abs(call<math::CosOp>(errors, x.value)), x.error);
  low = errors.max(low, errors.constant(0));
  Value propagated = errors.boundedQuotient(x.error, errors.mul(low, low));
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(call<math::TanOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

/// sinh and cosh: |f'| <= cosh(|x| + E).
template <typename ValueOp> static Value hyperbolicRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value slope = call<math::CoshOp>(errors, errors.add(errors.abs(x.value), x.error));
  Value zero = errors.constant(0);
  Value propagated = errors.select(errors.cmp(Predicate::OEQ, x.error, zero), zero, errors.mul(x.error, slope));
  return errors.packRounded(call<ValueOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

/// Inverse functions on [-1, 1]: |f'| = 1 / g(1 - x^2), largest at |x| + E. `root` says whether g is the square root.
template <typename ValueOp> static Value inverseRule(const RuleContext &context, bool root) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value largest = errors.add(errors.abs(x.value), x.error);
  Value rest = errors.mul(errors.sub(errors.constant(1), largest), errors.add(errors.constant(1), largest));
  Value propagated = errors.boundedQuotient(x.error, root ? call<math::SqrtOp>(errors, rest) : rest);
  return errors.packRounded(call<ValueOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

/// acosh: |f'| = 1 / sqrt(x^2 - 1), largest at x - E.
static Value acoshRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  Value low = errors.sub(x.value, x.error);
  Value one = errors.constant(1);
  Value slope = call<math::SqrtOp>(errors, errors.mul(errors.sub(low, one), errors.add(low, one)));
  Value propagated = errors.boundedQuotient(x.error, slope);
  propagated = errors.select(x.mayOverflow, errors.infinity(), propagated);
  return errors.packRounded(call<math::AcoshOp>(errors, x.value), propagated, kFunction, context.resultFormat());
}

//===----------------------------------------------------------------------===//
// Functions of two arguments
//===----------------------------------------------------------------------===//

/// |x|^y grows or falls in x and in y, so its extremes lie in the corners of the box of errors.
static Value powerRule(const RuleContext &context, Value x, Value errorX, Value y, Value errorY, bool keepsSign,
                       Value units) {
  ErrorBuilder &errors = context.errors;
  Value value = call<math::PowFOp>(errors, x, y);
  Value magnitude = errors.abs(value), base = errors.abs(x), zero = errors.constant(0);
  Value bases[] = {errors.max(errors.sub(base, errorX), zero), errors.add(base, errorX)};
  SmallVector<Value> exponents = {y};
  if (errorY)
    exponents = {errors.sub(y, errorY), errors.add(y, errorY)};
  Value high = magnitude, low = magnitude;
  for (Value b : bases)
    for (Value e : exponents) {
      Value corner = call<math::PowFOp>(errors, b, e);
      high = errors.max(corner, high);
      low = errors.min(corner, low);
    }
  Value propagated = errors.max(errors.sub(high, magnitude), errors.sub(magnitude, low));
  // A base of unknown sign: integer exponents may flip the result's sign, others have no result there.
  Value crosses = errors.both(errors.cmp(Predicate::OGT, errorX, zero), errors.cmp(Predicate::OLE, base, errorX));
  propagated = errors.select(crosses, keepsSign ? errors.add(high, magnitude) : errors.infinity(), propagated);
  return errors.packRounded(value, propagated, units, context.resultFormat());
}

static Value powfRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Argument x = getArgument(context, 0), y = getArgument(context, 1);
  double units = kPower;
  bool isInteger = false, isConstant = false;
  FloatAttr exponent;
  if (matchPattern(context.op->getOperand(1), m_Constant(&exponent))) {
    double number = exponent.getValueAsDouble();
    isConstant = true;
    isInteger = std::isfinite(number) && std::trunc(number) == number;
    units += std::isfinite(number) ? std::abs(number) : 0; // by repeated multiplication
  }
  Value errorX = errors.select(x.mayOverflow, errors.infinity(), x.error);
  return powerRule(context, x.value, errorX, y.value, isConstant ? Value() : y.error, isInteger,
                   errors.constant(units * format.unit));
}

static Value fpowiRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Argument x = getArgument(context, 0);
  Value exponent =
      arith::SIToFPOp::create(errors.builder, errors.loc, errors.builder.getF64Type(), context.operands[1]);
  Value errorX = errors.select(x.mayOverflow, errors.infinity(), x.error);
  Value units = errors.mul(errors.add(errors.abs(exponent), errors.constant(kPower)), errors.constant(format.unit));
  return powerRule(context, x.value, errorX, exponent, {}, /*keepsSign=*/true, units);
}

/// The angle of (x, y) changes by at most the error over the distance to the origin; across the branch cut it jumps.
static Value atan2Rule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument y = getArgument(context, 0), x = getArgument(context, 1);
  Value error = errors.add(x.error, y.error), zero = errors.constant(0), turn = errors.constant(2 * M_PI);
  Value distance = call<math::SqrtOp>(errors, errors.add(errors.mul(x.value, x.value), errors.mul(y.value, y.value)));
  Value propagated = errors.boundedQuotient(error, errors.sub(distance, error));
  Value onCut = errors.both(errors.cmp(Predicate::OLE, errors.abs(y.value), y.error),
                            errors.cmp(Predicate::OLT, errors.sub(x.value, x.error), zero));
  onCut = errors.both(onCut, errors.cmp(Predicate::OGT, y.error, zero));
  Value unsure = errors.either(onCut, errors.either(x.mayOverflow, y.mayOverflow));
  propagated = cap(errors, errors.select(unsure, turn, propagated), turn, error);
  return errors.packRounded(call<math::Atan2Op>(errors, y.value, x.value), propagated, kFunction,
                            context.resultFormat());
}

//===----------------------------------------------------------------------===//
// Signs, classes, compound operations
//===----------------------------------------------------------------------===//

static Value absRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0);
  return errors.packLeaf(errors.abs(x.value), x.error);
}

static Value copySignRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Argument x = getArgument(context, 0), y = getArgument(context, 1);
  Value unsure = errors.both(errors.cmp(Predicate::OGT, y.error, errors.constant(0)),
                             errors.cmp(Predicate::OLE, errors.abs(y.value), y.error));
  Value flipped = errors.add(x.error, errors.mul(errors.constant(2), errors.abs(x.value)));
  return errors.packLeaf(call<math::CopySignOp>(errors, x.value, y.value), errors.select(unsure, flipped, x.error));
}

static Value classRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.operandFormat(0);
  Value x = vector::ExtractOp::create(errors.builder, errors.loc, context.operands[0], 0);
  if (isa<math::IsNaNOp>(context.op))
    return errors.cmp(Predicate::UNO, x, x);
  Value magnitude = errors.abs(x), limit = errors.constant(format.overflow);
  if (isa<math::IsInfOp>(context.op))
    return errors.cmp(Predicate::OGT, magnitude, limit);
  Value isFinite = errors.cmp(Predicate::OLE, magnitude, limit);
  if (isa<math::IsFiniteOp>(context.op))
    return isFinite;
  return errors.both(isFinite, errors.cmp(Predicate::OGE, magnitude, errors.constant(format.normal)));
}

static Value fmaRule(const RuleContext &context) {
  return addTracked(context, mulTracked(context, context.operands[0], context.operands[1]), context.operands[2]);
}

static Value clampRule(const RuleContext &context) {
  Value raised = minMaxTracked<arith::MaximumFOp>(context, context.operands[0], context.operands[1]);
  return minMaxTracked<arith::MinimumFOp>(context, raised, context.operands[2]);
}

Value lexon::rounding::applyMathRule(const RuleContext &context) {
  const double slopeOfErf = 2 / std::sqrt(M_PI);
  return TypeSwitch<Operation *, Value>(context.op)
      .Case([&](math::AbsFOp) { return absRule(context); })
      .Case([&](math::CopySignOp) { return copySignRule(context); })
      .Case([&](math::FmaOp) { return fmaRule(context); })
      .Case([&](math::ClampFOp) { return clampRule(context); })
      .Case<math::IsNaNOp, math::IsInfOp, math::IsFiniteOp, math::IsNormalOp>([&](auto) { return classRule(context); })
      .Case([&](math::ExpOp) { return convexRule<math::ExpOp>(context); })
      .Case([&](math::Exp2Op) { return convexRule<math::Exp2Op>(context); })
      .Case([&](math::ExpM1Op) { return expm1Rule(context); })
      .Case([&](math::LogOp) { return logRule<math::LogOp>(context, 0, 1); })
      .Case([&](math::Log1pOp) { return logRule<math::Log1pOp>(context, 1, 1); })
      .Case([&](math::Log2Op) { return logRule<math::Log2Op>(context, 0, M_LN2); })
      .Case([&](math::Log10Op) { return logRule<math::Log10Op>(context, 0, M_LN10); })
      .Case([&](math::SqrtOp) { return sqrtRule(context); })
      .Case([&](math::RsqrtOp) { return rsqrtRule(context); })
      .Case([&](math::CbrtOp) { return monotoneRule<math::CbrtOp>(context, kFunction); })
      .Case([&](math::PowFOp) { return powfRule(context); })
      .Case([&](math::FPowIOp) { return fpowiRule(context); })
      .Case([&](math::TanhOp) { return boundedSlopeRule<math::TanhOp>(context, 1, 2); })
      .Case([&](math::ErfOp) { return boundedSlopeRule<math::ErfOp>(context, slopeOfErf, 2); })
      .Case([&](math::ErfcOp) { return boundedSlopeRule<math::ErfcOp>(context, slopeOfErf, 2); })
      .Case([&](math::AtanOp) { return boundedSlopeRule<math::AtanOp>(context, 1, M_PI); })
      .Case([&](math::AsinhOp) { return monotoneRule<math::AsinhOp>(context, kFunction); })
      .Case([&](math::SinOp) { return periodicRule<math::SinOp>(context); })
      .Case([&](math::CosOp) { return periodicRule<math::CosOp>(context); })
      .Case([&](math::TanOp) { return tanRule(context); })
      .Case([&](math::SinhOp) { return hyperbolicRule<math::SinhOp>(context); })
      .Case([&](math::CoshOp) { return hyperbolicRule<math::CoshOp>(context); })
      .Case([&](math::AsinOp) { return inverseRule<math::AsinOp>(context, /*root=*/true); })
      .Case([&](math::AcosOp) { return inverseRule<math::AcosOp>(context, /*root=*/true); })
      .Case([&](math::AtanhOp) { return inverseRule<math::AtanhOp>(context, /*root=*/false); })
      .Case([&](math::AcoshOp) { return acoshRule(context); })
      .Case([&](math::Atan2Op) { return atan2Rule(context); })
      .Case([&](math::FloorOp) { return monotoneRule<math::FloorOp>(context, 0); })
      .Case([&](math::CeilOp) { return monotoneRule<math::CeilOp>(context, 0); })
      .Case([&](math::TruncOp) { return monotoneRule<math::TruncOp>(context, 0); })
      .Case([&](math::RoundOp) { return monotoneRule<math::RoundOp>(context, 0); })
      .Case([&](math::RoundEvenOp) { return monotoneRule<math::RoundEvenOp>(context, 0); })
      .Default([](Operation *) { return Value(); });
}
