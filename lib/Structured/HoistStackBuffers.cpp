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
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"

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

/// The operations of `block` from the first to the last that use `buffer`, also through views. Nothing if not all uses
/// are known to be inside of them.
std::optional<std::pair<Operation *, Operation *>> usesIn(Block *block, memref::AllocaOp buffer) {
  std::optional<std::pair<Operation *, Operation *>> span;
  SmallVector<Value> aliases = {buffer};
  while (!aliases.empty())
    for (Operation *user : aliases.pop_back_val().getUsers()) {
      Operation *place = block->findAncestorOpInBlock(*user);
      bool gives = llvm::any_of(user->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
      if (!place || user->hasTrait<OpTrait::IsTerminator>() || (gives && !isa<ViewLikeOpInterface>(user)))
        return std::nullopt;
      if (gives)
        llvm::append_range(aliases, user->getResults());
      if (!span)
        span = {place, place};
      if (place->isBeforeInBlock(span->first))
        span->first = place;
      if (span->second->isBeforeInBlock(place))
        span->second = place;
    }
  return span;
}

/// Buffers of one type that are used one after the other become one: layers of a model need the stack of one layer.
void shareBuffers(Block *block) {
  llvm::MapVector<std::pair<Type, uint64_t>, SmallVector<std::pair<memref::AllocaOp, Operation *>>> kept;
  struct Used {
    memref::AllocaOp buffer;
    Operation *first, *last;
  };
  SmallVector<Used> all;
  for (auto buffer : block->getOps<memref::AllocaOp>())
    if (auto span = usesIn(block, buffer); span && buffer.getType().hasStaticShape() && buffer->getNumOperands() == 0)
      all.push_back({buffer, span->first, span->second});
  llvm::stable_sort(all, [](const Used &x, const Used &y) { return x.first->isBeforeInBlock(y.first); });
  for (Used &used : all) {
    auto &candidates = kept[{used.buffer.getType(), used.buffer.getAlignment().value_or(0)}];
    auto free = llvm::find_if(candidates, [&](auto &pair) { return pair.second->isBeforeInBlock(used.first); });
    if (free == candidates.end()) {
      candidates.push_back({used.buffer, used.last});
      continue;
    }
    remark::passed(used.buffer.getLoc(), kEvent) << "shares the memory of another";
    if (used.buffer->isBeforeInBlock(free->first))
      free->first->moveBefore(used.buffer);
    used.buffer.replaceAllUsesWith(free->first.getResult());
    free->second = used.last;
    used.buffer.erase();
  }
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
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", home ? "its size or layout is not static"
                                                                          : "inside a parallel loop or another scope");
        continue;
      }
      op->moveBefore(home, home->begin());
      remark::passed(op.getLoc(), kEvent) << "out of its loops";
    }
    SmallVector<Block *> homes;
    getOperation()->walk([&](Operation *op) {
      if (isa<FunctionOpInterface, omp::ParallelOp>(op) && !op->getRegion(0).empty())
        homes.push_back(&op->getRegion(0).front());
    });
    llvm::for_each(homes, shareBuffers);
  }
};
} // namespace
