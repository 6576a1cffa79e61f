//===- ParallelizeLoops.cpp - which parallel loops stay parallel ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_PARALLELIZELOOPSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("parallel").category("parallelize-loops");

/// Trips of a loop whose bounds are unknown: enough that an unknown loop is taken for a large one.
constexpr double kUnknownTrips = 256;

/// Operations of a call, of which nothing is known: a program that calls in a parallel loop means it.
constexpr double kUnknownCall = 1e5;

double tripCount(OpFoldResult lower, OpFoldResult upper, OpFoldResult step) {
  auto l = getConstantIntValue(lower), u = getConstantIntValue(upper), s = getConstantIntValue(step);
  if (!l || !u || !s || *s <= 0)
    return kUnknownTrips;
  return *u <= *l ? 0 : static_cast<double>((*u - *l + *s - 1) / *s);
}

double tripCount(scf::ParallelOp loop) {
  double trips = 1;
  for (auto [lower, upper, step] : llvm::zip(loop.getLowerBound(), loop.getUpperBound(), loop.getStep()))
    trips *= tripCount(OpFoldResult(lower), OpFoldResult(upper), OpFoldResult(step));
  return trips;
}

/// Lanes of a vector operation that cost as much as a scalar operation. Measured on small matrix products (AMD EPYC
/// family 26): two threads win from about 10 us of one on, 64x128x128 and not 32x64x64.
constexpr double kLanesPerScalar = 8;

/// Scalar operations one execution of `region` costs.
double workOf(Region &region) {
  double work = 0;
  for (Operation &op : region.getOps()) {
    double trips = 1;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      trips = tripCount(OpFoldResult(loop.getLowerBound()), OpFoldResult(loop.getUpperBound()),
                        OpFoldResult(loop.getStep()));
    else if (auto loop = dyn_cast<scf::ParallelOp>(op))
      trips = tripCount(loop);
    else if (isa<scf::WhileOp>(op))
      trips = kUnknownTrips;
    double inner = 0;
    for (Region &nested : op.getRegions())
      inner += workOf(nested);
    double own = 1;
    if (op.getNumResults() > 0)
      if (auto vector = dyn_cast<VectorType>(op.getResult(0).getType()))
        own = std::max(1.0, static_cast<double>(vector.getNumElements()) / kLanesPerScalar);
    // Functions of math cost about as much as ten arithmetic operations.
    if (op.getName().getDialectNamespace() == "math")
      own *= 10;
    if (isa<CallOpInterface>(op))
      own = kUnknownCall;
    work += own + trips * inner;
  }
  return work;
}

/// Scalar operations of `loop` in one call of its function.
double totalWorkOf(scf::ParallelOp loop) {
  double work = tripCount(loop) * workOf(loop.getRegion());
  for (auto outer = loop->getParentOfType<scf::ForOp>(); outer; outer = outer->getParentOfType<scf::ForOp>())
    work *= tripCount(OpFoldResult(outer.getLowerBound()), OpFoldResult(outer.getUpperBound()),
                      OpFoldResult(outer.getStep()));
  return work;
}

/// Rewrites `loop` as a nest of scf.for, reductions as loop-carried values.
void makeSequential(IRRewriter &rewriter, scf::ParallelOp loop) {
  rewriter.setInsertionPoint(loop);
  SmallVector<Value> induction;
  auto body = [&](OpBuilder &builder, Location loc, ValueRange ivs, ValueRange carried) -> scf::ValueVector {
    IRMapping mapping;
    mapping.map(loop.getInductionVars(), ivs);
    for (Operation &op : loop.getBody()->without_terminator())
      builder.clone(op, mapping);
    scf::ValueVector results;
    auto reduce = cast<scf::ReduceOp>(loop.getBody()->getTerminator());
    for (auto [operand, region, accumulator] : llvm::zip(reduce.getOperands(), reduce.getReductions(), carried)) {
      IRMapping combine = mapping;
      combine.map(region.front().getArgument(0), accumulator);
      combine.map(region.front().getArgument(1), mapping.lookupOrDefault(operand));
      for (Operation &op : region.front().without_terminator())
        builder.clone(op, combine);
      results.push_back(combine.lookupOrDefault(region.front().getTerminator()->getOperand(0)));
    }
    return results;
  };
  scf::LoopNest nest = scf::buildLoopNest(rewriter, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(),
                                          loop.getStep(), loop.getInitVals(), body);
  rewriter.replaceOp(loop, nest.results);
}

/// True if one iteration may do much: it has loops or calls of its own.
bool hasLargeBody(scf::ParallelOp loop) {
  auto visit = [](Operation *op) {
    return isa<LoopLikeOpInterface, CallOpInterface>(op) ? WalkResult::interrupt() : WalkResult::advance();
  };
  return loop.getBody()->walk(visit).wasInterrupted();
}

