//===- TrackRoundingErrors.h - parts of track-rounding-errors ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The pass replaces every floating-point value by what is known about it. Four f64 lanes hold that, so that a value
// stays one SSA value, one tensor or memref element, one loop-carried variable, and structure needs no rules at all:
//
//   lane 0  value      the program's operations on its inputs, in f64
//   lane 1  magnitude  sum of |summand| over the open chain of additions that ends here
//   lane 2  error      sum of the summands' own error bounds
//   lane 3  terms      number of summands
//
// A chain of additions stays open because no order of summation is prescribed: N summands of magnitude sum M and error
// sum E, added in any order and association in a format of unit roundoff u, end up within E + (N - 1) u M of the exact
// sum, without a second-order term (Jeannerod and Rump, "Improved error bounds for inner products in floating-point
// arithmetic", SIAM J. Matrix Anal. Appl. 34, 2013; with one: Higham, "Accuracy and Stability of Numerical
// Algorithms", 2nd ed., chapter 4). Adding two chains therefore adds their lanes. Every other operation first closes
// the chain, which gives one summand with one error bound, and then follows the textbook (Higham, chapter 3).
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_TRACKROUNDINGERRORS_H
#define LEXON_TRANSFORMS_TRACKROUNDINGERRORS_H

#include "lexon/Support/LLVM.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/ADT/MapVector.h"

#include <optional>

