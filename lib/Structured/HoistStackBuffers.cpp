//===- HoistStackBuffers.cpp - stack buffers out of loops -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Structured/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace lexon {
#define GEN_PASS_DEF_HOISTSTACKBUFFERSPASS
#include "lexon/Structured/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("hoisted").category("hoist-stack-buffers");

/// Where one buffer for all iterations may live: each region below belongs to one thread.
Block *homeOf(memref::AllocaOp op) {
  for (Operation *parent = op->getParentOp(); parent; parent = parent->getParentOp()) {
    if (isa<FunctionOpInterface, omp::ParallelOp>(parent))
      return &parent->getRegion(0).front();
    // The scope that a parallel loop's body was given for just these buffers; sequential control flow.
    bool open = isa<memref::AllocaScopeOp, omp::LoopNestOp, omp::WsloopOp, scf::ForOp, scf::WhileOp, scf::IfOp>(parent);
    if (!open)
      return nullptr;
  }
  return nullptr;
}

struct HoistStackBuffersPass final : lexon::impl::HoistStackBuffersPassBase<HoistStackBuffersPass> {
  using HoistStackBuffersPassBase::HoistStackBuffersPassBase;

  void runOnOperation() override {
    SmallVector<memref::AllocaOp> buffers;
    getOperation()->walk([&](memref::AllocaOp op) {
      if (op->getParentOfType<LoopLikeOpInterface>() || op->getParentOfType<omp::LoopNestOp>())
        buffers.push_back(op);
    });
    for (memref::AllocaOp op : buffers) {
      Block *home = homeOf(op);
      if (!op.getType().hasStaticShape() || op->getNumOperands() > 0 || !home) {
        remark::missed(op.getLoc(), kEvent) << remark::reason(
            "{0}", home ? "its size or layout is not static" : "inside a parallel loop or another scope");
        continue;
      }
      op->moveBefore(home, home->begin());
      remark::passed(op.getLoc(), kEvent) << "out of its loops";
    }
  }
};
} // namespace
