//===- Contraction.h - is this operation a contraction? ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_CONTRACTION_H
#define LEXON_ANALYSIS_CONTRACTION_H

#include "lexon/Support/LLVM.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/SmallVector.h"

namespace lexon {

/// `out[batch, m, n] += sum over k of cast(lhs[batch, m, k]) * cast(rhs[batch, k, n])`, in the widest sense: any number
/// (also zero) of dimensions of each kind, in any order in each operand.
struct Contraction {
  mlir::linalg::LinalgOp op;
  /// Loop dimensions by kind: in all three operands; in lhs and out; in rhs and out; in lhs and rhs.
  llvm::SmallVector<unsigned> batch, m, n, k;
  /// Projected permutations from loop dimensions to the operands' dimensions.
  mlir::AffineMap lhsMap, rhsMap, outMap;
  /// True if integers are widened as unsigned numbers.
  bool lhsUnsigned = false, rhsUnsigned = false;
  /// A scalar that multiplies every product, or null: `out += scale * lhs * rhs`. Defined outside of `op`, or by a
  /// constant inside of it. Only where the caller of `matchContraction` allows it.
  mlir::Value scale;
  /// True if the products are subtracted: `out -= ...`. Only where the caller allows it.
  bool negated = false;

  mlir::Value lhs() const { return op->getOperand(0); }
  mlir::Value rhs() const { return op->getOperand(1); }
  mlir::Value out() const { return op->getOperands().back(); }
};

/// Which forms `matchContraction` takes.
enum class ContractionForm {
  Plain, ///< out + lhs * rhs
  Scaled ///< out ± [scale *] lhs * rhs, floating-point, with the factors in any order
};

/// Matches `op`, on tensors or memrefs. Floating-point and integer elements; operands may be narrower than the result.
/// Fails on anything else: another body, a map that is not a projected permutation, a dimension in one operand only.
mlir::FailureOr<Contraction> matchContraction(mlir::linalg::LinalgOp op, ContractionForm form = ContractionForm::Plain);

} // namespace lexon

#endif // LEXON_ANALYSIS_CONTRACTION_H
