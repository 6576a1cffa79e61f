//===- TrackRoundingErrorsArith.cpp - error bounds of basic operations ----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The algebra of track-rounding-errors and its rules for the `arith` dialect. The multiply-add is the inner loop of
// every matmul, so `mulTracked` and `addTracked` are kept short; all other rules prefer tight and safe to fast.
//
//===----------------------------------------------------------------------===//

#include "TrackRoundingErrors.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace lexon::rounding;
using Predicate = arith::CmpFPredicate;

/// Covers what first-order bounds leave out and the rounding of the f64 arithmetic itself.
static constexpr double kSafety = 1.01;
static constexpr int kReferencePrecision = 53;

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

static double toDouble(llvm::APFloat number) {
  bool losesInfo = false;
  number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return number.convertToDouble();
}

std::optional<FloatFormat> lexon::rounding::getFloatFormat(Type type) {
  auto floatType = dyn_cast<FloatType>(type);
  if (!floatType || floatType.getWidth() > 64)
    return std::nullopt;
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  if (!llvm::APFloat::semanticsHasZero(semantics))
    return std::nullopt;
  FloatFormat format;
  format.precision = static_cast<int>(llvm::APFloat::semanticsPrecision(semantics));
  format.unit = std::ldexp(kSafety, -format.precision);
  format.subnormal = toDouble(llvm::APFloat::getSmallest(semantics));
  format.normal = toDouble(llvm::APFloat::getSmallestNormalized(semantics));
  double largest = toDouble(llvm::APFloat::getLargest(semantics));
  format.overflow = largest;
  if (format.precision < kReferencePrecision) {
    format.overflow += std::ldexp(largest, -format.precision - 1); // half a unit in the last place
  } else {
    // The reference is computed in this very format and is off by as much again.
    format.unit *= 2;
    format.subnormal *= 4;
  }
  return format;
}

VectorType lexon::rounding::getTrackedType(MLIRContext *context) {
  return VectorType::get({4}, Float64Type::get(context));
}

bool lexon::rounding::holdsFloat(Type type) {
  if (auto function = dyn_cast<FunctionType>(type))
    return llvm::any_of(function.getInputs(), holdsFloat) || llvm::any_of(function.getResults(), holdsFloat);
  return isa<FloatType, ComplexType>(getElementTypeOrSelf(type));
}

Type lexon::rounding::convertType(Type type) {
  if (!holdsFloat(type))
    return type;
  if (auto function = dyn_cast<FunctionType>(type)) {
    SmallVector<Type> inputs = llvm::map_to_vector(function.getInputs(), convertType);
    SmallVector<Type> results = llvm::map_to_vector(function.getResults(), convertType);
    if (llvm::is_contained(inputs, Type()) || llvm::is_contained(results, Type()))
      return {};
    return FunctionType::get(type.getContext(), inputs, results);
  }
  if (!getFloatFormat(getElementTypeOrSelf(type)))
    return {};
  VectorType element = getTrackedType(type.getContext());
  if (isa<FloatType>(type))
    return element;
  if (isa<TensorType, BaseMemRefType>(type))
    return cast<ShapedType>(type).clone(element);
  return {};
}

//===----------------------------------------------------------------------===//
// ErrorBuilder
//===----------------------------------------------------------------------===//

static constexpr auto kContract = arith::FastMathFlags::contract;

Value ErrorBuilder::constant(double number) {
  return arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(number));
}
Value ErrorBuilder::add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b, kContract); }
Value ErrorBuilder::sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b, kContract); }
Value ErrorBuilder::mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b, kContract); }
Value ErrorBuilder::div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b, kContract); }
Value ErrorBuilder::abs(Value a) { return math::AbsFOp::create(builder, loc, a); }
Value ErrorBuilder::cmp(Predicate predicate, Value a, Value b) {
  return arith::CmpFOp::create(builder, loc, predicate, a, b);
}
Value ErrorBuilder::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}
Value ErrorBuilder::max(Value a, Value b) { return select(cmp(Predicate::OGT, a, b), a, b); }
Value ErrorBuilder::min(Value a, Value b) { return select(cmp(Predicate::OLT, a, b), a, b); }
Value ErrorBuilder::both(Value a, Value b) { return arith::AndIOp::create(builder, loc, a, b); }
Value ErrorBuilder::either(Value a, Value b) { return arith::OrIOp::create(builder, loc, a, b); }
Value ErrorBuilder::infinity() { return constant(std::numeric_limits<double>::infinity()); }

