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
/// panel after column panel; behind the last whole panel the rest, as a narrower panel or as it was. Of bf16, two steps
/// of the reduction lie side by side for each column: what instructions for bf16 multiply, and what widens to f32
/// without moving elements.
struct Panels {
  /// The loop dimension of the packed columns, its position in rhs, and its size.
  unsigned dim = 0, position = 0;
  int64_t columns = 0;
  /// Columns of a panel, for each group.
  int64_t width = 0;
  /// True if columns behind the last whole panel are a panel, too. A few are better left as they were, if they can
  /// be read as vectors: along the reduction, as both inputs have it, or along the columns.
  bool packsRest = false;
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
  /// The panel of the columns behind the whole panels.
  Panels rest() const;
  /// The shape of the columns from `begin` to `end` of rhs.
  llvm::SmallVector<int64_t> shapeOf(int64_t begin, int64_t end) const;
  /// The whole panels' shape, split but not yet in `order`; and packed.
  llvm::SmallVector<int64_t> splitShape() const;
  llvm::SmallVector<int64_t> packedShape() const;
  /// The shape of the columns behind them, packed or not.
  llvm::SmallVector<int64_t> restShape() const;
  /// For each dimension of rhs the dimensions it is split into.
  llvm::SmallVector<llvm::SmallVector<int64_t, 2>> splitSizes() const;
  /// Which dimensions of the split shape make one of the unsplit one.
  llvm::SmallVector<mlir::ReassociationIndices> splitReassociation() const;
  /// Says the layout; equal for equal layouts.
  std::string text() const;
};

/// Panels of `panel` columns (over all groups) for the rhs of `contract`; or says in `reason` why not.
std::optional<Panels> planPanels(ContractOp contract, int64_t panel, std::string &reason);

/// The whole panels of rhs (of the contraction's own shape), written to the tensor `packed`.
mlir::Value packInto(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value rhs, const Panels &panels,
                     mlir::Value packed);
/// The columns of rhs behind the whole panels, packed if `panels` says so; the tensor for them is made by `makeEmpty`.
mlir::Value restOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value rhs, const Panels &panels,
                   llvm::function_ref<mlir::Value(llvm::ArrayRef<int64_t>)> makeEmpty);

/// Replaces `contract` by one on the packed columns and, if there are any, one on the rest.
void contractPanels(mlir::RewriterBase &rewriter, ContractOp contract, const Panels &panels, mlir::Value packed,
                    mlir::Value rest);

/// The elements of `tensor` from `begin` to `end` along `dim`; `tensor` itself if that is all.
mlir::Value sliceOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, int64_t dim, int64_t begin,
                    int64_t end);

} // namespace lexon::core

#endif // LEXON_LIB_DIALECT_LEXON_TRANSFORMS_PANELS_H
