//===- LowerReductions.cpp - reductions carried in registers --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Upstream's lowering of linalg to loops reads and writes the result in every step, which LLVM can only undo where it
// can prove that nothing else lives there, and sums strictly in order: slow, and for long sums inexact.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_LOWERREDUCTIONSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("lowered").category("lower-reductions");

/// Why `op` is not a reduction this pass can lower; empty if it is.
StringRef reasonAgainst(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() ||
      !llvm::all_of(op->getOperandTypes(), [](Type type) { return isa<MemRefType>(type) || !isa<ShapedType>(type); }))
    return "operands are not ranked memrefs";
  auto types = op.getIteratorTypesArray();
  auto firstReduction = llvm::find(types, utils::IteratorType::reduction);
  if (std::find(firstReduction, types.end(), utils::IteratorType::parallel) != types.end())
    return "a parallel dimension is inside a reduction: memory order wants it there";
  for (OpOperand &init : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&init);
    if (!map.isProjectedPermutation() || map.getNumResults() != op.getNumParallelLoops() ||
        map.getNumDims() - map.getNumResults() != op.getNumReductionLoops())
      return "a result is not indexed by the parallel dimensions alone";
    for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
      if (map.isFunctionOfDim(dim) == (types[dim] == utils::IteratorType::reduction))
        return "a result is not indexed by the parallel dimensions alone";
  }
  return "";
}

/// Lets the sum `op` be computed in any order, if it does nothing but add to the carried value.
void allowAnyOrder(Operation *op, Value carried) {
  auto add = dyn_cast_or_null<arith::AddFOp>(op);
  if (add && llvm::is_contained(add->getOperands(), carried) && carried.hasOneUse())
    add.setFastmath(add.getFastmath() | arith::FastMathFlags::reassoc);
}

struct Lowering {
  OpBuilder &builder;
  linalg::LinalgOp op;
  Location loc = op.getLoc();

  SmallVector<Value> indices(AffineMap map, ValueRange ivs) {
    SmallVector<Value> result;
    for (unsigned i = 0; i < map.getNumResults(); ++i)
      result.push_back(getValueOrCreateConstantIndexOp(
          builder, loc,
          affine::makeComposedFoldedAffineApply(builder, loc, map.getSubMap({i}),
                                                getAsOpFoldResult(SmallVector<Value>(ivs)))));
    return result;
  }

  /// One step: clones the body, reading inputs at `ivs`, on the carried values.
  scf::ValueVector step(ValueRange ivs, ValueRange carried) {
    IRMapping mapping;
    for (OpOperand *input : op.getDpsInputOperands()) {
      Value value = input->get();
      if (isa<MemRefType>(value.getType()))
        value = memref::LoadOp::create(builder, loc, value, indices(op.getMatchingIndexingMap(input), ivs));
      mapping.map(op.getMatchingBlockArgument(input), value);
    }
    for (auto [argument, value] : llvm::zip(op.getRegionOutputArgs(), carried))
      mapping.map(argument, value);
    for (Operation &inner : op.getBlock()->without_terminator()) {
      if (auto index = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(index.getResult(), ivs[index.getDim()]);
      else
        builder.clone(inner, mapping);
    }
    scf::ValueVector results;
    for (Value yielded : op.getBlock()->getTerminator()->getOperands())
      results.push_back(mapping.lookupOrDefault(yielded));
    for (auto [result, value] : llvm::zip(results, carried))
      allowAnyOrder(result.getDefiningOp(), value);
    return results;
  }

  /// The reduction for one element of each result.
  void element(ArrayRef<Value> extents, ValueRange parallelIvs) {
    SmallVector<Value> zeros(extents.size(), arith::ConstantIndexOp::create(builder, loc, 0));
    SmallVector<Value> ones(extents.size(), arith::ConstantIndexOp::create(builder, loc, 1));
    SmallVector<Value> init, outer(parallelIvs);
    SmallVector<SmallVector<Value>> places;
    // The results' maps do not read reduction dimensions; zero stands for them.
    SmallVector<Value> at(outer);
    at.append(zeros.begin(), zeros.end());
    for (OpOperand &operand : op.getDpsInitsMutable()) {
      places.push_back(indices(op.getMatchingIndexingMap(&operand), at));
      init.push_back(memref::LoadOp::create(builder, loc, operand.get(), places.back()));
    }
    scf::LoopNest nest = scf::buildLoopNest(builder, loc, zeros, extents, ones, init,
                                            [&](OpBuilder &, Location, ValueRange ivs, ValueRange carried) {
                                              SmallVector<Value> all(outer);
                                              llvm::append_range(all, ivs);
                                              return step(all, carried);
                                            });
    for (auto [operand, place, value] : llvm::zip(op.getDpsInitsMutable(), places, nest.results))
      memref::StoreOp::create(builder, loc, value, operand.get(), place);
  }

  void run() {
    SmallVector<Value> extents;
    for (Range range : op.createLoopRanges(builder, loc))
      extents.push_back(getValueOrCreateConstantIndexOp(builder, loc, range.size));
    unsigned parallel = op.getNumParallelLoops();
    ArrayRef<Value> outer = ArrayRef(extents).take_front(parallel), inner = ArrayRef(extents).drop_front(parallel);
    if (outer.empty())
      return element(inner, {});
    SmallVector<Value> zeros(parallel, arith::ConstantIndexOp::create(builder, loc, 0));
    SmallVector<Value> ones(parallel, arith::ConstantIndexOp::create(builder, loc, 1));
    auto loop = scf::ParallelOp::create(builder, loc, zeros, outer, ones);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    element(inner, loop.getInductionVars());
  }
};

struct LowerReductionsPass final : lexon::impl::LowerReductionsPassBase<LowerReductionsPass> {
  using LowerReductionsPassBase::LowerReductionsPassBase;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> reductions;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.getNumReductionLoops() == 0)
        return;
      StringRef reason = reasonAgainst(op);
      if (reason.empty())
        reductions.push_back(op);
      else
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
    });
    for (linalg::LinalgOp op : reductions) {
      IRRewriter rewriter(op);
      Lowering{rewriter, op}.run();
      remark::passed(op.getLoc(), kEvent) << op->getName().getStringRef();
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
