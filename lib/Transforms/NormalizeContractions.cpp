//===- NormalizeContractions.cpp - fold moves into contractions -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Analysis/Contraction.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_NORMALIZECONTRACTIONSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("folded").category("normalize-contractions");

/// An operation that only moves elements: `result[out(d)] = source[in(d)]`, both maps projected permutations.
struct Move {
  Value source;
  /// From the result's dimensions to the source's.
  AffineMap map;
};

std::optional<Move> matchMove(Value value) {
  auto op = value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 || op.getNumParallelLoops() != op.getNumLoops())
    return std::nullopt;
  auto yielded = dyn_cast<BlockArgument>(op.getBlock()->getTerminator()->getOperand(0));
  if (!llvm::hasSingleElement(*op.getBlock()) || !yielded || yielded.getArgNumber() != 0)
    return std::nullopt;
  AffineMap in = op.getIndexingMapsArray()[0], out = op.getIndexingMapsArray()[1];
  if (!isa<RankedTensorType>(op->getOperand(0).getType()) || !in.isProjectedPermutation() || !out.isPermutation())
    return std::nullopt;
  return Move{op->getOperand(0), in.compose(inversePermutation(out))};
}

/// True for a contraction that is no convolution: of these normalize-convolutions takes care.
bool isPlainContraction(Operation *op) {
  FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
  return succeeded(contraction) && !contraction->isConvolution();
}

/// contraction(move(x)) to contraction(x) with another indexing map.
struct FoldMoveOfInput final : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
    if (!op.hasPureTensorSemantics() || failed(contraction) || contraction->isConvolution())
      return rewriter.notifyMatchFailure(op, "not a contraction on tensors, or a convolution");
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    SmallVector<Value> inputs = op.getDpsInputs();
    bool changed = false;
    for (unsigned i : {0, 1}) {
      std::optional<Move> move = matchMove(inputs[i]);
      if (!move || !staysContraction(*contraction, maps[1 - i], move->map.compose(maps[i])))
        continue;
      LEXON_DEBUG("normalize-contractions",
                  os << op.getLoc() << ": operand " << i << " reads " << maps[i] << " through " << move->map);
      inputs[i] = move->source;
      maps[i] = move->map.compose(maps[i]);
      changed = true;
    }
    if (!changed)
      return rewriter.notifyMatchFailure(op, "no input is moved");
    auto types = op.getIteratorTypesArray();
    auto generic =
        linalg::GenericOp::create(rewriter, op.getLoc(), op->getResultTypes(), inputs, op.getDpsInits(), maps, types);
    rewriter.cloneRegionBefore(op->getRegion(0), generic.getRegion(), generic.getRegion().end());
    lexon::core::keepChoices(op->getDiscardableAttrDictionary(), generic);
    remark::passed(op.getLoc(), kEvent) << "moved operand";
    rewriter.replaceOp(op, generic.getResults());
    return success();
  }

  /// A broadcast operand loses dimensions: one of the reduction must stay in both inputs, one of the result in one.
  static bool staysContraction(const lexon::Contraction &contraction, AffineMap other, AffineMap replacement) {
    for (unsigned dim = 0; dim < replacement.getNumDims(); ++dim) {
      bool here = replacement.isFunctionOfDim(dim), there = other.isFunctionOfDim(dim);
      if (llvm::is_contained(contraction.k, dim) ? !(here && there) : !(here || there))
        return false;
    }
    return true;
  }
};

/// move(contraction) to a contraction into the moved result.
struct FoldMoveOfResult final : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    std::optional<Move> move = op->getNumResults() == 1 ? matchMove(op->getResult(0)) : std::nullopt;
    auto contraction = move ? move->source.getDefiningOp<linalg::LinalgOp>() : linalg::LinalgOp();
    if (!contraction || !move->map.isPermutation() || !move->source.hasOneUse() || !isPlainContraction(contraction))
      return rewriter.notifyMatchFailure(op, "not the transpose of a contraction that nothing else uses");
    auto fill = contraction.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
    if (!fill)
      return rewriter.notifyMatchFailure(op, "the contraction's initial value would have to be transposed");
    SmallVector<AffineMap> maps = contraction.getIndexingMapsArray();
    maps.back() = inversePermutation(move->map).compose(maps.back());
    // The sizes are the contraction's own, so that everything needed stands before it.
    rewriter.setInsertionPoint(contraction);
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, op.getLoc(), contraction.getDpsInits()[0]);
    sizes = applyMap(inversePermutation(move->map), sizes);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), sizes, type.getElementType());
    Value init = linalg::FillOp::create(rewriter, op.getLoc(), fill.getInputs(), empty).getResult(0);
    auto generic = linalg::GenericOp::create(rewriter, contraction.getLoc(), init.getType(), contraction.getDpsInputs(),
                                             init, maps, contraction.getIteratorTypesArray());
    rewriter.cloneRegionBefore(contraction->getRegion(0), generic.getRegion(), generic.getRegion().end());
    lexon::core::keepChoices(contraction->getDiscardableAttrDictionary(), generic);
    remark::passed(contraction.getLoc(), kEvent) << "moved result";
    Value result = generic.getResult(0);
    if (result.getType() != type)
      result = tensor::CastOp::create(rewriter, op.getLoc(), type, result);
    rewriter.replaceOp(op, result);
    return success();
  }

  static SmallVector<OpFoldResult> applyMap(AffineMap map, ArrayRef<OpFoldResult> sizes) {
    SmallVector<OpFoldResult> result;
    for (unsigned i = 0; i < map.getNumResults(); ++i)
      result.push_back(sizes[map.getDimPosition(i)]);
    return result;
  }
};

/// A reshape stands between a contraction and a move of its operand: make the contraction's loops as many as the move's
/// dimensions, so that the move can fold. This is how the repeated heads of grouped-query attention disappear.
bool hidesMove(OpOperand *operand) {
  auto collapse = operand->get().getDefiningOp<tensor::CollapseShapeOp>();
  auto consumer = dyn_cast<linalg::LinalgOp>(operand->getOwner());
  return collapse && consumer && matchMove(collapse.getSrc()) && isPlainContraction(consumer);
}

struct NormalizeContractionsPass final : lexon::impl::NormalizeContractionsPassBase<NormalizeContractionsPass> {
  using NormalizeContractionsPassBase::NormalizeContractionsPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldMoveOfInput, FoldMoveOfResult>(&getContext());
    linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, hidesMove);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    linalg::FillOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
