//===- WidenIndices.cpp - index arithmetic in the width of addresses ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What LLVM's induction variable widening does for loops that count in narrow integers; those of C count in `index`
// here, and are cut to the type of the C variable inside.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_WIDENINDICESPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("widened").category("widen-indices");

/// Sums are followed twice at each operation.
constexpr unsigned kMaxDepth = 8;

/// The value that `value` was cut from without loss, if it was of the type that `cast` makes, or of one as wide; null
/// if there is none.
Value wholeOf(Value value, bool isSigned, Type wide) {
  auto cut = value.getDefiningOp<arith::TruncIOp>();
  auto flag = isSigned ? arith::IntegerOverflowFlags::nsw : arith::IntegerOverflowFlags::nuw;
  bool isAsWide = cut && (cut.getIn().getType() == wide || (wide.isIndex() && cut.getIn().getType().isInteger(64)));
  return isAsWide && bitEnumContainsAll(cut.getOverflowFlags(), flag) ? cut.getIn() : Value();
}

bool isSignedArithmetic(Operation *op) {
  auto flags = dyn_cast_or_null<arith::ArithIntegerOverflowFlagsInterface>(op);
  return flags && isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op) &&
         bitEnumContainsAll(flags.getOverflowAttr().getValue(), arith::IntegerOverflowFlags::nsw);
}

/// True if arithmetic that cannot wrap leads from `value` to one that was cut without loss.
bool isMadeOfWhole(Value value, Type wide, unsigned depth) {
  if (wholeOf(value, /*isSigned=*/true, wide))
    return true;
  Operation *op = value.getDefiningOp();
  return depth < kMaxDepth && isSignedArithmetic(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return isMadeOfWhole(operand, wide, depth + 1); });
}

/// Casts before arithmetic instead of behind it.
template <typename CastOp> struct WidenSigned final : OpRewritePattern<CastOp> {
  using OpRewritePattern<CastOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(CastOp cast, PatternRewriter &rewriter) const override {
    Type wide = cast.getType();
    auto from = dyn_cast<IntegerType>(cast.getIn().getType());
    if (!from || from.getWidth() >= 64 || isa<ShapedType>(wide))
      return failure();
    if (Value whole = wholeOf(cast.getIn(), /*isSigned=*/true, wide)) {
      if (whole.getType() == wide)
        rewriter.replaceOp(cast, whole);
      else
        rewriter.replaceOpWithNewOp<arith::IndexCastOp>(cast, wide, whole);
      return success();
    }
    Operation *op = cast.getIn().getDefiningOp();
    if (!isSignedArithmetic(op) || !isMadeOfWhole(cast.getIn(), wide, 0))
      return failure();
    remark::passed(cast.getLoc(), kEvent) << "computed in the width of addresses";
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(CastOp::create(rewriter, cast.getLoc(), wide, operand));
    OperationState state(op->getLoc(), op->getName().getStringRef(), operands, {wide}, op->getAttrs());
    rewriter.replaceOp(cast, rewriter.create(state)->getResults());
    return success();
  }
};

struct WidenUnsigned final : OpRewritePattern<arith::ExtUIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtUIOp cast, PatternRewriter &rewriter) const override {
    Value whole = wholeOf(cast.getIn(), /*isSigned=*/false, cast.getType());
    if (!whole)
      return failure();
    rewriter.replaceOp(cast, whole);
    return success();
  }
};

struct WidenIndicesPass final : lexon::impl::WidenIndicesPassBase<WidenIndicesPass> {
  using WidenIndicesPassBase::WidenIndicesPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<WidenSigned<arith::ExtSIOp>, WidenSigned<arith::IndexCastOp>, WidenUnsigned>(&getContext());
    GreedyRewriteConfig config;
    config.enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
