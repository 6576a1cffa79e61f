//===- ExpandArithmetic.cpp - compound arithmetic as simple operations ----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_EXPANDARITHMETICPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("expanded").category("expand-arithmetic");

/// f64 becomes bf16 by way of f32, as in PyTorch: the C libraries have no routine for the direct way.
struct TruncateInTwoSteps final : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Type source = op.getIn().getType();
    if (!getElementTypeOrSelf(source).isF64() || !getElementTypeOrSelf(op.getType()).isBF16())
      return rewriter.notifyMatchFailure(op, "not from f64 to bf16");
    Type middle = rewriter.getF32Type();
    if (auto shaped = dyn_cast<ShapedType>(source))
      middle = shaped.clone(middle);
    Value narrow = arith::TruncFOp::create(rewriter, op.getLoc(), middle, op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), narrow);
    return success();
  }
};

struct ExpandArithmeticPass final : lexon::impl::ExpandArithmeticPassBase<ExpandArithmeticPass> {
  using ExpandArithmeticPassBase::ExpandArithmeticPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathAlgebraicSimplificationPatterns(patterns);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    if (bf16) {
      patterns.add<TruncateInTwoSteps>(&getContext());
      arith::populateExpandBFloat16Patterns(patterns);
    }
    bool changed = false;
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), GreedyRewriteConfig(), &changed)))
      return signalPassFailure();
    if (changed)
      remark::passed(getOperation()->getLoc(), kEvent) << "compound arithmetic";
  }
};
} // namespace
