//===- HoistInvariantLoads.cpp - loads that every iteration repeats -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Upstream's loop-invariant-code-motion moves what has no effect and can be speculated. A load through a pointer of C
// can be neither moved past stores nor executed if the loop never runs; here types tell which stores can be passed, and
// a condition guards it. From inner loops outwards, guards become part of what is moved.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_HOISTINVARIANTLOADSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("hoisted").category("hoist-invariant-loads");

/// True if an access of one type may touch an object of the other (type-based alias analysis on scalar types: one is
/// the other, or above it).
bool mayAlias(LLVM::TBAATypeDescriptorAttr a, LLVM::TBAATypeDescriptorAttr b) {
  auto isAbove = [](LLVM::TBAATypeDescriptorAttr above, LLVM::TBAATypeDescriptorAttr type) {
    while (type && type != above)
      type = type.getMembers().size() == 1
                 ? dyn_cast<LLVM::TBAATypeDescriptorAttr>(type.getMembers().front().getTypeDesc())
                 : LLVM::TBAATypeDescriptorAttr();
    return type == above;
  };
  return isAbove(a, b) || isAbove(b, a);
}

bool mayAlias(ArrayAttr a, ArrayAttr b) {
  if (!a || !b)
    return true;
  for (Attribute first : a)
    for (Attribute second : b)
      if (!mayAlias(cast<LLVM::TBAATagAttr>(first).getAccessType(), cast<LLVM::TBAATagAttr>(second).getAccessType()))
        return false;
  return true;
}

bool isPlain(LLVM::LoadOp load) {
  return !load.getVolatile_() && load.getOrdering() == LLVM::AtomicOrdering::not_atomic;
}

/// What one loop does to memory.
class LoopEffects {
public:
  explicit LoopEffects(scf::ForOp loop) {
    loop->walk([&](Operation *op) {
      if (op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() || isMemoryEffectFree(op) || isa<LLVM::LoadOp>(op))
        return;
      auto store = dyn_cast<LLVM::StoreOp>(op);
      if (store && !store.getVolatile_() && store.getOrdering() == LLVM::AtomicOrdering::not_atomic) {
        stores.push_back(store.getTbaaAttr());
        return;
      }
      // Memory of its own, which no pointer leads to.
      auto written = dyn_cast<memref::StoreOp>(op);
      bool isOwn = isa<memref::LoadOp>(op) ||
                   (written && isa_and_nonnull<memref::AllocOp, memref::AllocaOp>(written.getMemRef().getDefiningOp()));
      isKnown &= isOwn;
    });
  }

  /// True if `load` gives the same each time, as far as its memory goes.
  bool keeps(LLVM::LoadOp load) const {
    return isKnown && isPlain(load) &&
           llvm::none_of(stores, [&](ArrayAttr tags) { return mayAlias(tags, load.getTbaaAttr()); });
  }

private:
  SmallVector<ArrayAttr> stores; ///< their alias tags
  bool isKnown = true;
};

/// Moves loads out of one loop. Inner loops come first.
class Hoisting {
public:
  explicit Hoisting(scf::ForOp loop) : loop(loop), effects(loop) {}

  unsigned run() {
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (isMovable(&op))
        moved.insert(&op);
      // What may run for ever need not get to the loads behind it.
      if (op.walk([](scf::WhileOp) { return WalkResult::interrupt(); }).wasInterrupted())
        break;
    }
    dropUnneeded();
    if (loads == 0)
      return 0;
    SmallVector<Value> results;
    for (Operation *op : moved)
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !moved.contains(user); }))
          results.push_back(result);
    replace(results);
    return loads;
  }

