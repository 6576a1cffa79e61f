//===- PackBf16Rounding.cpp - f32 to bf16 by one instruction --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Bf16/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_PACKBF16ROUNDINGPASS
#include "lexon/Bf16/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("packed").category("pack-bf16-rounding");

struct PackBf16RoundingPass final : lexon::impl::PackBf16RoundingPassBase<PackBf16RoundingPass> {
  using PackBf16RoundingPassBase::PackBf16RoundingPassBase;

  /// True for vectors that fill a register of 256 or 512 bits.
  static bool isPackable(arith::TruncFOp op) {
    auto source = dyn_cast<VectorType>(op.getIn().getType());
    auto target = dyn_cast<VectorType>(op.getType());
    return source && source.getRank() == 1 && !source.isScalable() &&
           (source.getDimSize(0) == 8 || source.getDimSize(0) == 16) && source.getElementType().isF32() &&
           target.getElementType().isBF16() &&
           op.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even) == arith::RoundingMode::to_nearest_even;
  }

  void runOnOperation() override {
    SmallVector<arith::TruncFOp> found;
    getOperation()->walk([&](arith::TruncFOp op) {
      if (isPackable(op))
        found.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (arith::TruncFOp op : found) {
      remark::passed(op.getLoc(), kEvent) << "rounding of a vector";
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<x86vector::CvtPackedF32ToBF16Op>(op, op.getType(), op.getIn());
    }
  }
};
} // namespace
