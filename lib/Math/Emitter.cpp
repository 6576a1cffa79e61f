//===- Emitter.cpp - writing formulas as arithmetic -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace lexon::math;

Type lexon::math::withElement(Type shape, Type element) {
  if (auto vector = dyn_cast<VectorType>(shape))
    return vector.clone(element);
  return element;
}

static Type elementOf(Expr x) { return getElementTypeOrSelf(x.value.getType()); }

static Expr makeConstant(Emitter &emitter, TypedAttr element, Type type) {
  TypedAttr attribute = element;
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, Attribute(element));
  // One constant for all uses, at the start of the function: a pass over many functions stays fast.
  Value value = emitter.constants.getOrCreateConstant(
      emitter.block, emitter.builder.getContext()->getLoadedDialect<arith::ArithDialect>(), attribute, type);
  return emitter.wrap(value);
}

Expr Emitter::constant(double value, Expr like) {
  Type type = like.value.getType();
  return makeConstant(*this, builder.getFloatAttr(elementOf(like), value), type);
}
Expr Emitter::constant(int64_t value, Expr like) {
  Type type = like.value.getType();
  return makeConstant(*this, builder.getIntegerAttr(elementOf(like), value), type);
}

template <typename BinaryOp, typename... Arguments> static Expr create(Expr like, Arguments... arguments) {
  return like.emitter->wrap(BinaryOp::create(like.emitter->builder, like.emitter->loc, arguments...));
}
static Expr number(double value, Expr like) { return like.emitter->constant(value, like); }
static Expr integer(int64_t value, Expr like) { return like.emitter->constant(value, like); }

//===----------------------------------------------------------------------===//
// Floating point
//===----------------------------------------------------------------------===//

Expr lexon::math::operator+(Expr a, Expr b) { return create<arith::AddFOp>(a, a.value, b.value); }
Expr lexon::math::operator-(Expr a, Expr b) { return create<arith::SubFOp>(a, a.value, b.value); }
Expr lexon::math::operator*(Expr a, Expr b) { return create<arith::MulFOp>(a, a.value, b.value); }
Expr lexon::math::operator/(Expr a, Expr b) { return create<arith::DivFOp>(a, a.value, b.value); }
Expr lexon::math::operator+(Expr a, double b) { return a + number(b, a); }
Expr lexon::math::operator-(Expr a, double b) { return a - number(b, a); }
Expr lexon::math::operator*(Expr a, double b) { return a * number(b, a); }
Expr lexon::math::operator-(Expr a) { return create<arith::NegFOp>(a, a.value); }
Expr lexon::math::operator-(double a, Expr b) { return number(a, b) - b; }
Expr lexon::math::operator/(double a, Expr b) { return number(a, b) / b; }

Expr lexon::math::mad(Expr a, Expr b, Expr c) {
  // Not math.fma: without such an instruction that is a call of fmaf, for each lane.
  auto contract = arith::FastMathFlags::contract;
  Expr product = create<arith::MulFOp>(a, a.value, b.value, contract);
  return create<arith::AddFOp>(a, product.value, c.value, contract);
}
Expr lexon::math::mad(Expr a, double b, Expr c) { return mad(a, number(b, a), c); }
Expr lexon::math::mad(Expr a, Expr b, double c) { return mad(a, b, number(c, a)); }
Expr lexon::math::mad(Expr a, double b, double c) { return mad(a, number(b, a), number(c, a)); }

Expr lexon::math::polynomial(Expr x, ArrayRef<double> coefficients) {
  Expr sum = number(coefficients.back(), x);
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = mad(sum, x, number(coefficient, x));
  return sum;
}

Expr lexon::math::sqrt(Expr x) { return create<::mlir::math::SqrtOp>(x, x.value); }
//===----------------------------------------------------------------------===//
// Comparisons and choice
//===----------------------------------------------------------------------===//

static Expr compare(arith::CmpFPredicate predicate, Expr a, Expr b) {
  return create<arith::CmpFOp>(a, predicate, a.value, b.value);
}
Expr lexon::math::operator<(Expr a, Expr b) { return compare(arith::CmpFPredicate::OLT, a, b); }
Expr lexon::math::operator<(Expr a, double b) { return a < number(b, a); }
Expr lexon::math::operator>(Expr a, double b) { return compare(arith::CmpFPredicate::OGT, a, number(b, a)); }
Expr lexon::math::equal(Expr a, Expr b) { return compare(arith::CmpFPredicate::OEQ, a, b); }
Expr lexon::math::equal(Expr a, double b) { return equal(a, number(b, a)); }
Expr lexon::math::operator&&(Expr a, Expr b) { return create<arith::AndIOp>(a, a.value, b.value); }
Expr lexon::math::operator!(Expr a) { return xorInt(a, integer(1, a)); }

