//===- ExpandStridedCopies.cpp - strided copies as structured operations --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A memref.copy with a strided side lowers to a library routine that moves one element at a time, and that routine is
// not part of a compiled module.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_EXPANDSTRIDEDCOPIESPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("strided-copy").category("expand-strided-copies");

bool isContiguous(MemRefType type) { return type.getLayout().isIdentity(); }

struct ExpandStridedCopy final : OpRewritePattern<memref::CopyOp> {
  ExpandStridedCopy(MLIRContext *context, bool includeContiguous)
      : OpRewritePattern(context), includeContiguous(includeContiguous) {}

  LogicalResult matchAndRewrite(memref::CopyOp op, PatternRewriter &rewriter) const override {
    auto source = dyn_cast<MemRefType>(op.getSource().getType());
    auto target = dyn_cast<MemRefType>(op.getTarget().getType());
    if (!source || !target)
      return rewriter.notifyMatchFailure(op, "unranked side: number of loops unknown");
    if (!includeContiguous && isContiguous(source) && isContiguous(target))
      return rewriter.notifyMatchFailure(op, "both sides contiguous: memcpy is better");
    remark::passed(op.getLoc(), kEvent) << "rewritten as linalg.copy";
    rewriter.replaceOpWithNewOp<linalg::CopyOp>(op, op.getSource(), op.getTarget());
    return success();
  }
  const bool includeContiguous;
};

struct ExpandStridedCopiesPass final : lexon::impl::ExpandStridedCopiesPassBase<ExpandStridedCopiesPass> {
  using ExpandStridedCopiesPassBase::ExpandStridedCopiesPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandStridedCopy>(&getContext(), includeContiguous);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    getOperation()->walk([](memref::CopyOp op) {
      if (!isa<MemRefType>(op.getSource().getType()) || !isa<MemRefType>(op.getTarget().getType()))
        remark::missed(op.getLoc(), kEvent) << remark::reason("unranked memref");
    });
  }
};
} // namespace