Value ErrorBuilder::boundedQuotient(Value numerator, Value denominator) {
  Value zero = constant(0);
  Value unknown = select(cmp(Predicate::OEQ, numerator, zero), zero, infinity());
  return select(cmp(Predicate::OGT, denominator, zero), div(numerator, denominator), unknown);
}

Lanes ErrorBuilder::unpack(Value tracked) {
  auto lane = [&](int64_t index) -> Value { return vector::ExtractOp::create(builder, loc, tracked, index); };
  return {lane(0), lane(1), lane(2), lane(3)};
}

Value ErrorBuilder::pack(const Lanes &lanes) {
  return vector::FromElementsOp::create(builder, loc, getTrackedType(builder.getContext()),
                                        ValueRange{lanes.value, lanes.magnitude, lanes.error, lanes.terms});
}

Value ErrorBuilder::packExact(Value value) { return pack({value, abs(value), constant(0), constant(1)}); }

Value ErrorBuilder::packLeaf(Value value, Value error) {
  return pack({value, add(abs(value), error), error, constant(1)});
}

Value ErrorBuilder::packRounded(Value value, Value propagated, Value units, const FloatFormat &format) {
  Value magnitude = abs(value);
  // What is rounded is the result from inexact operands; rounding to zero never costs more than the number itself.
  Value largest = add(magnitude, propagated);
  Value underflow = constant(format.subnormal);
  if (format.precision < kReferencePrecision)
    underflow = min(underflow, largest);
  Value error = add(add(propagated, underflow), mul(units, largest));
  return pack({value, add(magnitude, error), error, constant(1)});
}

Value ErrorBuilder::packRounded(Value value, Value propagated, double units, const FloatFormat &format) {
  return packRounded(value, propagated, constant(units * format.unit), format);
}

Value ErrorBuilder::closeUnchecked(const Lanes &lanes, const FloatFormat &format) {
  Value unit = constant(format.unit);
  Value additions = sub(mul(lanes.terms, unit), unit);
  return add(mul(additions, lanes.magnitude), lanes.error);
}

Closed ErrorBuilder::close(const Lanes &lanes, const FloatFormat &format) {
  Value error = closeUnchecked(lanes, format);
  error = select(cmp(Predicate::UNO, error, error), infinity(), error);
  Value magnitude = abs(lanes.value), limit = constant(format.overflow);
  // Summands so large that some order of adding them overflows, although their sum does not.
  Value partial = both(cmp(Predicate::OGT, lanes.magnitude, limit), cmp(Predicate::OLE, add(magnitude, error), limit));
  error = select(partial, infinity(), error);
  Value isFinite = cmp(Predicate::OLT, magnitude, infinity());
  return {lanes.value, select(isFinite, error, constant(0))};
}

Value ErrorBuilder::mayOverflow(const Lanes &lanes, const FloatFormat &format) {
  Value isFinite = cmp(Predicate::OLT, abs(lanes.value), infinity());
  return both(isFinite, cmp(Predicate::UGT, lanes.magnitude, constant(format.overflow)));
}

Value ErrorBuilder::isUncertain(const Closed &a, const Closed &b) {
  Value error = add(a.error, b.error);
  Value distance = abs(sub(a.value, b.value));
  return both(cmp(Predicate::OGT, error, constant(0)), cmp(Predicate::OLE, distance, error));
}

Value ErrorBuilder::lift(Value input) {
  if (!input.getType().isF64())
    input = arith::ExtFOp::create(builder, loc, builder.getF64Type(), input);
  return packExact(input);
}

Closed ErrorBuilder::finish(Value tracked, const FloatFormat &format) {
  Closed closed = close(tracked, format);
  Value isFinite = cmp(Predicate::OLT, abs(closed.value), infinity());
  return {closed.value, select(isFinite, closed.error, infinity())};
}

//===----------------------------------------------------------------------===//
// Addition and multiplication
//===----------------------------------------------------------------------===//

static Value vectorConstant(ErrorBuilder &errors, ArrayRef<double> lanes) {
  auto type = getTrackedType(errors.builder.getContext());
  return arith::ConstantOp::create(errors.builder, errors.loc, DenseElementsAttr::get(type, lanes));
}

static Value negTracked(ErrorBuilder &errors, Value tracked) {
  return errors.mul(tracked, vectorConstant(errors, {-1, 1, 1, 1}));
}

Value lexon::rounding::addTracked(const RuleContext &context, Value a, Value b) {
  return arith::AddFOp::create(context.errors.builder, context.errors.loc, a, b);
}

