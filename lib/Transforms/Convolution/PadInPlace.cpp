//===- PadInPlace.cpp - results written into their padded tensor ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Convolution/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace lexon {
#define GEN_PASS_DEF_PADINPLACEPASS
#include "lexon/Transforms/Convolution/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("padded").category("pad-in-place");

/// The operand that says where `producer` begins to write: its destination, or, if that is filled, the filling's. Null
/// unless a tensor without contents stands there.
OpOperand *destinationOf(DestinationStyleOpInterface producer) {
  OpOperand *init = &producer.getDpsInitsMutable()[0];
  if (auto fill = init->get().getDefiningOp<linalg::FillOp>(); fill && fill->hasOneUse())
    init = fill.getDpsInitOperand(0);
  return init->get().getDefiningOp<tensor::EmptyOp>() ? init : nullptr;
}

/// Why the source of `pad` cannot be computed in the padded tensor; empty if it can.
StringRef reasonAgainst(tensor::PadOp pad) {
  auto producer = pad.getSource().getDefiningOp<DestinationStyleOpInterface>();
  if (!producer || producer->getNumResults() != 1 || producer.getNumDpsInits() != 1)
    return "its source is no single result of an operation with a destination";
  if (!destinationOf(producer))
    return "its source begins with a value of its own";
  Value value = pad.getConstantPaddingValue();
  if (!value || !(value.getDefiningOp() && value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>()))
    return "the padding is not one constant";
  if (!pad.getSourceType().hasStaticShape() || !pad.getResultType().hasStaticShape())
    return "sizes are not static";
  for (Operation *user : producer->getUsers())
    if (user->getBlock() != producer->getBlock() || user->hasTrait<OpTrait::IsTerminator>())
      return "its source leaves the block";
  return "";
}

void padInPlace(IRRewriter &rewriter, tensor::PadOp pad) {
  Location loc = pad.getLoc();
  auto producer = pad.getSource().getDefiningOp<DestinationStyleOpInterface>();
  RankedTensorType type = pad.getResultType();
  OpOperand *destination = destinationOf(producer);
  rewriter.setInsertionPoint(destination->getOwner());
  Value padding = rewriter.clone(*pad.getConstantPaddingValue().getDefiningOp())->getResult(0);
  Value empty = tensor::EmptyOp::create(rewriter, loc, type.getShape(), type.getElementType());
  Value filled = linalg::FillOp::create(rewriter, loc, padding, empty).getResult(0);
  SmallVector<OpFoldResult> offsets = pad.getMixedLowPad();
  SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(rewriter.getContext(), pad.getSourceType().getShape());
  SmallVector<OpFoldResult> strides(type.getRank(), rewriter.getIndexAttr(1));
  Value inner = tensor::ExtractSliceOp::create(rewriter, loc, filled, offsets, sizes, strides);
  rewriter.modifyOpInPlace(destination->getOwner(), [&] { destination->set(inner); });
  rewriter.setInsertionPointAfter(producer);
  Value result = producer->getResult(0);
  Value whole = tensor::InsertSliceOp::create(rewriter, loc, result, filled, offsets, sizes, strides);
  Value part = tensor::ExtractSliceOp::create(rewriter, loc, whole, offsets, sizes, strides);
  rewriter.replaceAllUsesExcept(result, part, whole.getDefiningOp());
  rewriter.replaceOp(pad, whole);
}

struct PadInPlacePass final : lexon::impl::PadInPlacePassBase<PadInPlacePass> {
  using PadInPlacePassBase::PadInPlacePassBase;

  void runOnOperation() override {
    SmallVector<tensor::PadOp> pads;
    getOperation()->walk([&](tensor::PadOp pad) { pads.push_back(pad); });
    IRRewriter rewriter(&getContext());
    for (tensor::PadOp pad : pads) {
      if (StringRef reason = reasonAgainst(pad); !reason.empty()) {
        remark::missed(pad.getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      remark::passed(pad.getLoc(), kEvent) << "its source is computed in place";
      padInPlace(rewriter, pad);
    }
  }
};
} // namespace
