//===- FuseElementwise.cpp - one loop nest for chains of cheap operations -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Why not upstream's linalg-fuse-elementwise-ops: it also fuses into contractions, where each element of an operand is
// used many times and would be computed as often, and it moves reshapes through them.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("fused").category("fuse-elementwise");

/// Operations of simple form become linalg.generic, the only form that fusion and the folding of unit dimensions know.
/// Fills stay: they are how later passes recognize an initial value.
void generalize(Operation *root) {
  SmallVector<linalg::LinalgOp> simple;
  root->walk([&](linalg::LinalgOp op) {
    bool projected =
        llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) { return map.isProjectedPermutation(); });
    if (op.hasPureTensorSemantics() && projected && !isa<linalg::GenericOp, linalg::FillOp>(op))
      simple.push_back(op);
  });
  for (linalg::LinalgOp op : simple) {
    IRRewriter rewriter(op);
    DictionaryAttr attributes = op->getDiscardableAttrDictionary();
    // What cannot be generalized stays as it is.
    if (FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, op); succeeded(generic))
      lexon::core::keepChoices(attributes, *generic);
  }
}

/// True if each element of `producer`'s result is read at most once for each step of the consumer's parallel loops.
bool isWorthFusing(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || succeeded(lexon::matchContraction(consumer)))
    return false;
  if (!producer->hasOneUse())
    return false;
  // A broadcast operand would be computed again for each element it is broadcast to; constants and moves are free.
  AffineMap map = consumer.getMatchingIndexingMap(operand);
  bool broadcast = map.getNumResults() < map.getNumDims();
  bool cheap = producer.getBody()->getOperations().size() == 1;
  if (broadcast && !cheap)
    return false;
  remark::passed(consumer.getLoc(), kEvent) << "with its operand " << std::to_string(operand->getOperandNumber());
  return true;
}

struct FuseElementwisePass final : lexon::impl::FuseElementwisePassBase<FuseElementwisePass> {
  using FuseElementwisePassBase::FuseElementwisePassBase;

  void runOnOperation() override {
    generalize(getOperation());
    if (failed(dropUnitDims()) || failed(fuse()))
      signalPassFailure();
  }

  LogicalResult dropUnitDims() {
    // Not for a greedy driver (upstream's note); the walk goes over new operations as well.
    RewritePatternSet patterns(&getContext());
    linalg::ControlDropUnitDims options;
    linalg::populateFoldUnitExtentDimsPatterns(patterns, options);
    linalg::populateMoveInitOperandsToInputPattern(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    RewritePatternSet cleanup(&getContext());
    linalg::populateFoldUnitExtentDimsCanonicalizationPatterns(cleanup, options);
    return applyPatternsGreedily(getOperation(), std::move(cleanup));
  }

  LogicalResult fuse() {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, isWorthFusing);
    linalg::populateInlineConstantOperandsPatterns(patterns);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, &getContext());
    linalg::FillOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};
} // namespace