/// Value of an original scalar that is a constant.
static std::optional<double> getConstant(Value original) {
  FloatAttr attr;
  if (!matchPattern(original, m_Constant(&attr)))
    return std::nullopt;
  return toDouble(attr.getValue());
}

static bool isPowerOfTwo(double number) {
  int exponent = 0;
  return std::isfinite(number) && std::abs(std::frexp(number, &exponent)) == 0.5;
}

/// Scaling by a power of two rounds only where it underflows. The chain is closed all the same: kept open, repeated
/// averaging would count its terms again each time.
static Value scaleTracked(const RuleContext &context, Value tracked, double factor) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Closed x = errors.close(tracked, format);
  Value value = arith::MulFOp::create(errors.builder, errors.loc, x.value, errors.constant(factor));
  Value error = errors.mul(x.error, errors.constant(std::abs(factor)));
  if (std::abs(factor) >= 1)
    return errors.packLeaf(value, error);
  return errors.packRounded(value, error, 0.0, format);
}

Value lexon::rounding::mulTracked(const RuleContext &context, Value a, Value b) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Lanes x = errors.unpack(a), y = errors.unpack(b);
  Value errorX = errors.closeUnchecked(x, format), errorY = errors.closeUnchecked(y, format);
  Value value = arith::MulFOp::create(errors.builder, errors.loc, x.value, y.value);
  // |x'y' - xy| <= |x| Ey + Ex (|y| + Ey)
  Value propagated =
      errors.add(errors.mul(errors.abs(x.value), errorY), errors.mul(errorX, errors.add(errors.abs(y.value), errorY)));
  // An operand that overflowed gives infinity, or NaN, whatever the product is here.
  Value largest = errors.max(x.magnitude, y.magnitude);
  Value overflows = errors.cmp(Predicate::OGT, largest, errors.constant(format.overflow));
  propagated = errors.select(overflows, errors.infinity(), propagated);
  return errors.packRounded(value, propagated, 1.0, format);
}

static Value mulRule(const RuleContext &context) {
  for (unsigned index : {0, 1})
    if (std::optional<double> factor = getConstant(context.op->getOperand(index)); factor && isPowerOfTwo(*factor))
      return scaleTracked(context, context.operands[1 - index], *factor);
  return mulTracked(context, context.operands[0], context.operands[1]);
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

static Value divRule(const RuleContext &context) {
  if (std::optional<double> divisor = getConstant(context.op->getOperand(1)); divisor && isPowerOfTwo(*divisor))
    if (double factor = 1 / *divisor; isPowerOfTwo(factor))
      return scaleTracked(context, context.operands[0], factor);
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Lanes lanesX = errors.unpack(context.operands[0]), lanesY = errors.unpack(context.operands[1]);
  Closed x = errors.close(lanesX, format), y = errors.close(lanesY, format);
  Value value = arith::DivFOp::create(errors.builder, errors.loc, x.value, y.value);
  // |x'/y' - x/y| <= (Ex + |x/y| Ey) / (|y| - Ey)
  Value numerator = errors.add(x.error, errors.mul(errors.abs(value), y.error));
  Value propagated = errors.boundedQuotient(numerator, errors.sub(errors.abs(y.value), y.error));
  // A divisor that overflowed gives zero, as in 1 / (1 + exp(-x)) for very negative x.
  Value zeroInstead = errors.add(propagated, errors.abs(value));
  propagated = errors.select(errors.mayOverflow(lanesY, format), zeroInstead, propagated);
  propagated = errors.select(errors.mayOverflow(lanesX, format), errors.infinity(), propagated);
  return errors.packRounded(value, propagated, 2.0, format);
}

/// x - trunc(x/y) y is exact; only the operands' errors matter, and whether they can change the integer quotient.
static Value remRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Lanes lanesX = errors.unpack(context.operands[0]), lanesY = errors.unpack(context.operands[1]);
  Closed x = errors.close(lanesX, format), y = errors.close(lanesY, format);
  Value value = arith::RemFOp::create(errors.builder, errors.loc, x.value, y.value);
  Value quotient = errors.div(errors.abs(x.value), errors.abs(y.value));
  Value spread = errors.boundedQuotient(errors.add(x.error, errors.mul(quotient, y.error)),
                                        errors.sub(errors.abs(y.value), y.error));
  auto floor = [&](Value number) -> Value { return math::FloorOp::create(errors.builder, errors.loc, number); };
  Value fixed = errors.cmp(Predicate::OEQ, floor(errors.add(quotient, spread)), floor(errors.sub(quotient, spread)));
  Value smooth = errors.add(x.error, errors.mul(quotient, y.error));
  Value jump = errors.add(smooth, errors.add(errors.abs(y.value), y.error));
  // NaN where an operand overflowed or the divisor may be zero.
  Value unknown = errors.either(errors.mayOverflow(lanesX, format), errors.mayOverflow(lanesY, format));
  unknown = errors.either(unknown, errors.cmp(Predicate::UGE, spread, errors.infinity()));
  return errors.packLeaf(value, errors.select(unknown, errors.infinity(), errors.select(fixed, smooth, jump)));
}

