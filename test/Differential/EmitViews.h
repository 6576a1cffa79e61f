//===- EmitViews.h - types and views of operands, as MLIR -------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_EMITVIEWS_H
#define LEXON_TEST_DIFFERENTIAL_EMITVIEWS_H

#include "Plan.h"
#include "View.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lexon::differential {

mlir::Type elementType(Element element, mlir::OpBuilder &builder);

/// Emits the views of a function's operands. Index arguments are taken in the order of indexArguments.
class ViewEmitter {
public:
  ViewEmitter(const Function &function, mlir::ImplicitLocOpBuilder &builder) : function(function), b(builder) {}

  void setArguments(mlir::ValueRange values) { arguments.assign(values.begin(), values.end()); }
  /// The next index argument that is not yet used.
  mlir::Value nextIndex() { return arguments[buffers() + used++]; }
  mlir::ShapedType baseType(unsigned operand);
  mlir::Value base(unsigned operand) { return arguments[operand]; }
  /// All views of the operand, on `value`.
  mlir::Value apply(unsigned operand, mlir::Value value);
  mlir::Value transposed(mlir::Value value, const std::vector<unsigned> &permutation);

private:
  unsigned buffers() const { return function.hasInput(kC) ? 3 : 2; }
  mlir::OpFoldResult size(Extent stated);
  mlir::OpFoldResult number(const Slot &slot);
  mlir::Value slice(const Step &step, mlir::Value value, const std::vector<Extent> &sizes);
  mlir::Value expand(const Step &step, mlir::Value value, const std::vector<Extent> &sizes);
  mlir::Value collapse(const Step &step, mlir::Value value);
  mlir::Value pad(const Step &step, mlir::Value value);

  const Function &function;
  mlir::ImplicitLocOpBuilder &b;
  mlir::SmallVector<mlir::Value> arguments;
  unsigned used = 0;
};

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_EMITVIEWS_H
