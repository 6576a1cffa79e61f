//===- Emitter.h - writing formulas as arithmetic ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Formulas of this folder read as in a book: an Expr is a value of f32, f64, i1, i32 or i64, or a vector of them, with
// C++'s operators. All operands of an operator have the same type; numbers become constants of it.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_MATH_EMITTER_H
#define LEXON_LIB_MATH_EMITTER_H

#include "mlir/IR/Builders.h"
#include "mlir/Transforms/FoldUtils.h"

namespace lexon::math {

class Emitter;

/// A value in a formula.
struct Expr {
  mlir::Value value;
  Emitter *emitter = nullptr;
};

/// Writes operations at the builder's place.
class Emitter {
public:
  /// Constants are shared through `constants` and stand at the start of the function. `hasLdexp`: the processor scales
  /// by a power of two in one instruction.
  Emitter(mlir::OpBuilder &builder, mlir::Location loc, mlir::OperationFolder &constants, bool hasLdexp)
      : builder(builder), loc(loc), block(builder.getInsertionBlock()), constants(constants), hasLdexp(hasLdexp) {}

  Expr wrap(mlir::Value value) { return {value, this}; }
  /// A constant of the type of `like`: a float's value, an integer's value.
  Expr constant(double value, Expr like);
  Expr constant(int64_t value, Expr like);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Block *block; ///< where the formula stands; regions in it may not be attached yet
  mlir::OperationFolder &constants;
  bool hasLdexp;
};

/// The type of `shape`, with elements of type `element`.
mlir::Type withElement(mlir::Type shape, mlir::Type element);

// Floating point. `mad` is a * b + c, rounded once or twice: as the processor can.
Expr operator+(Expr a, Expr b);
Expr operator-(Expr a, Expr b);
Expr operator*(Expr a, Expr b);
Expr operator/(Expr a, Expr b);
Expr operator+(Expr a, double b);
Expr operator-(Expr a, double b);
Expr operator*(Expr a, double b);
Expr operator-(Expr a);
Expr operator-(double a, Expr b);
Expr operator/(double a, Expr b);
Expr mad(Expr a, Expr b, Expr c);
Expr mad(Expr a, double b, Expr c);
Expr mad(Expr a, Expr b, double c);
Expr mad(Expr a, double b, double c);
/// coefficients[0] + x * (coefficients[1] + x * ...).
Expr polynomial(Expr x, llvm::ArrayRef<double> coefficients);
Expr sqrt(Expr x);
Expr abs(Expr x);                         ///< of f32
Expr copySign(Expr magnitude, Expr sign); ///< of f32

// Comparisons (false if an operand is NaN) and choice.
Expr operator<(Expr a, Expr b);
Expr operator<(Expr a, double b);
Expr operator>(Expr a, double b);
Expr equal(Expr a, Expr b);
Expr equal(Expr a, double b);
Expr operator&&(Expr a, Expr b);
Expr operator!(Expr a);
Expr select(Expr condition, Expr a, Expr b);
Expr select(Expr condition, double a, Expr b);
Expr select(Expr condition, Expr a, double b);
Expr select(Expr condition, double a, double b, Expr like);
/// `x` within the bounds; NaN stays.
Expr atLeast(Expr x, double bound);
Expr atMost(Expr x, double bound);

// Integers: also what the bits of a float are as one.
Expr toBits(Expr x);
Expr fromBits(Expr bits);
Expr addInt(Expr a, int64_t b);
Expr addInt(Expr a, Expr b);
Expr subInt(Expr a, Expr b);
Expr shiftLeft(Expr a, unsigned by);
Expr shiftRight(Expr a, unsigned by); ///< copies of the sign come in
Expr shiftRightUnsigned(Expr a, unsigned by);
Expr andInt(Expr a, int64_t b);
Expr andInt(Expr a, Expr b);
Expr xorInt(Expr a, Expr b);
Expr isNotZero(Expr a);
Expr isNegative(Expr a);

// Between types.
Expr toF64(Expr x); ///< from f32
Expr toF32(Expr x); ///< from f64
Expr toI32(Expr x); ///< the lower half of an i64
Expr toInt(Expr x); ///< i32 from f32 or f64 of an absolute value below 2^31
Expr intToF32(Expr x);
Expr intToF64(Expr x);

/// A float rounded to an integer, as a float and as an i32: by adding a number whose last place is 1. Exact for
/// |x| < 2^22 (f32), 2^31 (f64); of any other number the integer is arbitrary, but not undefined.
struct Rounded {
  Expr number, integer;
};
/// Rounds a * b (fused with the addition, if the processor can).
Rounded roundProduct(Expr a, double b);
Rounded round(Expr a);

/// x * 2^n, rounded once, for f32 of 0.5 to 2 and -252 <= n <= 254: denormal results and overflow are right.
Expr scale(Expr x, Expr n);
/// 2^n as f32, for normal results.
Expr powerOfTwo(Expr n);

} // namespace lexon::math

#endif // LEXON_LIB_MATH_EMITTER_H