//===----------------------------------------------------------------------===//
// Comparisons and selections
//===----------------------------------------------------------------------===//

bool lexon::rounding::dependsOnRounding(Value condition) {
  Operation *op = condition.getDefiningOp();
  if (isa_and_nonnull<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::SelectOp>(op))
    return llvm::any_of(op->getOperands(), dependsOnRounding);
  auto compare = dyn_cast_or_null<arith::CmpFOp>(op);
  if (!compare || compare.getLhs() == compare.getRhs() || !isa<FloatType>(compare.getLhs().getType()))
    return false;
  switch (compare.getPredicate()) {
  case Predicate::AlwaysFalse:
  case Predicate::AlwaysTrue:
  case Predicate::ORD:
  case Predicate::UNO:
    return false;
  default:
    return true;
  }
}

/// True where rounding may decide `condition`; null if nowhere.
static Value uncertainty(const RuleContext &context, Value condition) {
  if (!dependsOnRounding(condition))
    return {};
  ErrorBuilder &errors = context.errors;
  Operation *op = condition.getDefiningOp();
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    FloatFormat format = *getFloatFormat(compare.getLhs().getType());
    return errors.isUncertain(errors.close(context.mapping.lookup(compare.getLhs()), format),
                              errors.close(context.mapping.lookup(compare.getRhs()), format));
  }
  Value result;
  for (Value operand : op->getOperands())
    if (Value part = uncertainty(context, operand))
      result = result ? errors.either(result, part) : part;
  return result;
}

/// True for select(a < b, a, b) and its relatives: they cannot be further off than their operands.
static bool selectsMinOrMax(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare || compare.getPredicate() == Predicate::OEQ || compare.getPredicate() == Predicate::UEQ ||
      compare.getPredicate() == Predicate::ONE || compare.getPredicate() == Predicate::UNE)
    return false;
  Value lhs = compare.getLhs(), rhs = compare.getRhs(), onTrue = op.getTrueValue(), onFalse = op.getFalseValue();
  return (lhs == onTrue && rhs == onFalse) || (lhs == onFalse && rhs == onTrue);
}

static Value selectRule(const RuleContext &context) {
  auto op = cast<arith::SelectOp>(context.op);
  ErrorBuilder &errors = context.errors;
  Value chosen = errors.select(context.operands[0], context.operands[1], context.operands[2]);
  Value uncertain = uncertainty(context, op.getCondition());
  if (!uncertain)
    return chosen;
  FloatFormat format = context.resultFormat();
  Closed a = errors.close(context.operands[1], format), b = errors.close(context.operands[2], format);
  Value error = errors.max(a.error, b.error);
  if (!selectsMinOrMax(op))
    error = errors.add(error, errors.abs(errors.sub(a.value, b.value)));
  Value value = errors.select(context.operands[0], a.value, b.value);
  return errors.select(uncertain, errors.packLeaf(value, error), chosen);
}

template <typename ValueOp>
Value lexon::rounding::minMaxTracked(const RuleContext &context, Value first, Value second) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Closed a = errors.close(first, format), b = errors.close(second, format);
  Value value = ValueOp::create(errors.builder, errors.loc, a.value, b.value);
  Value chosen = errors.select(errors.cmp(Predicate::OEQ, value, a.value), a.error, b.error);
  return errors.packLeaf(value, errors.select(errors.isUncertain(a, b), errors.max(a.error, b.error), chosen));
}
template Value lexon::rounding::minMaxTracked<arith::MaximumFOp>(const RuleContext &, Value, Value);
template Value lexon::rounding::minMaxTracked<arith::MinimumFOp>(const RuleContext &, Value, Value);

template <typename ValueOp> static Value minMaxRule(const RuleContext &context) {
  return minMaxTracked<ValueOp>(context, context.operands[0], context.operands[1]);
}

