//===- RegionBuilder.cpp - one parallel region out of many ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RegionBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace lexon;

namespace {
bool isPlain(Operation *op) { return op->getNumRegions() == 0 && isMemoryEffectFree(op); }

bool containsRegion(Operation *op) {
  auto visit = [](omp::ParallelOp) { return WalkResult::interrupt(); };
  return op->walk(visit).wasInterrupted();
}
} // namespace

omp::WsloopOp lexon::sharedLoopOf(omp::ParallelOp region) {
  if (region->getNumOperands() > 0 || region.getProcBindKind() || !region.getRegion().hasOneBlock() ||
      region.getRegion().getNumArguments() > 0)
    return {};
  omp::WsloopOp loop;
  for (Operation &op : region.getRegion().front().without_terminator()) {
    auto candidate = dyn_cast<omp::WsloopOp>(op);
    bool isScratch = isa<memref::AllocaOp>(op) && op.getNumOperands() == 0;
    if ((candidate && loop) || (!candidate && !isPlain(&op) && !isScratch))
      return {};
    if (candidate)
      loop = candidate;
  }
  // Any clause means something that a neighbour would have to respect.
  if (!loop || loop->getNumOperands() > 0 || loop.getOrderedAttr() || loop.getOrder() || loop.getScheduleMod() ||
      loop.getScheduleSimd() ||
      loop.getScheduleKind().value_or(omp::ClauseScheduleKind::Static) != omp::ClauseScheduleKind::Static ||
      !isa<omp::LoopNestOp>(loop.getWrappedLoop()))
    return {};
  auto nest = cast<omp::LoopNestOp>(loop.getWrappedLoop());
  if (nest.getLoopInclusive() || nest.getTileSizes() || !nest.getRegion().hasOneBlock() ||
      !llvm::all_of(nest.getRegion().getArgumentTypes(), llvm::IsaPred<IndexType>))
    return {};
  return loop;
}

bool lexon::canBroadcast(Type type) { return BaseMemRefType::isValidElementType(type); }

omp::ParallelOp RegionBuilder::build(ArrayRef<Operation *> ops) {
  SmallVector<Operation *> sunk;
  SmallVector<Operation *> inside = hoist(ops, sunk);
  rewriter.setInsertionPoint(inside.front());
  region = omp::ParallelOp::create(rewriter, inside.front()->getLoc(), omp::ParallelOperands());
  Block *block = rewriter.createBlock(&region.getRegion());
  omp::TerminatorOp::create(rewriter, region.getLoc());
  for (Operation *op : inside)
    rewriter.moveOpBefore(op, block->getTerminator());
  describeThread(block);
  handOut(&region.getRegion().front(), region->getNextNode());
  Operation *last = region;
  for (Operation *op : sunk) {
    rewriter.moveOpAfter(op, last);
    last = op;
  }
  PendingList pending;
  run(block, pending);
  return region;
}

void RegionBuilder::describeThread(Block *block) {
  Location loc = region.getLoc();
  rewriter.setInsertionPointToStart(block);
  Value nowhere = LLVM::ZeroOp::create(rewriter, loc, LLVM::LLVMPointerType::get(rewriter.getContext()));
  auto ask = [&](func::FuncOp function) -> Value {
    return func::CallOp::create(rewriter, loc, function, nowhere).getResult(0);
  };
  Value own = ask(functions.threadNum), all = ask(functions.numThreads);
  Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(0));
  isFirst = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, own, zero);
  thread = arith::IndexCastUIOp::create(rewriter, loc, rewriter.getIndexType(), own);
  threads = arith::IndexCastUIOp::create(rewriter, loc, rewriter.getIndexType(), all);
  firstOwn = threads.getDefiningOp()->getNextNode();
}

/// Moves what need not be in the region before it, and finds what may follow it (`sunk`). Returns the rest.
SmallVector<Operation *> RegionBuilder::hoist(ArrayRef<Operation *> all, SmallVectorImpl<Operation *> &sunk) {
  SmallVector<Operation *> ops;
  for (Operation *op : all) {
    if (!isa<memref::AllocaOp>(op))
      ops.push_back(op);
    // Automatic variables of the function stay its own, and are allocated once.
    op->walk([&](memref::AllocaOp alloca) {
      if (!alloca->getParentOfType<omp::ParallelOp>())
        rewriter.moveOpBefore(alloca, &alloca->getParentOfType<func::FuncOp>().getBody().front().front());
    });
  }
  llvm::SmallPtrSet<Operation *, 32> remaining(llvm::from_range, ops);
  auto isKnownBefore = [&](Value value) {
    Operation *def = value.getDefiningOp();
    return !def || !remaining.contains(def);
  };
  SmallVector<Operation *> inside;
  for (Operation *op : ops) {
    bool movable = isPlain(op) || isa<memref::AllocOp>(op);
    if (movable && llvm::all_of(op->getOperands(), isKnownBefore)) {
      remaining.erase(op);
      if (!inside.empty())
        rewriter.moveOpBefore(op, inside.front());
    } else if (isa<memref::DeallocOp>(op) && isKnownBefore(op->getOperand(0))) {
      sunk.push_back(op);
    } else {
      inside.push_back(op);
    }
  }
  return inside;
}

