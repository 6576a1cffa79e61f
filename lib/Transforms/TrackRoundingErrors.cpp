//===- TrackRoundingErrors.cpp - values and rounding-error bounds ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// `lexon verify` compares every element with the value of the same operations in f64, under a bound that the
// operations themselves give. This pass makes the program that computes both. Here: its preparation and its remarks;
// TrackRoundingErrors.h has the idea and the parts.
//
//===----------------------------------------------------------------------===//

#include "TrackRoundingErrors.h"

#include "lexon/Transforms/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_TRACKROUNDINGERRORSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon::rounding;

namespace {

constexpr auto kTracked = remark::RemarkOpts::name("tracked").category("track-rounding-errors");
constexpr auto kUncertain = remark::RemarkOpts::name("uncertain-decision").category("track-rounding-errors");

/// linalg.softmax and other operations made of several.
struct DecomposeAggregated final : OpInterfaceRewritePattern<linalg::AggregatedOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::AggregatedOpInterface op, PatternRewriter &rewriter) const override {
    if (!isa<linalg::SoftmaxOp>(op))
      return rewriter.notifyMatchFailure(op, "not softmax");
    FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "cannot be decomposed");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

/// Uses of a condition where rounding errors may decide and no bound covers it: everything but the choice between two
/// numbers.
void findDecisions(Value condition, SmallVectorImpl<Location> &decisions) {
  for (Operation *user : condition.getUsers()) {
    if (auto select = dyn_cast<arith::SelectOp>(user); select && isa<FloatType>(select.getType()))
      continue;
    if (isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::SelectOp>(user) &&
        user->getResult(0).getType().isInteger(1))
      findDecisions(user->getResult(0), decisions);
    else
      decisions.push_back(user->getLoc());
  }
}

/// Dialects and types that cannot be tracked are named before anything is rewritten.
LogicalResult refuseUnsupported(ModuleOp module) {
  WalkResult result = module.walk<WalkOrder::PreOrder>([](Operation *op) -> WalkResult {
    StringRef dialect = op->getName().getDialectNamespace();
    if (dialect == "omp" || dialect == "vector") {
      InFlightDiagnostic diagnostic = op->emitOpError("has no rounding-error rule");
      diagnostic.attachNote() << "track rounding errors before vectorization and parallelization";
      return diagnostic;
    }
    auto isUntracked = [](Type type) { return holdsFloat(type) && !convertType(type); };
    for (Type type :
         llvm::concat<const Type>(llvm::to_vector(op->getOperandTypes()), llvm::to_vector(op->getResultTypes())))
      if (isUntracked(type))
        return op->emitOpError("has no rounding-error rule for type ") << type;
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

struct TrackRoundingErrorsPass final : lexon::impl::TrackRoundingErrorsPassBase<TrackRoundingErrorsPass> {
  using TrackRoundingErrorsPassBase::TrackRoundingErrorsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(refuseUnsupported(module)) || failed(prepare()))
      return signalPassFailure();
    SmallVector<Location> decisions = collectDecisions();
    Tracker tracker(module);
    if (failed(tracker.run())) {
      tracker.rollBack();
      return signalPassFailure();
    }
    tracker.commit();
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        remark::passed(function.getLoc(), kTracked) << function.getSymName();
    for (Location location : decisions)
      remark::missed(location, kUncertain) << remark::reason(
          "the f64 value decides here; rounding errors may decide otherwise, and no bound covers that");
  }

private:
  /// Leaves fewer kinds of operations. Nothing is folded: folded constants would be rounded already.
  LogicalResult prepare() {
    OpPassManager pipeline("builtin.module");
    pipeline.addPass(createLowerAffinePass());
    pipeline.addPass(createConvertElementwiseToLinalgPass());
    if (failed(runPipeline(pipeline, getOperation())))
      return failure();
    RewritePatternSet patterns(&getContext());
    patterns.add<DecomposeAggregated>(&getContext());
    linalg::populateLinalgNamedOpsGeneralizationPatterns(patterns);
    // A comparison must be in sight of the selection that uses it.
    linalg::populateElementwiseOpsFusionPatterns(
        patterns, [](OpOperand *operand) { return getElementTypeOrSelf(operand->get().getType()).isInteger(1); });
    GreedyRewriteConfig config;
    config.enableFolding(false).enableConstantCSE(false).setRegionSimplificationLevel(
        GreedySimplifyRegionLevel::Disabled);
    return applyPatternsGreedily(getOperation(), std::move(patterns), config);
  }

  SmallVector<Location> collectDecisions() {
    SmallVector<Location> decisions;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::CmpFOp>(op) && dependsOnRounding(op->getResult(0)))
        findDecisions(op->getResult(0), decisions);
      else if (isa<arith::FPToSIOp, arith::FPToUIOp>(op))
        decisions.push_back(op->getLoc());
    });
    return decisions;
  }
};
} // namespace
