//===- FoldEmptyTensors.cpp - nothing to compute without elements ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_FOLDEMPTYTENSORSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("folded").category("fold-empty-tensors");

bool isEmpty(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getNumElements() == 0;
}

Value emptyOf(OpBuilder &builder, Location loc, RankedTensorType type) {
  return tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType(), type.getEncoding());
}

/// The value that all elements of a pad of an empty tensor have.
Value paddingOf(tensor::PadOp pad) {
  bool known = isEmpty(pad.getSourceType()) && pad.getResultType().hasStaticShape();
  return known ? pad.getConstantPaddingValue() : Value();
}

struct FoldEmptyTensorsPass final : lexon::impl::FoldEmptyTensorsPassBase<FoldEmptyTensorsPass> {
  using FoldEmptyTensorsPassBase::FoldEmptyTensorsPassBase;

  void runOnOperation() override {
    // From the outside in: what is inside of a folded operation goes with it.
    getOperation()->walk<WalkOrder::PreOrder>([](Operation *op) {
      OpBuilder builder(op);
      if (op->getNumResults() != 0 && llvm::all_of(op->getResultTypes(), isEmpty) &&
          // A weight stays one: prepare functions and calls look for it.
          !isa<tensor::EmptyOp, lexon::core::WeightOp>(op) && isMemoryEffectFree(op)) {
        for (OpResult result : op->getResults())
          result.replaceAllUsesWith(emptyOf(builder, op->getLoc(), cast<RankedTensorType>(result.getType())));
      } else if (auto pad = dyn_cast<tensor::PadOp>(op); pad && paddingOf(pad)) {
        Value init = emptyOf(builder, op->getLoc(), pad.getResultType());
        pad.replaceAllUsesWith(linalg::FillOp::create(builder, op->getLoc(), paddingOf(pad), init).getResult(0));
      } else {
        return WalkResult::advance();
      }
      remark::passed(op->getLoc(), kEvent) << remark::reason("'{0}' has no elements", op->getName().getStringRef());
      op->erase();
      return WalkResult::skip();
    });
  }
};
} // namespace