/// Hands what `block` computes to the uses outside the operation it belongs to, by variables that are read at `before`.
SmallVector<memref::LoadOp> RegionBuilder::handOut(Block *block, Operation *before) {
  SmallVector<memref::LoadOp> loads;
  Operation *parent = block->getParentOp();
  for (Operation &op : llvm::make_early_inc_range(block->without_terminator()))
    for (Value result : op.getResults()) {
      auto isOutside = [&](OpOperand &use) { return !parent->isProperAncestor(use.getOwner()); };
      if (llvm::none_of(result.getUses(), isOutside))
        continue;
      Value place = variable(result.getType(), parent);
      rewriter.setInsertionPoint(before);
      loads.push_back(memref::LoadOp::create(rewriter, op.getLoc(), place));
      rewriter.replaceUsesWithIf(result, loads.back(), isOutside);
      rewriter.setInsertionPoint(block->getTerminator());
      memref::StoreOp::create(rewriter, op.getLoc(), result, place);
    }
  return loads;
}

/// A variable of the function that `inside` is in.
Value RegionBuilder::variable(Type type, Operation *inside) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(&inside->getParentOfType<func::FuncOp>().getBody().front());
  return memref::AllocaOp::create(rewriter, inside->getLoc(), MemRefType::get({}, type));
}

/// Turns the operations of `block` into parts: loops, control flow, and what is left for the first thread.
void RegionBuilder::run(Block *block, PendingList &pending) {
  SmallVector<Operation *> serial;
  llvm::SmallPtrSet<Operation *, 16> inSerial;
  auto flush = [&](Operation *before) {
    if (!serial.empty())
      runOnFirst(serial, before, pending);
    serial.clear();
    inSerial.clear();
  };
  SmallVector<Operation *> ops;
  Operation *first = block == &region.getRegion().front() ? firstOwn : &block->front();
  for (Operation *op = first; op != block->getTerminator(); op = op->getNextNode())
    ops.push_back(op);
  for (Operation *op : ops) {
    if (auto loop = dyn_cast<omp::ParallelOp>(op)) {
      flush(op);
      inlineLoop(loop, pending);
    } else if (containsRegion(op)) {
      flush(op);
      runControlFlow(op, pending);
    } else {
      bool needsFirst = llvm::any_of(op->getOperands(), [&](Value operand) {
        return operand.getDefiningOp() && inSerial.contains(operand.getDefiningOp());
      });
      if (isPlain(op) && !needsFirst)
        continue;
      serial.push_back(op);
      inSerial.insert(op);
    }
  }
  flush(block->getTerminator());
}

void RegionBuilder::runControlFlow(Operation *op, PendingList &pending) {
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    PendingList before = pending;
    run(loop.getBody(), pending);
    // The next iteration starts with nothing pending; without any iteration, all is as it was.
    if (!pending.empty())
      addBarrier(loop.getBody()->getTerminator(), pending);
    pending = before;
    return;
  }
  PendingList after;
  for (Region &side : op->getRegions()) {
    PendingList own = pending;
    if (!side.empty())
      run(&side.front(), own);
    after.append(own);
  }
  pending = after;
}

void RegionBuilder::inlineLoop(omp::ParallelOp loop, PendingList &pending) {
  addPart(accessesOf(loop), Who::All, loop, pending);
  takeScratch(loop);
  omp::WsloopOp shared = sharedLoopOf(loop);
  shareOut(shared);
  Block &body = loop.getRegion().front();
  rewriter.eraseOp(body.getTerminator());
  rewriter.inlineBlockBefore(&body, loop);
  rewriter.eraseOp(loop);
}

