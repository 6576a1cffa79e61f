//===- SeparateInitialValues.cpp - one fill for each accumulation ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace lexon {
#define GEN_PASS_DEF_SEPARATEINITIALVALUESPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("separated").category("separate-initial-values");

struct SeparateInitialValuesPass final : lexon::impl::SeparateInitialValuesPassBase<SeparateInitialValuesPass> {
  using SeparateInitialValuesPassBase::SeparateInitialValuesPassBase;

  void runOnOperation() override {
    SmallVector<linalg::FillOp> fills;
    getOperation()->walk([&](linalg::FillOp fill) {
      if (fill.hasPureTensorSemantics())
        fills.push_back(fill);
    });
    for (linalg::FillOp fill : fills) {
      SmallVector<OpOperand *> initialized;
      for (OpOperand &use : fill->getUses())
        if (auto op = dyn_cast<DestinationStyleOpInterface>(use.getOwner()); op && op.isDpsInit(&use))
          initialized.push_back(&use);
      // A slice that is computed and inserted again (pad-in-place) is the same memory.
      bool onlyUse =
          fill->hasOneUse() || (initialized.size() == 1 && llvm::all_of(fill->getUses(), [&](OpOperand &use) {
                                  return &use == initialized[0] || isa<tensor::ExtractSliceOp>(use.getOwner());
                                }));
      for (OpOperand *use : initialized) {
        if (onlyUse)
          break;
        OpBuilder builder(use->getOwner());
        use->set(builder.clone(*fill)->getResult(0));
        remark::passed(fill.getLoc(), kEvent) << "own fill";
      }
      if (fill->use_empty())
        fill.erase();
    }
  }
};
} // namespace
