//===- PropagateTransposes.cpp - let transposes meet and cancel -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Models exported channels first have a transpose in front of and behind each operation that wants channels last. All
// move the same way, towards the results: so there is an end to it.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Convolution/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_PROPAGATETRANSPOSESPASS
#include "lexon/Transforms/Convolution/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("moved").category("propagate-transposes");

/// `source` with its dimension `permutation[i]` in place `i`.
Value transpose(OpBuilder &builder, Location loc, Value source, ArrayRef<int64_t> permutation) {
  SmallVector<OpFoldResult> sizes = applyPermutation(tensor::getMixedSizes(builder, loc, source), permutation);
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, cast<RankedTensorType>(source.getType()).getElementType());
  return linalg::TransposeOp::create(builder, loc, source, empty, permutation)->getResult(0);
}

/// Replaces `op` by the transposed `value`, in `op`'s own type.
void replaceByTransposed(PatternRewriter &rewriter, Operation *op, Value value, ArrayRef<int64_t> permutation) {
  remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
  Value result = transpose(rewriter, op->getLoc(), value, permutation);
  if (result.getType() != op->getResult(0).getType())
    result = tensor::CastOp::create(rewriter, op->getLoc(), op->getResult(0).getType(), result);
  rewriter.replaceOp(op, result);
}

linalg::TransposeOp transposeOf(Value value) {
  auto op = value.getDefiningOp<linalg::TransposeOp>();
  return op && op.hasPureTensorSemantics() ? op : linalg::TransposeOp();
}

/// elementwise(transpose(x), transpose(y), z) to transpose(elementwise(x, y, z)).
struct MovePastElementwise final : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || op.getNumResults() != 1 || op.getNumParallelLoops() != op.getNumLoops() ||
        op.hasIndexSemantics() || op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) ||
        !op.getIndexingMapsArray().back().isIdentity())
      return rewriter.notifyMatchFailure(op, "not element-wise");
    std::optional<SmallVector<int64_t>> permutation;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      if (!isa<RankedTensorType>(input->get().getType()) || !map.isPermutation())
        continue; // of lower rank: cheap to read in any order
      linalg::TransposeOp transposed = transposeOf(input->get());
      if (!transposed || !map.isIdentity() || (permutation && !llvm::equal(*permutation, transposed.getPermutation())))
        return rewriter.notifyMatchFailure(op, "operands of full rank are not transposed alike");
      permutation = llvm::to_vector(transposed.getPermutation());
    }
    if (!permutation)
      return rewriter.notifyMatchFailure(op, "no operand is transposed");
    // The new loops are the dimensions of the sources: old loop i is new loop permutation[i].
    SmallVector<AffineExpr> loops;
    for (int64_t dim : *permutation)
      loops.push_back(rewriter.getAffineDimExpr(dim));
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    Value like; // has the sizes of the new loops
    unsigned rank = permutation->size();
    AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      bool isFull = isa<RankedTensorType>(input->get().getType()) && map.isPermutation();
      like = isFull ? transposeOf(input->get()).getInput() : like;
      inputs.push_back(isFull ? transposeOf(input->get()).getInput() : input->get());
      maps.push_back(isFull ? identity : map.replaceDimsAndSymbols(loops, {}, rank, 0));
    }
    maps.push_back(identity);
    Type element = cast<RankedTensorType>(op.getResult(0).getType()).getElementType();
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), tensor::getMixedSizes(rewriter, op.getLoc(), like), element);
    auto created = linalg::GenericOp::create(rewriter, op.getLoc(), empty.getType(), inputs, empty, maps,
                                             op.getIteratorTypesArray());
    rewriter.cloneRegionBefore(op.getRegion(), created.getRegion(), created.getRegion().end());
    replaceByTransposed(rewriter, op, created.getResult(0), *permutation);
    return success();
  }
};