/// Makes the innermost dimension of `loop` a sequential loop over `chunk` iterations; its pieces stay parallel.
void splitInnermost(IRRewriter &rewriter, scf::ParallelOp loop, int64_t chunk) {
  Location loc = loop.getLoc();
  rewriter.setInsertionPoint(loop);
  unsigned last = loop.getNumLoops() - 1;
  SmallVector<Value> lower(loop.getLowerBound()), upper(loop.getUpperBound()), steps(loop.getStep());
  Value begin = lower[last], end = upper[last], step = steps[last];
  // The pieces are counted by the same induction variable, in steps of a whole piece.
  Value size = arith::MulIOp::create(rewriter, loc, step, arith::ConstantIndexOp::create(rewriter, loc, chunk));
  steps[last] = size;
  auto outer = scf::ParallelOp::create(rewriter, loc, lower, upper, steps);
  rewriter.setInsertionPointToStart(outer.getBody());
  Value first = outer.getInductionVars()[last];
  // One piece: its end is known.
  double trips = tripCount(OpFoldResult(begin), OpFoldResult(end), OpFoldResult(step));
  bool onePiece = getConstantIntValue(OpFoldResult(end)) && trips <= static_cast<double>(chunk);
  Value pieceEnd =
      onePiece
          ? end
          : arith::MinSIOp::create(rewriter, loc, arith::AddIOp::create(rewriter, loc, first, size), end).getResult();
  auto inner = scf::ForOp::create(rewriter, loc, onePiece ? begin : first, pieceEnd, step);
  IRMapping mapping;
  for (unsigned dim = 0; dim < last; ++dim)
    mapping.map(loop.getInductionVars()[dim], outer.getInductionVars()[dim]);
  mapping.map(loop.getInductionVars()[last], inner.getInductionVar());
  rewriter.setInsertionPointToStart(inner.getBody());
  for (Operation &op : loop.getBody()->without_terminator())
    rewriter.clone(op, mapping);
  rewriter.eraseOp(loop);
}

struct ParallelizeLoopsPass final : lexon::impl::ParallelizeLoopsPassBase<ParallelizeLoopsPass> {
  using ParallelizeLoopsPassBase::ParallelizeLoopsPassBase;

  /// Why `loop` should run sequentially; empty if it should not.
  std::string reasonAgainst(scf::ParallelOp loop) {
    if (threads == 1)
      return "one thread was asked for";
    if (loop->getParentOfType<scf::ParallelOp>() || loop->getParentOfType<omp::ParallelOp>())
      return "inside another parallel loop";
    if (loop.getNumReductions() > 0)
      return "its reduction would depend on the number of threads";
    double work = tripCount(loop) * workOf(loop.getRegion());
    LEXON_DEBUG("parallelize-loops", os << loop.getLoc() << ": " << tripCount(loop) << " iterations, about "
                                        << static_cast<int64_t>(work) << " operations in all");
    if (work < static_cast<double>(minWork))
      return "only about " + std::to_string(static_cast<int64_t>(work)) + " operations";
    return "";
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Outer loops are decided first; the loops inside are visited afterwards, where they now stand.
    SmallVector<std::pair<scf::ParallelOp, std::string>> sequential;
    SmallVector<scf::ParallelOp> parallel;
    DenseMap<Operation *, double> regionWork;
    getOperation()->walk<WalkOrder::PreOrder>([&](scf::ParallelOp loop) {
      std::string reason = reasonAgainst(loop);
      if (reason.empty()) {
        parallel.push_back(loop);
        regionWork[loop->getParentOfType<FunctionOpInterface>()] += totalWorkOf(loop);
      } else {
        sequential.push_back({loop, reason});
      }
    });
    llvm::erase_if(parallel, [&](scf::ParallelOp loop) {
      double work = regionWork[loop->getParentOfType<FunctionOpInterface>()];
      if (work >= static_cast<double>(minRegionWork))
        return false;
      // Before the loops inside it.
      sequential.insert(sequential.begin(), {loop, "only about " + std::to_string(static_cast<int64_t>(work)) +
                                                       " operations in all parallel loops of the function"});
      return true;
    });
    // A loop inside one that becomes sequential may deserve the threads instead; too-small outer loops only hold
    // smaller ones, and reductions are rare, so one round is enough.
    for (auto &[loop, reason] : llvm::reverse(sequential)) {
      remark::missed(loop.getLoc(), kEvent) << remark::reason("{0}", reason);
      makeSequential(rewriter, loop);
    }
    for (scf::ParallelOp loop : parallel) {
      remark::passed(loop.getLoc(), kEvent) << "runs on all threads";
      if (!hasLargeBody(loop))
        splitInnermost(rewriter, loop, chunk);
    }
  }
};
} // namespace