/// Replaces `loop` by a loop over the thread's own share: one contiguous range of all iterations, the dimensions taken
/// together, as even as can be. The runtime's own static schedule is the same but a call for each loop, which in some
/// builds of libomp even allocates.
void RegionBuilder::shareOut(omp::WsloopOp loop) {
  auto nest = cast<omp::LoopNestOp>(loop.getWrappedLoop());
  Location loc = loop.getLoc();
  rewriter.setInsertionPoint(loop);
  ImplicitLocOpBuilder b(loc, rewriter);
  Value zero = arith::ConstantIndexOp::create(b, 0), one = arith::ConstantIndexOp::create(b, 1);
  SmallVector<Value> trips;
  Value total = one;
  for (auto [lower, upper, step] :
       llvm::zip(nest.getLoopLowerBounds(), nest.getLoopUpperBounds(), nest.getLoopSteps())) {
    Value span = b.createOrFold<arith::MaxSIOp>(b.createOrFold<arith::SubIOp>(upper, lower), zero);
    trips.push_back(b.createOrFold<arith::CeilDivSIOp>(span, step));
    total = b.createOrFold<arith::MulIOp>(total, trips.back());
  }
  // The first `rest` threads have one more.
  Value share = b.createOrFold<arith::DivUIOp>(total, threads), rest = b.createOrFold<arith::RemUIOp>(total, threads);
  Value begin =
      arith::AddIOp::create(b, arith::MulIOp::create(b, thread, share), arith::MinUIOp::create(b, thread, rest));
  Value hasMore = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, thread, rest);
  Value end = arith::AddIOp::create(
      b, begin, arith::AddIOp::create(b, share, arith::IndexCastUIOp::create(b, b.getIndexType(), hasMore)));
  auto own = scf::ForOp::create(b, begin, end, one);
  b.setInsertionPointToStart(own.getBody());
  SmallVector<Value> indices(trips.size());
  Value left = own.getInductionVar();
  for (size_t dim = trips.size(); dim-- > 0;) {
    Value index = dim == 0 ? left : b.createOrFold<arith::RemUIOp>(left, trips[dim]);
    if (dim > 0)
      left = b.createOrFold<arith::DivUIOp>(left, trips[dim]);
    Value scaled = b.createOrFold<arith::MulIOp>(index, nest.getLoopSteps()[dim]);
    indices[dim] = b.createOrFold<arith::AddIOp>(nest.getLoopLowerBounds()[dim], scaled);
  }
  Block &body = nest.getRegion().front();
  rewriter.eraseOp(body.getTerminator());
  rewriter.inlineBlockBefore(&body, own.getBody()->getTerminator(), indices);
  rewriter.eraseOp(loop);
}

/// Moves automatic variables of `loop`, one set for each thread, to the start of the region. Plain bytes are shared
/// with the other loops: a thread runs one at a time.
void RegionBuilder::takeScratch(omp::ParallelOp loop) {
  size_t used = 0;
  Block &start = region.getRegion().front();
  for (auto own : llvm::make_early_inc_range(loop.getRegion().front().getOps<memref::AllocaOp>())) {
    MemRefType type = own.getType();
    bool isBytes = type.getRank() == 1 && type.hasStaticShape() && type.getElementType().isInteger(8) &&
                   type.getLayout().isIdentity() && !type.getMemorySpace() &&
                   llvm::all_of(own->getUsers(), llvm::IsaPred<memref::ViewOp>);
    rewriter.moveOpBefore(own, &start, start.begin());
    if (!isBytes)
      continue;
    if (used == scratch.size()) {
      scratch.push_back(own);
    } else {
      memref::AllocaOp &common = scratch[used];
      int64_t alignment = std::max(common.getAlignment().value_or(1), own.getAlignment().value_or(1));
      auto [small, large] =
          common.getType().getNumElements() < type.getNumElements() ? std::pair(common, own) : std::pair(own, common);
      memref::AllocaOp kept = large;
      kept.setAlignment(alignment);
      rewriter.moveOpBefore(kept, &start, start.begin());
      rewriter.modifyOpInPlace(small, [&] { small.getResult().replaceAllUsesWith(kept.getResult()); });
      rewriter.eraseOp(small);
      common = kept;
    }
    ++used;
  }
}

/// Gives `ops` to the first thread, and what they compute to all.
void RegionBuilder::runOnFirst(ArrayRef<Operation *> ops, Operation *before, PendingList &pending) {
  SmallVector<Access> accesses;
  for (Operation *op : ops)
    llvm::append_range(accesses, accessesOf(op));
  addPart(accesses, Who::First, before, pending);
  Location loc = ops.front()->getLoc();
  rewriter.setInsertionPoint(before);
  auto masked = scf::IfOp::create(rewriter, loc, isFirst, /*withElseRegion=*/false);
  Block *block = masked.thenBlock();
  Operation *end = block->getTerminator();
  for (Operation *op : ops)
    rewriter.moveOpBefore(op, end);
  // The variables are written again in a next iteration, where all threads have passed the barrier at its start.
  SmallVector<memref::LoadOp> loads = handOut(block, before);
  if (!loads.empty())
    addBarrier(loads.front(), pending);
  for (memref::LoadOp load : loads)
    pending.push_back({Access{load.getMemRef(), /*writes=*/false}, Who::All});
}

/// A part starts before `before`: waits, if it may touch what other threads still use.
void RegionBuilder::addPart(ArrayRef<Access> accesses, Who who, Operation *before, PendingList &pending) {
  bool conflict = llvm::any_of(pending, [&](const Pending &earlier) {
    return !(earlier.who == Who::First && who == Who::First) &&
           llvm::any_of(accesses, [&](const Access &access) { return mayConflict(earlier.access, access, aliases); });
  });
  if (conflict)
    addBarrier(before, pending);
  for (const Access &access : accesses)
    pending.push_back({access, who});
}

void RegionBuilder::addBarrier(Operation *before, PendingList &pending) {
  rewriter.setInsertionPoint(before);
  omp::BarrierOp::create(rewriter, before->getLoc());
  ++barriers;
  pending.clear();
}
