//===- MergeParallelRegions.cpp - one parallel region per function --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RegionBuilder.h"

#include "lexon/Threads/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/CallInterfaces.h"

#include <limits>

namespace lexon {
#define GEN_PASS_DEF_MERGEPARALLELREGIONSPASS
#include "lexon/Threads/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kRegion = remark::RemarkOpts::name("region").category("merge-parallel-regions");
constexpr auto kLoop = remark::RemarkOpts::name("loop").category("merge-parallel-regions");

template <typename OpType> int64_t count(Operation *op) {
  int64_t number = 0;
  op->walk([&](OpType) { ++number; });
  return number;
}

/// Which functions may open parallel regions or use threads in any other way.
class ThreadUse {
public:
  explicit ThreadUse(ModuleOp module) : module(module) {}

  bool mayUseThreads(func::CallOp call) {
    auto function = module.lookupSymbol<func::FuncOp>(call.getCallee());
    return !function || mayUseThreads(function);
  }

private:
  bool mayUseThreads(func::FuncOp function) {
    if (function.isExternal())
      return true;
    // A function that is asked about while it is looked at calls itself: what it does else decides.
    auto [place, isNew] = known.try_emplace(function, false);
    if (!isNew)
      return place->second;
    bool found = function
                     .walk([&](Operation *op) {
                       auto call = dyn_cast<func::CallOp>(op);
                       bool threads =
                           call ? mayUseThreads(call)
                                : isa_and_nonnull<omp::OpenMPDialect>(op->getDialect()) || isa<CallOpInterface>(op);
                       return threads ? WalkResult::interrupt() : WalkResult::advance();
                     })
                     .wasInterrupted();
    return known[function] = found;
  }

  ModuleOp module;
  DenseMap<Operation *, bool> known;
};

/// Merges the regions of one function.
class FunctionMerger {
public:
  FunctionMerger(func::FuncOp function, ThreadUse &uses, IRRewriter &rewriter, const lexon::ThreadFunctions &functions)
      : function(function), uses(uses), rewriter(rewriter), aliases(function), functions(functions) {}

  void run() {
    for (Block &block : function.getBody())
      merge(block);
    if (regions.size() > 1)
      for (omp::ParallelOp region : regions)
        remark::missed(region.getLoc(), kLoop)
            << remark::reason("one of {0} regions: what stands between them cannot run inside one", regions.size());
  }

  /// All regions that are now of our making.
  ArrayRef<omp::ParallelOp> getRegions() const { return regions; }

private:
  bool contains(Operation *op) { return count<omp::ParallelOp>(op) > 0; }

  /// True if `op` can be part of a region: a loop, control flow around loops, or what one thread can run.
  bool canRunInside(Operation *op) {
    if (auto region = dyn_cast<omp::ParallelOp>(op))
      return lexon::sharedLoopOf(region) != nullptr;
    if (!llvm::all_of(op->getResultTypes(), lexon::canBroadcast))
      return false;
    if (isa<scf::ForOp, scf::IfOp>(op) && contains(op))
      return llvm::all_of(op->getRegions(), [&](Region &region) {
        return region.empty() || llvm::all_of(region.front().without_terminator(),
                                              [&](Operation &inner) { return canRunInside(&inner); });
      });
    auto prevents = [&](Operation *inner) {
      auto call = dyn_cast<func::CallOp>(inner);
      auto alloca = dyn_cast<memref::AllocaOp>(inner);
      bool prevented = call ? uses.mayUseThreads(call)
                            : isa_and_nonnull<omp::OpenMPDialect>(inner->getDialect()) || isa<CallOpInterface>(inner) ||
                                  (alloca && alloca->getNumOperands() > 0);
      return prevented ? WalkResult::interrupt() : WalkResult::advance();
    };
    return !op->walk(prevents).wasInterrupted();
  }

  void merge(Block &block) {
    SmallVector<SmallVector<Operation *>> runs(1);
    SmallVector<Operation *> outside;
    for (Operation &op : block.without_terminator()) {
      if (canRunInside(&op)) {
        runs.back().push_back(&op);
      } else {
        outside.push_back(&op);
        runs.emplace_back();
      }
    }
    for (SmallVector<Operation *> &run : runs)
      mergeRun(run);
    for (Operation *op : outside)
      if (!isa_and_nonnull<omp::OpenMPDialect>(op->getDialect()))
        for (Region &region : op->getRegions())
          for (Block &inner : region)
            merge(inner);
  }

