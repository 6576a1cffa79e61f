//===- ConvertCancellingMath.cpp - libm where a formula would cancel ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/DialectConversion.h"

namespace lexon {
#define GEN_PASS_DEF_CONVERTCANCELLINGMATHPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("converted").category("convert-cancelling-math");

/// On scalars and vectors: tensors have become loops when this matters.
bool cancels(Operation *op) {
  return isa<math::ExpM1Op, math::Log1pOp>(op) && !isa<TensorType>(op->getResult(0).getType());
}

struct ConvertCancellingMathPass final : lexon::impl::ConvertCancellingMathPassBase<ConvertCancellingMathPass> {
  using ConvertCancellingMathPassBase::ConvertCancellingMathPassBase;

  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (cancels(op))
        remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
    });
    RewritePatternSet patterns(&getContext());
    populateMathToLibmConversionPatterns(patterns);
    // Upstream converts all of math or nothing; what is legal here stays for LLVM's intrinsics.
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *op) { return !cancels(op); });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
