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

template <typename Effect> bool hasEffect(func::FuncOp function) {
  auto visit = [](Operation *op) {
    auto effects = dyn_cast<MemoryEffectOpInterface>(op);
    bool onStack = isa<memref::AllocaOp>(op); // frees itself
    return effects && !onStack && effects.hasEffect<Effect>() ? WalkResult::interrupt() : WalkResult::advance();
  };
  return function.walk(visit).wasInterrupted();
}

/// True if buffers can come into being in `function`: by allocation, or as the result of a call.
bool obtainsMemory(func::FuncOp function) {
  auto visit = [](CallOpInterface call) {
    return llvm::any_of(call->getResultTypes(), llvm::IsaPred<BaseMemRefType>) ? WalkResult::interrupt()
                                                                               : WalkResult::advance();
  };
  return hasEffect<MemoryEffects::Allocate>(function) || function.walk(visit).wasInterrupted() ||
         llvm::any_of(function.getResultTypes(), llvm::IsaPred<BaseMemRefType>);
}

struct DeallocateBuffersPass final : lexon::impl::DeallocateBuffersPassBase<DeallocateBuffersPass> {
  using DeallocateBuffersPassBase::DeallocateBuffersPassBase;

  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // Nothing to free: leave alone also what upstream's pass cannot walk through (OpenMP regions).
      if (function.isExternal() || !obtainsMemory(function))
        continue;
      if (hasEffect<MemoryEffects::Free>(function)) {
        remark::missed(function.getLoc(), kEvent) << remark::reason(
            "'{0}' frees memory itself, so all of its memory is its own business", function.getSymName());
        continue;
      }
      if (failed(
              bufferization::deallocateBuffersOwnershipBased(function, bufferization::DeallocationOptions(), symbols)))
        return signalPassFailure();
      remark::passed(function.getLoc(), kEvent) << function.getSymName();
    }
  }
};
} // namespace
