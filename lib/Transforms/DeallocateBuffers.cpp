//===- DeallocateBuffers.cpp - free what a function allocates -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Upstream's ownership-based-buffer-deallocation, function by function: as a pass it fails on any function that frees
// memory itself, as hand-written programs do.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_DEALLOCATEBUFFERSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("deallocated").category("deallocate-buffers");

bool freesMemory(func::FuncOp function) {
  return function
      .walk([](Operation *op) {
        auto effects = dyn_cast<MemoryEffectOpInterface>(op);
        return effects && effects.hasEffect<MemoryEffects::Free>() ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

struct DeallocateBuffersPass final : lexon::impl::DeallocateBuffersPassBase<DeallocateBuffersPass> {
  using DeallocateBuffersPassBase::DeallocateBuffersPassBase;

  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      if (freesMemory(function)) {
        remark::missed(function.getLoc(), kEvent)
            << remark::reason("'{0}' frees memory itself, so all of its memory is its own business",
                              function.getSymName());
        continue;
      }
      if (failed(bufferization::deallocateBuffersOwnershipBased(function, bufferization::DeallocationOptions(), symbols)))
        return signalPassFailure();
      remark::passed(function.getLoc(), kEvent) << function.getSymName();
    }
  }
};
} // namespace
