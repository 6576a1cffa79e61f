//===- VectorizeStructured.cpp - linalg operations as loops over vectors --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Why not upstream's linalg vectorizer: it vectorizes whole tiles, so that tails, reductions of several accumulators
// and reads at computed places need a schedule each. Why not LLVM's loop vectorizer: it needs run-time checks for each
// pair of buffers, prefers half-width vectors on some CPUs, and keeps loops with calls of math functions scalar.
//
//===----------------------------------------------------------------------===//

#include "lexon/Structured/Passes.h"

#include "StructuredLoops.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_VECTORIZESTRUCTUREDPASS
#include "lexon/Structured/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("vectorized").category("vectorize-structured");

/// True if loop dimensions `dim` and `dim + 1` are one dimension in each operand: adjacent, in this order, contiguous.
bool canJoin(linalg::LinalgOp op, int64_t dim) {
  auto types = op.getIteratorTypesArray();
  if (types[dim] != types[dim + 1])
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!map.isProjectedPermutation() || (type && type.getRank() != map.getNumResults()))
      return false;
    std::optional<unsigned> first = map.getResultPosition(getAffineDimExpr(dim, op.getContext())),
                            second = map.getResultPosition(getAffineDimExpr(dim + 1, op.getContext()));
    if (!first && !second)
      continue;
    if (!first || !second || *second != *first + 1)
      return false;
    SmallVector<ReassociationIndices> groups;
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (i == *second)
        groups.back().push_back(i);
      else
        groups.push_back({i});
    if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
      return false;
  }
  return true;
}

/// `memref.collapse_shape` of contiguous memory as a cast: folding the collapse into each access, as other passes do,
/// would divide each index.
void castInsteadOfCollapse(IRRewriter &rewriter, memref::CollapseShapeOp op) {
  auto source = cast<MemRefType>(op.getSrc().getType());
  auto type = cast<MemRefType>(op.getType());
  if (!source.getLayout().isIdentity() || !type.getLayout().isIdentity())
    return;
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(rewriter, loc, op.getSrc()), joined, strides;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    OpFoldResult size = rewriter.getIndexAttr(1);
    for (int64_t dim : group)
      size = affine::makeComposedFoldedAffineApply(
          rewriter, loc, rewriter.getAffineSymbolExpr(0) * rewriter.getAffineSymbolExpr(1), {size, sizes[dim]});
    joined.push_back(size);
  }
  OpFoldResult stride = rewriter.getIndexAttr(1);
  strides.assign(joined.size(), stride);
  for (size_t dim = joined.size(); dim-- > 1;) {
    stride = affine::makeComposedFoldedAffineApply(
        rewriter, loc, rewriter.getAffineSymbolExpr(0) * rewriter.getAffineSymbolExpr(1), {stride, joined[dim]});
    strides[dim - 1] = stride;
  }
  auto flat =
      memref::ReinterpretCastOp::create(rewriter, loc, type, op.getSrc(), rewriter.getIndexAttr(0), joined, strides);
  rewriter.replaceOp(op, flat);
}

/// Joins dimensions that are contiguous in all operands: longer rows, fewer tails.
linalg::LinalgOp joinDimensions(IRRewriter &rewriter, linalg::LinalgOp op) {
  if (op.hasIndexSemantics() || op.getNumLoops() < 2)
    return op;
  SmallVector<ReassociationIndices> groups{{0}};
  for (int64_t dim = 0; dim + 1 < op.getNumLoops(); ++dim)
    if (canJoin(op, dim))
      groups.back().push_back(dim + 1);
    else
      groups.push_back({dim + 1});
  if (groups.size() == op.getNumLoops())
    return op;
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::CollapseResult> joined = linalg::collapseOpIterationDims(op, groups, rewriter);
  if (failed(joined))
    return op;
  rewriter.eraseOp(op);
  for (Value operand : joined->collapsedOp->getOperands())
    if (auto collapse = operand.getDefiningOp<memref::CollapseShapeOp>())
      castInsteadOfCollapse(rewriter, collapse);
  return joined->collapsedOp;
}

struct VectorizeStructuredPass final : lexon::impl::VectorizeStructuredPassBase<VectorizeStructuredPass> {
  using VectorizeStructuredPassBase::VectorizeStructuredPassBase;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops)
      vectorize(op);
  }

  void vectorize(linalg::LinalgOp op) {
    if (!op.hasPureBufferSemantics() ||
        !llvm::all_of(op->getOperandTypes(), [](Type type) { return isa<MemRefType>(type) || !isa<ShapedType>(type); }))
      return missed(op, "operands are not ranked memrefs");
    if (op.getNumLoops() == 0)
      return missed(op, "a single element");
    FailureOr<LaneChoice> before = chooseLanes(op, vectorBits);
    if (failed(before))
      return missed(op, lanesReason(op, vectorBits));
    IRRewriter rewriter(op);
    if (!isa<linalg::GenericOp>(op)) {
      FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, op);
      if (failed(generic))
        return missed(op, "no form as linalg.generic");
      op = *generic;
    }
    op = joinDimensions(rewriter, op);
    FailureOr<LaneChoice> choice = chooseLanes(op, vectorBits);
    if (failed(choice))
      return missed(op, lanesReason(op, vectorBits));
    rewriter.setInsertionPoint(op);
    emitStructuredLoops(rewriter, op, *choice);
    remark::passed(op.getLoc(), kEvent) << choice->describe();
    rewriter.eraseOp(op);
  }

  void missed(linalg::LinalgOp op, const std::string &why) {
    remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", why);
  }
};
} // namespace
