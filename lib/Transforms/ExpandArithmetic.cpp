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
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_EXPANDARITHMETICPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("expanded").category("expand-arithmetic");

struct ExpandArithmeticPass final : lexon::impl::ExpandArithmeticPassBase<ExpandArithmeticPass> {
  using ExpandArithmeticPassBase::ExpandArithmeticPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathAlgebraicSimplificationPatterns(patterns);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    if (bf16)
      arith::populateExpandBFloat16Patterns(patterns);
    bool changed = false;
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), GreedyRewriteConfig(), &changed)))
      return signalPassFailure();
    if (changed)
      remark::passed(getOperation()->getLoc(), kEvent) << "compound arithmetic";
  }
};
} // namespace
