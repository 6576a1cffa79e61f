//===- ConvertLevel1ToLinalg.cpp - level1 operations as linalg ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// linalg.generic is what Lexon's midend fuses, turns into buffers, distributes over threads and vectorizes; a dialect
// that lowers to it gets all of that.
//
//===----------------------------------------------------------------------===//

#include "Level1.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace {
/// axpy_c1 where only the running program knows the sizes.
void createSizeCheck(OpBuilder &builder, level1::AxpyOp op) {
  if (op.getX().getType().hasStaticShape() && op.getY().getType().hasStaticShape())
    return; // the verifier has compared them
  Value left = tensor::DimOp::create(builder, op.getLoc(), op.getX(), 0);
  Value right = tensor::DimOp::create(builder, op.getLoc(), op.getY(), 0);
  Value same = arith::CmpIOp::create(builder, op.getLoc(), arith::CmpIPredicate::eq, left, right);
  cf::AssertOp::create(builder, op.getLoc(), same, "level1.axpy adds vectors of different sizes");
}

struct LowerAxpy final : OpRewritePattern<level1::AxpyOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(level1::AxpyOp op, PatternRewriter &rewriter) const override {
    createSizeCheck(rewriter, op);
    // y is where the sum starts: the operand that linalg calls its output, and overwrites if nobody else needs it.
    AffineMap identity = rewriter.getMultiDimIdentityMap(1);
    AffineMap maps[] = {identity, identity};
    utils::IteratorType iterators[] = {utils::IteratorType::parallel};
    auto body = [&](OpBuilder &builder, Location loc, ValueRange elements) {
      Value product = arith::MulFOp::create(builder, loc, op.getAlpha(), elements[0]);
      Value sum = arith::AddFOp::create(builder, loc, product, elements[1]);
      linalg::YieldOp::create(builder, loc, sum);
    };
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(op, op.getResult().getType(), op.getX(), op.getY(), maps, iterators,
                                                   body);
    return success();
  }
};

struct ConvertLevel1ToLinalgPass final : PassWrapper<ConvertLevel1ToLinalgPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertLevel1ToLinalgPass)

  StringRef getArgument() const override { return "convert-level1-to-linalg"; }
  StringRef getDescription() const override { return "Turn level1 operations into linalg.generic"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerAxpy>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

void level1::registerPasses() { PassRegistration<ConvertLevel1ToLinalgPass>(); }