static Value compareRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  auto value = [&](Value tracked) -> Value {
    return vector::ExtractOp::create(errors.builder, errors.loc, tracked, 0);
  };
  return errors.cmp(cast<arith::CmpFOp>(context.op).getPredicate(), value(context.operands[0]),
                    value(context.operands[1]));
}

//===----------------------------------------------------------------------===//
// Conversions and constants
//===----------------------------------------------------------------------===//

static Value constantRule(const RuleContext &context) {
  double value = toDouble(cast<FloatAttr>(cast<arith::ConstantOp>(context.op).getValue()).getValue());
  // A zero is no summand: adding it never rounds.
  return vectorConstant(context.errors, {value, std::abs(value), 0, value == 0 ? 0.0 : 1.0});
}

static Value extendRule(const RuleContext &context) {
  Closed x = context.errors.close(context.operands[0], context.operandFormat(0));
  return context.errors.packLeaf(x.value, x.error);
}

static Value truncateRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Lanes lanes = errors.unpack(context.operands[0]);
  Closed x = errors.close(lanes, context.operandFormat(0));
  Value overflows = errors.mayOverflow(lanes, context.operandFormat(0));
  return errors.packRounded(x.value, errors.select(overflows, errors.infinity(), x.error), 1.0, context.resultFormat());
}

template <typename ValueOp> static Value fromIntegerRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  FloatFormat format = context.resultFormat();
  Value value = ValueOp::create(errors.builder, errors.loc, errors.builder.getF64Type(), context.operands[0]);
  if (context.op->getOperand(0).getType().getIntOrFloatBitWidth() <= static_cast<unsigned>(format.precision))
    return errors.packExact(value);
  Value isExact = errors.cmp(Predicate::OLE, errors.abs(value), errors.constant(std::ldexp(1.0, format.precision)));
  Value rounded = errors.packRounded(value, errors.constant(0), 1.0, format);
  return errors.select(isExact, errors.packExact(value), rounded);
}

static Value toIntegerRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  Value value = vector::ExtractOp::create(errors.builder, errors.loc, context.operands[0], 0);
  Type type = context.op->getResult(0).getType();
  if (isa<arith::FPToSIOp>(context.op))
    return arith::FPToSIOp::create(errors.builder, errors.loc, type, value);
  return arith::FPToUIOp::create(errors.builder, errors.loc, type, value);
}

/// Bits that become a number are an exact input; a number's bits have no bound.
static Value bitcastRule(const RuleContext &context) {
  if (holdsFloat(context.op->getOperand(0).getType()))
    return {};
  ErrorBuilder &errors = context.errors;
  Type type = context.op->getResult(0).getType();
  return errors.lift(arith::BitcastOp::create(errors.builder, errors.loc, type, context.operands[0]));
}

Value lexon::rounding::applyArithRule(const RuleContext &context) {
  ErrorBuilder &errors = context.errors;
  ArrayRef<Value> operands = context.operands;
  return TypeSwitch<Operation *, Value>(context.op)
      .Case([&](arith::AddFOp) { return addTracked(context, operands[0], operands[1]); })
      .Case([&](arith::SubFOp) { return addTracked(context, operands[0], negTracked(errors, operands[1])); })
      .Case([&](arith::NegFOp) { return negTracked(errors, operands[0]); })
      .Case([&](arith::MulFOp) { return mulRule(context); })
      .Case([&](arith::DivFOp) { return divRule(context); })
      .Case([&](arith::RemFOp) { return remRule(context); })
      .Case([&](arith::MaximumFOp) { return minMaxRule<arith::MaximumFOp>(context); })
      .Case([&](arith::MinimumFOp) { return minMaxRule<arith::MinimumFOp>(context); })
      .Case([&](arith::MaxNumFOp) { return minMaxRule<arith::MaxNumFOp>(context); })
      .Case([&](arith::MinNumFOp) { return minMaxRule<arith::MinNumFOp>(context); })
      .Case([&](arith::CmpFOp) { return compareRule(context); })
      .Case([&](arith::SelectOp) { return selectRule(context); })
      .Case([&](arith::ConstantOp) { return constantRule(context); })
      .Case([&](arith::ExtFOp) { return extendRule(context); })
      .Case([&](arith::TruncFOp) { return truncateRule(context); })
      .Case([&](arith::SIToFPOp) { return fromIntegerRule<arith::SIToFPOp>(context); })
      .Case([&](arith::UIToFPOp) { return fromIntegerRule<arith::UIToFPOp>(context); })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) { return toIntegerRule(context); })
      .Case([&](arith::BitcastOp) { return bitcastRule(context); })
      .Default([](Operation *) { return Value(); });
}
