//===- Contraction.h - is this operation a contraction? ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_CONTRACTION_H
#define LEXON_ANALYSIS_CONTRACTION_H

#include "lexon/Dialect/Lexon/IR/Lexon.h"
#include "lexon/Support/LLVM.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/SmallVector.h"

namespace lexon {

/// Attribute (unit) of an operation of linalg whose products are added to each element one by one, in the order of the
/// loops, as the program did: its results are to be the same bits.
inline constexpr llvm::StringLiteral kOrderedAttr = "lexon.ordered";

/// `out[batch, m, n] += sum over k of cast(lhs[batch, m, k]) * cast(rhs[batch, k, n])`, in the widest sense: any number
/// (also zero) of dimensions of each kind, in any order in each operand. A `lexon.contract` overwrites `out` instead,
/// with what its region makes of the sums.
struct Contraction {
  /// A linalg operation or a `lexon.contract`.
  mlir::Operation *op = nullptr;
  /// Loop dimensions by kind: in all three operands; in lhs and out; in rhs and out; in lhs and rhs.
  llvm::SmallVector<unsigned> batch, m, n, k;
  /// The group dimension of a `lexon.contract`: in rhs only, or in rhs and out if the op stores each group.
  std::optional<unsigned> group;
  /// The size of each loop dimension, or ShapedType::kDynamic.
  llvm::SmallVector<int64_t> sizes;
  /// From loop dimensions to the operands' dimensions: projected permutations, but results may be sums of dimensions
  /// times constants in lhs (a convolution) and in the output of a `lexon.contract`.
  mlir::AffineMap lhsMap, rhsMap, outMap;
  /// True if integers are widened as unsigned numbers.
  bool lhsUnsigned = false, rhsUnsigned = false;
  /// A scalar that multiplies every product, or null: `out += scale * lhs * rhs`. Defined outside of `op`, or by a
  /// constant inside of it.
  mlir::Value scale;
  /// True if the products are subtracted: `out -= ...`.
  bool negated = false;
  /// True if each element takes its products one by one, in the order of the reduction (`kOrderedAttr`). Then the
  /// scalar multiplies an element before the product is formed: that of rhs if `scalesRhs`, else that of lhs.
  bool isOrdered = false, scalesRhs = false;
  /// True if product and addition are rounded once (`math.fma`).
  bool isFused = false;
  /// Of an ordered contraction: true if what is added is not one product but what the body makes of elements of lhs, of
  /// rhs, and of other inputs that are indexed and stored as lhs or as rhs: `out += lhs * rhs + lhs' * rhs'`.
  bool hasBody = false;
  /// The operands' numbers.
  llvm::SmallVector<unsigned, 2> asLhs, asRhs;

  mlir::Value lhs() const { return op->getOperand(0); }
  mlir::Value rhs() const { return op->getOperand(1); }
  mlir::Value out() const;
  /// True if lhs is indexed by sums: windows of it are multiplied with rhs (`out[i, n] += lhs[i * stride + k] * rhs[k,
  /// n]`).
  bool isConvolution() const { return !lhsMap.isProjectedPermutation(); }
  /// The operation as one of linalg's, or null.
  mlir::linalg::LinalgOp linalgOp() const { return llvm::dyn_cast<mlir::linalg::LinalgOp>(op); }
  /// The operation as a `lexon.contract`, or null.
  core::ContractOp contractOp() const { return llvm::dyn_cast<core::ContractOp>(op); }
  /// The size of a dimension; 1 for none (-1).
  int64_t sizeOf(int64_t dim) const { return dim < 0 ? 1 : sizes[dim]; }
  int64_t numGroups() const { return group ? sizes[*group] : 1; }
};

/// Describes a `lexon.contract`, or matches an operation of linalg, on tensors or memrefs: `out + lhs * rhs` with
/// floating-point or integer elements, operands possibly narrower than the result; floating-point also
/// `out ± [scale *] lhs * rhs`, the factors in any order unless it is marked as ordered, or the same as `math.fma`.
/// Convolutions are contractions whose lhs is indexed by sums. Fails on anything else: another body, another map that
/// is not a projected permutation, a dimension in one operand only. Those that have a body only if the caller knows
/// about them.
mlir::FailureOr<Contraction> matchContraction(mlir::Operation *op, bool mayHaveBody = false);

} // namespace lexon

#endif // LEXON_ANALYSIS_CONTRACTION_H
