//===- Panels.h - the packed layout of a contraction's rhs -------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_DIALECT_LEXON_TRANSFORMS_PANELS_H
#define LEXON_LIB_DIALECT_LEXON_TRANSFORMS_PANELS_H

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace lexon::core {

/// How the rhs of a `lexon.contract` is packed: `width` columns of each step of the reduction side by side, column
/// panel after column panel; behind the last whole panel the rest as it was. Of bf16, two steps of the reduction lie
/// side by side for each column: what instructions for bf16 multiply, and what widens to f32 without moving elements.
struct Panels {
  /// The loop dimension of the packed columns, its position in rhs, and its size.
  unsigned dim = 0, position = 0;
  int64_t columns = 0;
  /// Columns of a panel, for each group.
  int64_t width = 0;
  /// The loop dimension of the reduction that is split into pairs, if one is, and its positions in lhs and rhs.
  std::optional<unsigned> pairDim;
  unsigned pairInLhs = 0, pairInRhs = 0;
  /// The shape of rhs, unpacked.
  llvm::SmallVector<int64_t> shape;
  /// From the dimensions of the split rhs (the columns as [panel, column], the pairs as [pair, element]) to those of
  /// the packed one.
  llvm::SmallVector<int64_t> order;

  int64_t packedColumns() const { return columns / width * width; }
  bool hasRest() const { return columns % width != 0; }
  /// The shape of the columns from `begin` to `end` of rhs.
  llvm::SmallVector<int64_t> shapeOf(int64_t begin, int64_t end) const;
  /// The whole panels' shape, split but not yet in `order`; and packed.
  llvm::SmallVector<int64_t> splitShape() const;
  llvm::SmallVector<int64_t> packedShape() const;
  /// For each dimension of rhs the dimensions it is split into.
  llvm::SmallVector<llvm::SmallVector<int64_t, 2>> splitSizes() const;
  /// Which dimensions of the split shape make one of the unsplit one.
  llvm::SmallVector<mlir::ReassociationIndices> splitReassociation() const;
  /// Says the layout; equal for equal layouts.
  std::string text() const;
};

/// Panels of `panel` columns (over all groups) for the rhs of `contract`; or says in `reason` why not.
std::optional<Panels> planPanels(ContractOp contract, int64_t panel, std::string &reason);

/// rhs (of the contraction's own shape) with its whole panels packed: the packed part and, if there is one, the rest,
/// each written to the tensor given for it.
mlir::Value packInto(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value rhs, const Panels &panels,
                     mlir::Value packed);

/// Replaces `contract` by one on the packed columns and, if there are any, one on the rest.
void contractPanels(mlir::RewriterBase &rewriter, ContractOp contract, const Panels &panels, mlir::Value packed,
                    mlir::Value rest);

/// The elements of `tensor` from `begin` to `end` along `dim`; `tensor` itself if that is all.
mlir::Value sliceOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, int64_t dim, int64_t begin,
                    int64_t end);

} // namespace lexon::core

#endif // LEXON_LIB_DIALECT_LEXON_TRANSFORMS_PANELS_H
