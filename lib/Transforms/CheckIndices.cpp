//===- CheckIndices.cpp - indices that come from data are checked ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// TOSA leaves an index outside of its table undefined, and upstream's lowering reads whatever is there. PyTorch says
// that it is an error, and so do we.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_CHECKINDICESPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("checked").category("check-indices");

struct CheckIndicesPass final : lexon::impl::CheckIndicesPassBase<CheckIndicesPass> {
  using CheckIndicesPassBase::CheckIndicesPassBase;

  void runOnOperation() override {
    getOperation()->walk([](tensor::ExtractOp op) {
      OpBuilder builder(op);
      for (auto [dim, index] : llvm::enumerate(op.getIndices())) {
        // Loop counters stay in range by construction; what was an integer before came from somewhere else.
        if (!isa_and_nonnull<arith::IndexCastOp, arith::IndexCastUIOp>(index.getDefiningOp()))
          continue;
        Location loc = op.getLoc();
        Value size = builder.createOrFold<tensor::DimOp>(loc, op.getTensor(), dim);
        // Unsigned: a negative index is a very large one.
        Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, index, size);
        cf::AssertOp::create(builder, loc, inside, "index out of range");
        remark::passed(loc, kEvent) << "dimension " << std::to_string(dim);
      }
    });
  }
};
} // namespace