  void mergeRun(ArrayRef<Operation *> run) {
    while (!run.empty() && !contains(run.front()))
      run = run.drop_front();
    while (!run.empty() && !contains(run.back()))
      run = run.drop_back();
    if (run.empty())
      return;
    int64_t loops = 0;
    for (Operation *op : run)
      loops += count<omp::ParallelOp>(op);
    lexon::RegionBuilder builder(rewriter, aliases, functions);
    omp::ParallelOp region = builder.build(run);
    regions.push_back(region);
    remark::passed(region.getLoc(), kRegion) << function.getSymName() << remark::metric("loops", loops)
                                             << remark::metric("barriers", builder.getNumBarriers());
  }

  func::FuncOp function;
  ThreadUse &uses;
  IRRewriter &rewriter;
  AliasAnalysis aliases;
  const lexon::ThreadFunctions &functions;
  SmallVector<omp::ParallelOp> regions;
};

struct MergeParallelRegionsPass final : lexon::impl::MergeParallelRegionsPassBase<MergeParallelRegionsPass> {
  using MergeParallelRegionsPassBase::MergeParallelRegionsPassBase;

  void runOnOperation() override {
    if (threads < 0 || threads > std::numeric_limits<int32_t>::max()) {
      emitError(getOperation().getLoc()) << "threads must be from 0 to " << std::numeric_limits<int32_t>::max();
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    ThreadUse uses(getOperation());
    SmallVector<omp::ParallelOp> regions;
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.walk([](omp::ParallelOp) { return WalkResult::interrupt(); }).wasInterrupted())
        functions.push_back(function);
    if (functions.empty())
      return;
    FailureOr<lexon::ThreadFunctions> runtime = declareRuntime(rewriter);
    if (failed(runtime))
      return;
    for (func::FuncOp function : functions) {
      FunctionMerger merger(function, uses, rewriter, *runtime);
      merger.run();
      llvm::append_range(regions, merger.getRegions());
    }
    if (threads > 0)
      limitThreads(rewriter, regions, runtime->numProcs);
    for (func::FuncOp function : {runtime->threadNum, runtime->numThreads, runtime->numProcs})
      if (SymbolTable::symbolKnownUseEmpty(function, getOperation()))
        rewriter.eraseOp(function);
  }

  /// Declares what regions call; fails if the program has something else of these names.
  FailureOr<lexon::ThreadFunctions> declareRuntime(IRRewriter &rewriter) {
    lexon::ThreadFunctions functions;
    Type i32 = rewriter.getI32Type(), pointer = LLVM::LLVMPointerType::get(&getContext());
    auto ofPlace = rewriter.getFunctionType(pointer, i32), ofNothing = rewriter.getFunctionType({}, i32);
    std::tuple<StringRef, FunctionType, func::FuncOp *> wanted[] = {
        {"__kmpc_bound_thread_num", ofPlace, &functions.threadNum},
        {"__kmpc_bound_num_threads", ofPlace, &functions.numThreads},
        {"omp_get_num_procs", ofNothing, &functions.numProcs}};
    for (auto [name, type, function] : wanted) {
      Operation *known = getOperation().lookupSymbol(name);
      *function = dyn_cast_or_null<func::FuncOp>(known);
      if (known && (!*function || function->getFunctionType() != type)) {
        remark::missed(known->getLoc(), kLoop) << remark::reason("'{0}' is not the OpenMP runtime's", name);
        return failure();
      }
      if (known)
        continue;
      rewriter.setInsertionPointToStart(getOperation().getBody());
      *function = func::FuncOp::create(rewriter, getOperation().getLoc(), name, type);
      function->setPrivate();
    }
    return functions;
  }

  /// Asks for `threads` threads, but for no more than there are processors to run them.
  void limitThreads(IRRewriter &rewriter, ArrayRef<omp::ParallelOp> regions, func::FuncOp numProcs) {
    for (omp::ParallelOp region : regions) {
      Location loc = region.getLoc();
      rewriter.setInsertionPoint(region);
      Value wanted =
          arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(static_cast<int32_t>(threads)));
      if (threads > 1) {
        Value present = func::CallOp::create(rewriter, loc, numProcs, ValueRange()).getResult(0);
        wanted = arith::MinSIOp::create(rewriter, loc, wanted, present);
      }
      region.getNumThreadsMutable().assign(wanted);
    }
  }
};
} // namespace