namespace lexon::rounding {

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// What rounding to a floating-point format may do to a value.
struct FloatFormat {
  double unit;      ///< Unit roundoff with its safety factor: |fl(x) - x| <= unit * |x|.
  double subnormal; ///< Absolute part of the same: the smallest subnormal number.
  double overflow;  ///< Magnitudes above round to infinity.
  double normal;    ///< Smallest normal number.
  int precision;    ///< Bits of the significand with the hidden one.
};

/// The format of a type, if there is an error model for it: IEEE-like, at most 64 bits, with a zero.
std::optional<FloatFormat> getFloatFormat(Type type);

/// vector<4xf64>.
VectorType getTrackedType(MLIRContext *context);

/// True if a value of this type is or holds floating-point numbers (complex ones too).
bool holdsFloat(Type type);

/// The tracked form: F -> vector<4xf64>, also inside tensors, memrefs and function types. Types without floating point
/// stay as they are. Null if there is no tracked form (vectors, complex numbers, formats without an error model).
Type convertType(Type type);

//===----------------------------------------------------------------------===//
// Arithmetic on bounds
//===----------------------------------------------------------------------===//

/// The lanes of one tracked value.
struct Lanes {
  Value value, magnitude, error, terms;
};

/// A closed value: its error bound is final.
struct Closed {
  Value value, error;
};

/// Emits f64 arithmetic on values and bounds at one location. Values are computed exactly as written; arithmetic on
/// bounds may be contracted to fused multiply-adds.
class ErrorBuilder {
public:
  ErrorBuilder(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  OpBuilder &builder;
  const Location loc;

  Value constant(double number);
  Value add(Value a, Value b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  Value div(Value a, Value b);
  Value abs(Value a);
  /// The larger (smaller) of two numbers of which none is NaN.
  Value max(Value a, Value b);
  Value min(Value a, Value b);
  Value cmp(arith::CmpFPredicate predicate, Value a, Value b);
  Value select(Value condition, Value a, Value b);
  Value both(Value a, Value b);
  Value either(Value a, Value b);
  Value infinity();
  /// numerator / denominator for denominator > 0; otherwise nothing is known, unless the numerator is zero.
  Value boundedQuotient(Value numerator, Value denominator);

  Lanes unpack(Value tracked);
  Value pack(const Lanes &lanes);
  /// One exact summand.
  Value packExact(Value value);
  /// One summand with the error bound `error`.
  Value packLeaf(Value value, Value error);
  /// One summand: the result of an operation with `propagated` error from its operands, rounded within `units` unit
  /// roundoffs.
  Value packRounded(Value value, Value propagated, double units, const FloatFormat &format);
  Value packRounded(Value value, Value propagated, Value units, const FloatFormat &format);

  /// Error bound of a chain that ends here; may be NaN where the value is not finite.
  Value closeUnchecked(const Lanes &lanes, const FloatFormat &format);
  /// The same; zero where the value is not finite (infinity is no rounded number), infinite where nothing is known.
  Closed close(const Lanes &lanes, const FloatFormat &format);
  Closed close(Value tracked, const FloatFormat &format) { return close(unpack(tracked), format); }

  /// True where a finite value, or a partial sum on the way to it, may be infinite in the program's own format.
  Value mayOverflow(const Lanes &lanes, const FloatFormat &format);
  /// True where rounding may decide the order of `a` and `b`.
  Value isUncertain(const Closed &a, const Closed &b);

  /// F -> tracked: an exact input.
  Value lift(Value input);
  /// tracked -> what leaves the program: nothing is known where the value is not finite.
  Closed finish(Value tracked, const FloatFormat &format);
};

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

/// What a rule sees: the original operation and its operands' new values.
struct RuleContext {
  Operation *op;
  SmallVector<Value> operands;
  const IRMapping &mapping;
  ErrorBuilder &errors;

  /// The format of operand `index`.
  FloatFormat operandFormat(unsigned index) const { return *getFloatFormat(op->getOperand(index).getType()); }
  FloatFormat resultFormat() const { return *getFloatFormat(op->getResult(0).getType()); }
};

/// New value of the single result of a scalar `arith` operation that reads or makes a floating-point number; null if
/// there is no rule.
Value applyArithRule(const RuleContext &context);
/// The same for the `math` dialect.
Value applyMathRule(const RuleContext &context);

/// Rules shared by both.
Value addTracked(const RuleContext &context, Value a, Value b);
Value mulTracked(const RuleContext &context, Value a, Value b);
/// `ValueOp` is the operation on values.
template <typename ValueOp> Value minMaxTracked(const RuleContext &context, Value a, Value b);

/// True if rounding errors can decide this comparison or logical combination of comparisons at all.
bool dependsOnRounding(Value condition);

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

/// A mutable global of the program and its tracked form, which starts as the lifted initial value.
struct InitializedGlobal {
  memref::GlobalOp original, tracked;
};

/// Copies functions with every floating-point value replaced by its tracked form.
class Tracker {
public:
  explicit Tracker(ModuleOp module) : module(module), symbols(module) {}

  /// Makes a tracked copy of each function with a body, and a wrapper in the program's types around each public one.
  /// Nothing that was there changes; fails with a diagnostic.
  LogicalResult run();
  /// Takes the originals out of the module, or everything that `run` made.
  void commit();
  void rollBack();

private:
  LogicalResult trackGlobals();
  LogicalResult declareFunction(func::FuncOp function);
  LogicalResult cloneRegion(Region &from, Region &to, IRMapping &mapping);
  LogicalResult cloneOp(Operation *op, OpBuilder &builder, IRMapping &mapping);
  LogicalResult cloneStructure(Operation *op, OpBuilder &builder, IRMapping &mapping);
  LogicalResult liftResult(Operation *op, OpBuilder &builder, IRMapping &mapping);
  LogicalResult cloneGetGlobal(Operation *op, OpBuilder &builder, IRMapping &mapping);
  LogicalResult applyRule(Operation *op, OpBuilder &builder, IRMapping &mapping);
  void renameSymbols(Operation *op);

  ModuleOp module;
  SymbolTable symbols;
  SmallVector<Operation *> originals, created;
  llvm::MapVector<func::FuncOp, func::FuncOp> tracked;
  /// Name of a function or mutable global -> name of its tracked form.
  DenseMap<StringAttr, StringAttr> newNames;
  /// Constant tables lifted at a function's entry, one copy for each function.
  DenseMap<std::pair<Operation *, StringAttr>, Value> liftedTables;
  SmallVector<InitializedGlobal> initializedGlobals;
};

//===----------------------------------------------------------------------===//
// Boundary
//===----------------------------------------------------------------------===//

/// Emits F -> tracked for each element of a ranked tensor; a new tensor.
Value liftTensor(OpBuilder &builder, Location loc, Value tensor);
/// Emits F -> tracked from one ranked memref into another of the same shape.
void liftMemref(OpBuilder &builder, Location loc, Value from, Value to);

/// Makes the public function around `inner`: `original`'s name and argument types, each result as value and bound.
FailureOr<func::FuncOp> buildPublicWrapper(func::FuncOp original, func::FuncOp inner,
                                           ArrayRef<InitializedGlobal> globals);

} // namespace lexon::rounding

#endif // LEXON_TRANSFORMS_TRACKROUNDINGERRORS_H
