//===- RegionBuilder.h - one parallel region out of many --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_THREADS_REGIONBUILDER_H
#define LEXON_LIB_THREADS_REGIONBUILDER_H

#include "Accesses.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace lexon {
/// The loop of a region that does nothing but share one loop out, with no clause; null for any other region.
omp::WsloopOp sharedLoopOf(omp::ParallelOp region);

/// True if a value of `type` can be handed from one thread to the others in a variable.
bool canBroadcast(Type type);

/// Functions of the OpenMP runtime. The first two are LLVM's own, `(ptr) -> i32`, of a source location that may be
/// null: the standard `omp_get_thread_num` may be that of another runtime in the process, PyTorch's say, which knows
/// nothing of our threads. The number of processors, `() -> i32`, is the same from any.
struct ThreadFunctions {
  func::FuncOp threadNum, numThreads, numProcs;
};

/// Puts a sequence of operations into one parallel region.
class RegionBuilder {
public:
  RegionBuilder(IRRewriter &rewriter, AliasAnalysis &aliases, const ThreadFunctions &functions)
      : rewriter(rewriter), aliases(aliases), functions(functions) {}

  /// Makes one region of `ops`, neighbours in their block: loops of sharedLoopOf, scf.for and scf.if around such, and
  /// operations that one thread can run. Their results must be what canBroadcast takes.
  omp::ParallelOp build(ArrayRef<Operation *> ops);

  int64_t getNumBarriers() const { return barriers; }

private:
  /// Who runs a part of the region. Parts of the first thread alone are in order anyway.
  enum class Who { All, First };
  struct Pending {
    Access access;
    Who who;
  };
  using PendingList = SmallVector<Pending>;

  SmallVector<Operation *> hoist(ArrayRef<Operation *> ops, SmallVectorImpl<Operation *> &sunk);
  void describeThread(Block *block);
  SmallVector<memref::LoadOp> handOut(Block *block, Operation *before);
  void run(Block *block, PendingList &pending);
  void runControlFlow(Operation *op, PendingList &pending);
  void inlineLoop(omp::ParallelOp loop, PendingList &pending);
  void shareOut(omp::WsloopOp loop);
  void runOnFirst(ArrayRef<Operation *> ops, Operation *before, PendingList &pending);
  void addPart(ArrayRef<Access> accesses, Who who, Operation *before, PendingList &pending);
  void addBarrier(Operation *before, PendingList &pending);
  Value variable(Type type, Operation *inside);
  void takeScratch(omp::ParallelOp loop);

  IRRewriter &rewriter;
  AliasAnalysis &aliases;
  ThreadFunctions functions;
  omp::ParallelOp region;
  /// Index of the thread in its team, the team's size, and whether the thread is the first.
  Value thread, threads, isFirst;
  /// Scratch of threads, one after the other in each region that was; all share it.
  SmallVector<memref::AllocaOp> scratch;
  /// What follows the description of the thread.
  Operation *firstOwn = nullptr;
  int64_t barriers = 0;
};
} // namespace lexon

#endif // LEXON_LIB_THREADS_REGIONBUILDER_H