private:
  bool isOutside(Value value) { return loop.isDefinedOutsideOfLoop(value) || moved.contains(value.getDefiningOp()); }

  /// True for what is executed in each iteration, with the same result.
  bool isMovable(Operation *op) {
    if (auto load = dyn_cast<LLVM::LoadOp>(op))
      return effects.keeps(load) && isOutside(load.getAddr());
    if (op->getNumRegions() == 0)
      return isMemoryEffectFree(op) && isSpeculatable(op) &&
             llvm::all_of(op->getOperands(), [&](Value operand) { return isOutside(operand); });
    return isGuard(op);
  }

  /// What an inner loop's loads have become: `scf.if` on loads alone.
  bool isGuard(Operation *op) {
    auto guard = dyn_cast<scf::IfOp>(op);
    if (!guard || guard.getNumResults() == 0 || !isOutside(guard.getCondition()))
      return false;
    return !guard
                ->walk([&](Operation *inner) {
                  if (inner == op || isa<scf::YieldOp, scf::IfOp>(inner))
                    return WalkResult::advance();
                  auto load = dyn_cast<LLVM::LoadOp>(inner);
                  bool isFine = load ? effects.keeps(load) : isMemoryEffectFree(inner) && isSpeculatable(inner);
                  for (Value operand : inner->getOperands())
                    isFine &= isOutside(operand) || guard->isAncestor(operand.getParentBlock()->getParentOp());
                  return isFine ? WalkResult::advance() : WalkResult::interrupt();
                })
                .wasInterrupted();
  }

  /// Arithmetic is moved only for the sake of loads.
  void dropUnneeded() {
    SmallVector<Operation *> all(moved.begin(), moved.end());
    for (Operation *op : llvm::reverse(all)) {
      bool isLoad = isa<LLVM::LoadOp, scf::IfOp>(op);
      bool isNeeded = llvm::any_of(op->getUsers(), [&](Operation *user) {
        return moved.contains(loop.getBody()->findAncestorOpInBlock(*user));
      });
      if (!isLoad && !isNeeded)
        moved.remove(op);
      loads += isLoad;
    }
  }

  /// `results` are computed before the loop, if it runs at all.
  void replace(ArrayRef<Value> results) {
    OpBuilder builder(loop);
    Location loc = loop.getLoc();
    IRMapping mapping;
    std::optional<llvm::APInt> trips = loop.getStaticTripCount();
    if (trips && !trips->isZero()) {
      for (Operation *op : moved)
        builder.clone(*op, mapping);
      for (Value result : results)
        result.replaceAllUsesWith(mapping.lookup(result));
      return eraseMoved();
    }
    auto predicate = loop.getUnsignedCmp() ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
    Value runs = arith::CmpIOp::create(builder, loc, predicate, loop.getLowerBound(), loop.getUpperBound());
    auto guard = scf::IfOp::create(builder, loc, TypeRange(ValueRange(results)), runs, /*withElseRegion=*/true);
    OpBuilder inside = guard.getThenBodyBuilder();
    for (Operation *op : moved)
      inside.clone(*op, mapping);
    scf::YieldOp::create(inside, loc, llvm::map_to_vector(results, [&](Value value) { return mapping.lookup(value); }));
    OpBuilder otherwise = guard.getElseBodyBuilder();
    SmallVector<Value> nothing; // but no poison: conditions may be computed of it, though nothing depends on them
    for (Value result : results) {
      TypedAttr zero = otherwise.getZeroAttr(result.getType());
      nothing.push_back(zero ? arith::ConstantOp::create(otherwise, loc, zero).getResult()
                             : LLVM::ZeroOp::create(otherwise, loc, result.getType()).getResult());
    }
    scf::YieldOp::create(otherwise, loc, nothing);
    for (auto [number, result] : llvm::enumerate(results))
      Value(result).replaceAllUsesWith(guard.getResult(number));
    eraseMoved();
  }

  void eraseMoved() {
    for (Operation *op : llvm::reverse(moved))
      if (op->use_empty())
        op->erase();
  }

  scf::ForOp loop;
  LoopEffects effects;
  llvm::SetVector<Operation *> moved; ///< in the order of the body
  unsigned loads = 0;
};

struct HoistInvariantLoadsPass final : lexon::impl::HoistInvariantLoadsPassBase<HoistInvariantLoadsPass> {
  using HoistInvariantLoadsPassBase::HoistInvariantLoadsPassBase;

  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk<WalkOrder::PostOrder>([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      if (unsigned loads = Hoisting(loop).run())
        remark::passed(loop.getLoc(), kEvent) << llvm::formatv("{0} loads", loads).str();
  }
};
} // namespace