struct MovePastPad final : OpRewritePattern<tensor::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::PadOp op, PatternRewriter &rewriter) const override {
    linalg::TransposeOp transposed = transposeOf(op.getSource());
    Value value = op.getConstantPaddingValue();
    if (!transposed || !value)
      return rewriter.notifyMatchFailure(op, "not the pad of a transpose by one value");
    SmallVector<int64_t> permutation(transposed.getPermutation()), inverse = invertPermutationVector(permutation);
    auto created = tensor::PadOp::create(rewriter, op.getLoc(), Type(), transposed.getInput(),
                                         applyPermutation(op.getMixedLowPad(), inverse),
                                         applyPermutation(op.getMixedHighPad(), inverse), value, op.getNofold());
    replaceByTransposed(rewriter, op, created, permutation);
    return success();
  }
};

struct MovePastSlice final : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ExtractSliceOp op, PatternRewriter &rewriter) const override {
    linalg::TransposeOp transposed = transposeOf(op.getSource());
    if (!transposed || op.getType().getRank() != op.getSourceType().getRank())
      return rewriter.notifyMatchFailure(op, "not a slice of a transpose with all its dimensions");
    SmallVector<int64_t> permutation(transposed.getPermutation()), inverse = invertPermutationVector(permutation);
    Value created = tensor::ExtractSliceOp::create(
        rewriter, op.getLoc(), transposed.getInput(), applyPermutation(op.getMixedOffsets(), inverse),
        applyPermutation(op.getMixedSizes(), inverse), applyPermutation(op.getMixedStrides(), inverse));
    replaceByTransposed(rewriter, op, created, permutation);
    return success();
  }
};

/// A concatenation: transposes inserted one after the other into an empty tensor.
struct MovePastInsertions final : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::InsertSliceOp last, PatternRewriter &rewriter) const override {
    auto continues = [&](OpOperand &use) {
      auto next = dyn_cast<tensor::InsertSliceOp>(use.getOwner());
      return next && next.getDest() == last.getResult();
    };
    if (llvm::any_of(last->getUses(), continues))
      return rewriter.notifyMatchFailure(last, "not the last part");
    SmallVector<tensor::InsertSliceOp> chain; // the first insertion last
    std::optional<SmallVector<int64_t>> permutation;
    for (tensor::InsertSliceOp op = last; op; op = op.getDest().getDefiningOp<tensor::InsertSliceOp>()) {
      linalg::TransposeOp transposed = transposeOf(op.getSource());
      if (!transposed || op.getSourceType().getRank() != op.getType().getRank() ||
          (permutation && !llvm::equal(*permutation, transposed.getPermutation())) || (op != last && !op->hasOneUse()))
        return rewriter.notifyMatchFailure(op, "parts are not transposed alike, or used before they are complete");
      permutation = llvm::to_vector(transposed.getPermutation());
      chain.push_back(op);
    }
    auto empty = chain.back().getDest().getDefiningOp<tensor::EmptyOp>();
    if (!empty)
      return rewriter.notifyMatchFailure(last, "inserted into a tensor with elements of its own");
    SmallVector<int64_t> inverse = invertPermutationVector(*permutation);
    Value into = tensor::EmptyOp::create(rewriter, last.getLoc(), applyPermutation(empty.getMixedSizes(), inverse),
                                         empty.getType().getElementType());
    for (tensor::InsertSliceOp op : llvm::reverse(chain))
      into = tensor::InsertSliceOp::create(rewriter, op.getLoc(), transposeOf(op.getSource()).getInput(), into,
                                           applyPermutation(op.getMixedOffsets(), inverse),
                                           applyPermutation(op.getMixedSizes(), inverse),
                                           applyPermutation(op.getMixedStrides(), inverse));
    replaceByTransposed(rewriter, last, into, *permutation);
    return success();
  }
};

struct PropagateTransposesPass final : lexon::impl::PropagateTransposesPassBase<PropagateTransposesPass> {
  using PropagateTransposesPassBase::PropagateTransposesPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MovePastElementwise, MovePastInsertions, MovePastPad, MovePastSlice>(&getContext());
    linalg::TransposeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::EmptyOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