Expr lexon::math::select(Expr condition, Expr a, Expr b) {
  return create<arith::SelectOp>(condition, condition.value, a.value, b.value);
}
Expr lexon::math::select(Expr condition, double a, Expr b) { return select(condition, number(a, b), b); }
Expr lexon::math::select(Expr condition, Expr a, double b) { return select(condition, a, number(b, a)); }
Expr lexon::math::select(Expr condition, double a, double b, Expr like) {
  return select(condition, number(a, like), number(b, like));
}
// The order of the operands makes one instruction of it on x86, where NaN, the second operand, stays.
Expr lexon::math::atLeast(Expr x, double bound) { return select(x < bound, bound, x); }
Expr lexon::math::atMost(Expr x, double bound) { return select(x > bound, bound, x); }

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static Expr convertBits(Expr x, Type element) {
  return create<arith::BitcastOp>(x, withElement(x.value.getType(), element), x.value);
}
Expr lexon::math::toBits(Expr x) {
  return convertBits(x, x.emitter->builder.getIntegerType(elementOf(x).getIntOrFloatBitWidth()));
}
Expr lexon::math::fromBits(Expr bits) {
  Builder &builder = bits.emitter->builder;
  return convertBits(bits, elementOf(bits).isInteger(32) ? Type(builder.getF32Type()) : builder.getF64Type());
}
Expr lexon::math::addInt(Expr a, Expr b) { return create<arith::AddIOp>(a, a.value, b.value); }
Expr lexon::math::addInt(Expr a, int64_t b) { return addInt(a, integer(b, a)); }
Expr lexon::math::subInt(Expr a, Expr b) { return create<arith::SubIOp>(a, a.value, b.value); }
Expr lexon::math::andInt(Expr a, Expr b) { return create<arith::AndIOp>(a, a.value, b.value); }
Expr lexon::math::andInt(Expr a, int64_t b) { return andInt(a, integer(b, a)); }
Expr lexon::math::xorInt(Expr a, Expr b) { return create<arith::XOrIOp>(a, a.value, b.value); }
Expr lexon::math::shiftLeft(Expr a, unsigned by) { return create<arith::ShLIOp>(a, a.value, integer(by, a).value); }
Expr lexon::math::shiftRight(Expr a, unsigned by) { return create<arith::ShRSIOp>(a, a.value, integer(by, a).value); }
Expr lexon::math::shiftRightUnsigned(Expr a, unsigned by) {
  return create<arith::ShRUIOp>(a, a.value, integer(by, a).value);
}
// By bits, not as math operations: those have no lowering for vectors of rank 2.
Expr lexon::math::abs(Expr x) { return fromBits(andInt(toBits(x), 0x7fffffff)); }
Expr lexon::math::copySign(Expr magnitude, Expr sign) {
  Expr signBit = andInt(toBits(sign), INT32_MIN);
  Expr rest = andInt(toBits(magnitude), 0x7fffffff);
  return fromBits(create<arith::OrIOp>(rest, rest.value, signBit.value));
}
Expr lexon::math::isNotZero(Expr a) {
  return create<arith::CmpIOp>(a, arith::CmpIPredicate::ne, a.value, integer(0, a).value);
}
Expr lexon::math::isNegative(Expr a) {
  return create<arith::CmpIOp>(a, arith::CmpIPredicate::slt, a.value, integer(0, a).value);
}

//===----------------------------------------------------------------------===//
// Between types
//===----------------------------------------------------------------------===//

template <typename ConversionOp> static Expr convert(Expr x, Type element) {
  return create<ConversionOp>(x, withElement(x.value.getType(), element), x.value);
}
Expr lexon::math::toF64(Expr x) { return convert<arith::ExtFOp>(x, x.emitter->builder.getF64Type()); }
Expr lexon::math::toF32(Expr x) { return convert<arith::TruncFOp>(x, x.emitter->builder.getF32Type()); }
Expr lexon::math::toI32(Expr x) { return convert<arith::TruncIOp>(x, x.emitter->builder.getI32Type()); }
Expr lexon::math::toInt(Expr x) { return convert<arith::FPToSIOp>(x, x.emitter->builder.getI32Type()); }
Expr lexon::math::intToF32(Expr x) { return convert<arith::SIToFPOp>(x, x.emitter->builder.getF32Type()); }
Expr lexon::math::intToF64(Expr x) { return convert<arith::SIToFPOp>(x, x.emitter->builder.getF64Type()); }

//===----------------------------------------------------------------------===//
// Rounding and scaling
//===----------------------------------------------------------------------===//

/// `sum` is the number plus 1.5 times the first power of two with a last place of 1, whose bits end in zeros.
static Rounded finishRounding(Expr sum, double magic) {
  Expr bits = toBits(sum);
  Expr rounded = elementOf(sum).isF32() ? subInt(bits, integer(0x4b400000, bits)) : toI32(bits);
  return {sum - magic, rounded};
}
static double magicNumber(Expr like) { return elementOf(like).isF32() ? 0x1.8p23 : 0x1.8p52; }

Rounded lexon::math::roundProduct(Expr a, double b) {
  double magic = magicNumber(a);
  return finishRounding(mad(a, b, magic), magic);
}
Rounded lexon::math::round(Expr a) {
  double magic = magicNumber(a);
  return finishRounding(a + magic, magic);
}

Expr lexon::math::powerOfTwo(Expr n) { return fromBits(shiftLeft(addInt(n, 127), 23)); }

/// LLVM's dialect has an operation for this, but its exponent is a scalar.
static Expr callIntrinsic(StringRef name, Expr x, Expr n) {
  OpBuilder &builder = x.emitter->builder;
  auto call = LLVM::CallIntrinsicOp::create(builder, x.emitter->loc, x.value.getType(), builder.getStringAttr(name),
                                            ValueRange{x.value, n.value});
  return x.emitter->wrap(call.getResult(0));
}

/// LLVM's intrinsics take vectors of rank 1; vectors that are no number of registers it would take apart.
static bool isLegalForLdexp(VectorType type) {
  return type.getRank() == 1 && type.getNumElements() >= 4 && llvm::isPowerOf2_64(type.getNumElements());
}

Expr lexon::math::scale(Expr x, Expr n) {
  auto vector = dyn_cast<VectorType>(x.value.getType());
  if (x.emitter->hasLdexp && (!vector || isLegalForLdexp(vector)))
    return callIntrinsic("llvm.ldexp", x, n);
  // Two factors, because one may be no normal number: the first product is exact, the second one rounds.
  Expr half = shiftRight(n, 1);
  return x * powerOfTwo(half) * powerOfTwo(subInt(n, half));
}
