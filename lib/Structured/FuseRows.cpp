//===- FuseRows.cpp - normalizations and softmax, one row at a time -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Why not upstream's tile-and-fuse: it follows one chain of slices, and computes a value again for each use. Here a
// group has several results and values with several uses, of which some are worth keeping and some are not.
//
//===----------------------------------------------------------------------===//

#include "lexon/Structured/Passes.h"

#include "RowGroup.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_FUSEROWSPASS
#include "lexon/Structured/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("fused").category("fuse-rows");

/// The type of one row of `type`, without the `rank` dimensions that number the rows.
RankedTensorType rowType(Value value, unsigned rank) {
  auto type = cast<RankedTensorType>(value.getType());
  return RankedTensorType::get(type.getShape().drop_front(rank), type.getElementType());
}

//===----------------------------------------------------------------------===//
// On whole tensors: values that are computed again, or beside their first use
//===----------------------------------------------------------------------===//

/// Fuses `producer`, a member, into the member that owns `use`. Returns the fused operation, or null.
linalg::GenericOp fuseInto(IRRewriter &rewriter, RowGroup &group, OpOperand &use) {
  auto consumer = cast<linalg::GenericOp>(use.getOwner());
  if (!linalg::areElementwiseOpsFusable(&use))
    return {};
  rewriter.setInsertionPoint(consumer);
  FailureOr<linalg::ElementwiseOpFusionResult> fused = linalg::fuseElementwiseOps(rewriter, &use);
  if (failed(fused))
    return {};
  auto result = cast<linalg::GenericOp>(fused->fusedOp);
  for (auto [before, after] : fused->replacements)
    before.replaceUsesWithIf(after, [&](OpOperand &operand) { return operand.getOwner() != result; });
  group.members.remove(consumer);
  group.members.insert(result);
  rewriter.eraseOp(consumer);
  return result;
}

/// Computes `op` again in each operation that uses it. Returns false, and changes nothing, if one cannot.
bool computeAgain(IRRewriter &rewriter, RowGroup &group, linalg::GenericOp op) {
  if (!llvm::all_of(op->getUses(), [](OpOperand &use) { return linalg::areElementwiseOpsFusable(&use); }))
    return false;
  while (!op->use_empty()) {
    OpOperand &use = *op->use_begin();
    rewriter.setInsertionPoint(use.getOwner());
    auto copy = cast<linalg::GenericOp>(rewriter.clone(*op));
    group.members.insert(copy);
    use.set(copy->getResult(0));
    bool fused = static_cast<bool>(fuseInto(rewriter, group, use));
    if (!fused)
      return true; // the copy stays, as a member of its own
    group.members.remove(copy);
    rewriter.eraseOp(copy);
  }
  group.members.remove(op);
  rewriter.eraseOp(op);
  return true;
}

/// Lets the first user of `op`, if it is a reduction over all of its loops, compute and write it on the way.
bool computeBeside(IRRewriter &rewriter, RowGroup &group, linalg::GenericOp op) {
  auto users = llvm::to_vector(op->getUsers());
  auto first = *llvm::min_element(users, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  auto reduction = dyn_cast<linalg::GenericOp>(first);
  if (users.size() < 2 || !group.contains(first) || reduction.getNumReductionLoops() == 0 ||
      llvm::count(users, first) != 1 || reduction.getNumLoops() != op.getNumLoops())
    return false;
  OpOperand *use =
      llvm::find_if(reduction->getOpOperands(), [&](OpOperand &operand) { return operand.get() == op->getResult(0); });
  if (!reduction.getMatchingIndexingMap(use).isIdentity() || !fuseInto(rewriter, group, *use))
    return false;
  group.members.remove(op);
  rewriter.eraseOp(op);
  return true;
}

/// One step of sharing; returns false if there is nothing left to do. Each step makes the group smaller or moves a
/// value into a reduction, where it stays.
bool shareWorkOnce(IRRewriter &rewriter, RowGroup &group) {
  for (linalg::GenericOp op : group.inOrder()) {
    if (op.getNumReductionLoops() > 0 || group.isScalar(op) || op.getNumResults() != 1 || op->use_empty())
      continue;
    bool inside = !group.escapes(op->getResult(0));
    if (inside && isCheap(op) ? computeAgain(rewriter, group, op) : computeBeside(rewriter, group, op))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// One loop over the rows
//===----------------------------------------------------------------------===//

class RowLoop {
public:
  RowLoop(IRRewriter &builder, const RowGroup &group, int64_t maxRowBytes)
      : builder(builder), group(group), members(group.inOrder()), rank(group.rank), maxRowBytes(maxRowBytes) {}

  /// Decides where each row is written. Returns why that cannot be, or nothing.
  std::string plan();
  void emit();

private:
  /// Where the row of an element-wise result is written: its own row of a result of the loop; the row of a later result
  /// of the same type; or a buffer.
  struct Place {
    Value lender; // null: a buffer
  };
  bool isRow(Value result) { return cast<RankedTensorType>(result.getType()).getRank() > static_cast<int64_t>(rank); }
  bool isReduced(OpResult result);
  /// A result that leaves the group, is written after the last use of `result` and may be written over it.
  Value lenderFor(OpResult result);

  Value rowOf(Value value, AffineMap map);
  SmallVector<OpFoldResult> offsets(int64_t count);
  Value destination(OpResult result);
  Value slice(Value tensor);
  void emitScalar(linalg::GenericOp op);
  void emitRow(linalg::GenericOp op);
  Value initialValue(OpOperand &output);
  void write(Value result);

  IRRewriter &builder;
  const RowGroup &group;
  SmallVector<linalg::GenericOp> members;
  unsigned rank;
  int64_t maxRowBytes;
  llvm::DenseMap<Value, Place> places;
  llvm::DenseMap<Value, Value> borrowed; // lender to the value that was written in its place
  SmallVector<Value> escaping;
  // While the body is built.
  SmallVector<Value> ivs;
  llvm::DenseMap<Value, Value> rows, sharedOuts;
};

bool RowLoop::isReduced(OpResult result) {
  auto op = cast<linalg::GenericOp>(result.getOwner());
  AffineMap map = op.getIndexingMapMatchingResult(result);
  return op.getNumReductionLoops() > 0 && map.getNumResults() == rank;
}

Value RowLoop::lenderFor(OpResult result) {
  Operation *last = nullptr;
  for (Operation *user : result.getUsers())
    if (!last || last->isBeforeInBlock(user))
      last = user;
  for (Value other : escaping) {
    auto writer = other.getDefiningOp<linalg::GenericOp>();
    if (other.getType() != result.getType() || borrowed.contains(other) || writer.getNumReductionLoops() > 0 || !last ||
        !(last == writer || last->isBeforeInBlock(writer)))
      continue;
    // Element by element in the same order: each is read before it is written.
    AffineMap out = writer.getIndexingMapMatchingResult(cast<OpResult>(other));
    bool inOrder = llvm::all_of(writer->getOpOperands(), [&](OpOperand &operand) {
      return operand.get() != result || writer.getMatchingIndexingMap(&operand) == out;
    });
    if (inOrder &&
        writer.getMatchingBlockArgument(writer.getDpsInitOperand(cast<OpResult>(other).getResultNumber())).use_empty())
      return other;
  }
  return {};
}

std::string RowLoop::plan() {
  for (linalg::GenericOp op : members)
    for (Value result : op->getResults())
      if (group.escapes(result))
        escaping.push_back(result);
  for (linalg::GenericOp op : members)
    for (OpResult result : op->getResults()) {
      if (group.isScalar(op) || isReduced(result) || llvm::is_contained(escaping, Value(result)))
        continue;
      Value lender = lenderFor(result);
      if (lender) {
        borrowed[lender] = result;
        places[result] = {lender};
        continue;
      }
      RankedTensorType type = rowType(result, rank);
      if (!type.hasStaticShape())
        return "an intermediate row has no static size";
      if (type.getNumElements() * type.getElementType().getIntOrFloatBitWidth() / 8 > maxRowBytes)
        return "an intermediate row of " + std::to_string(type.getNumElements()) +
               " elements is too large for the stack";
      places[result] = {};
    }
  return "";
}

SmallVector<OpFoldResult> RowLoop::offsets(int64_t count) {
  SmallVector<OpFoldResult> result(count, builder.getIndexAttr(0));
  for (unsigned dim = 0; dim < rank; ++dim)
    result[dim] = ivs[dim];
  return result;
}

/// What one iteration reads of `value`, which `map` indexes: a scalar, a row, or all of it.
Value RowLoop::rowOf(Value value, AffineMap map) {
  if (Value inside = rows.lookup(value))
    return inside;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return value;
  Location loc = value.getLoc();
  SmallVector<OpFoldResult> begin, sizes, strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<Value> place;
  SmallVector<int64_t> kept;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (dim < rank) {
      begin.push_back(ivs[dim]);
      sizes.push_back(builder.getIndexAttr(1));
      place.push_back(ivs[dim]);
    } else {
      begin.push_back(builder.getIndexAttr(0));
      sizes.push_back(tensor::getMixedSize(builder, loc, value, position));
      kept.push_back(type.getDimSize(position));
    }
  }
  if (kept.empty())
    return tensor::ExtractOp::create(builder, loc, value, place);
  if (place.empty())
    return value;
  auto row = RankedTensorType::get(kept, type.getElementType());
  return tensor::ExtractSliceOp::create(builder, loc, row, value, begin, sizes, strides);
}

/// The iteration's row of `tensor`, one of the loop's results.
Value RowLoop::slice(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, tensor.getLoc(), tensor),
                            strides(type.getRank(), builder.getIndexAttr(1));
  std::fill_n(sizes.begin(), rank, builder.getIndexAttr(1));
  if (type.getRank() > static_cast<int64_t>(rank))
    return tensor::ExtractSliceOp::create(builder, tensor.getLoc(), rowType(tensor, rank), tensor,
                                          offsets(type.getRank()), sizes, strides);
  return tensor::ExtractSliceOp::create(builder, tensor.getLoc(), tensor, offsets(type.getRank()), sizes, strides);
}

Value RowLoop::destination(OpResult result) {
  if (Value before = borrowed.lookup(result))
    return rows.lookup(before);
  if (Value own = sharedOuts.lookup(result))
    return slice(own);
  Place place = places.lookup(result);
  if (place.lender)
    return slice(sharedOuts.lookup(place.lender));
  RankedTensorType type = rowType(result, rank);
  auto buffer = MemRefType::get(type.getShape(), type.getElementType());
  Value memory = memref::AllocaOp::create(builder, result.getLoc(), buffer, builder.getI64IntegerAttr(64));
  return bufferization::ToTensorOp::create(builder, result.getLoc(), type, memory, /*restrict=*/true,
                                           /*writable=*/true);
}

/// What the row's element of `output` holds before the operation, as a scalar.
Value RowLoop::initialValue(OpOperand &output) {
  auto op = cast<linalg::GenericOp>(output.getOwner());
  if (auto fill = output.get().getDefiningOp<linalg::FillOp>())
    return fill.getInputs().front();
  return rowOf(output.get(), op.getMatchingIndexingMap(&output));
}

/// An operation on one element per row: its body, on scalars.
void RowLoop::emitScalar(linalg::GenericOp op) {
  IRMapping mapping;
  for (OpOperand &operand : op->getOpOperands())
    if (!op.getMatchingBlockArgument(&operand).use_empty())
      mapping.map(op.getMatchingBlockArgument(&operand),
                  op.isDpsInit(&operand) ? initialValue(operand)
                                         : rowOf(operand.get(), op.getMatchingIndexingMap(&operand)));
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      mapping.map(index.getResult(), ivs[index.getDim()]);
    else
      builder.clone(inner, mapping);
  }
  for (auto [result, value] : llvm::zip(op->getResults(), op.getBody()->getTerminator()->getOperands()))
    rows[result] = mapping.lookupOrDefault(value);
}

/// The same operation on one row.
void RowLoop::emitRow(linalg::GenericOp op) {
  Location loc = op.getLoc();
  MLIRContext *context = builder.getContext();
  unsigned loops = op.getNumLoops() - rank;
  SmallVector<AffineMap> maps;
  auto addMap = [&](OpOperand &operand) {
    SmallVector<AffineExpr> exprs;
    for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults())
      if (unsigned dim = cast<AffineDimExpr>(expr).getPosition(); dim >= rank)
        exprs.push_back(getAffineDimExpr(dim - rank, context));
    maps.push_back(AffineMap::get(loops, 0, exprs, context));
  };
  SmallVector<Value> inputs, outputs;
  // What is read twice in the same way is one input: a sum of squares is no product of two rows.
  SmallVector<OpOperand *> read;
  SmallVector<unsigned> place;
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto same = llvm::find_if(read, [&](OpOperand *other) {
      return other->get() == input->get() && op.getMatchingIndexingMap(other) == op.getMatchingIndexingMap(input);
    });
    place.push_back(same - read.begin());
    if (same != read.end())
      continue;
    read.push_back(input);
    addMap(*input);
    inputs.push_back(rowOf(input->get(), op.getMatchingIndexingMap(input)));
  }
  for (OpOperand &output : op.getDpsInitsMutable())
    addMap(output);
  for (OpResult result : op->getResults()) {
    OpOperand &output = *op.getDpsInitOperand(result.getResultNumber());
    if (isReduced(result)) {
      // On the stack; `mem2reg` makes it a value again once the loops are there.
      auto type = RankedTensorType::get({}, getElementTypeOrSelf(result));
      Value memory = memref::AllocaOp::create(builder, loc, MemRefType::get({}, type.getElementType()));
      Value tensor =
          bufferization::ToTensorOp::create(builder, loc, type, memory, /*restrict=*/true, /*writable=*/true);
      outputs.push_back(tensor::InsertOp::create(builder, loc, initialValue(output), tensor, ValueRange{}));
    } else if (op.getMatchingBlockArgument(&output).use_empty()) {
      outputs.push_back(destination(result));
    } else {
      Value before = rowOf(output.get(), op.getMatchingIndexingMap(&output));
      outputs.push_back(linalg::CopyOp::create(builder, loc, before, destination(result)).getResult(0));
    }
  }
  auto types = llvm::to_vector(ArrayRef(op.getIteratorTypesArray()).drop_front(rank));
  auto row = linalg::GenericOp::create(builder, loc, TypeRange(ValueRange(outputs)), inputs, outputs, maps, types);
  builder.cloneRegionBefore(op.getRegion(), row.getRegion(), row.getRegion().end());
  for (unsigned input = place.size(); input-- > 0;) {
    unsigned first = llvm::find(place, place[input]) - place.begin();
    if (first == input)
      continue;
    row.getBody()->getArgument(input).replaceAllUsesWith(row.getBody()->getArgument(first));
    row.getBody()->eraseArgument(input);
  }
  row.walk([&](linalg::IndexOp index) {
    if (index.getDim() >= rank)
      index.setDim(index.getDim() - rank);
    else
      index.replaceAllUsesWith(ivs[index.getDim()]);
  });
  for (auto [result, own] : llvm::zip(op->getResults(), row->getResults()))
    rows[result] = isReduced(result) ? tensor::ExtractOp::create(builder, loc, own, ValueRange{}).getResult() : own;
}

/// Writes the row of `result` back into the loop's result.
void RowLoop::write(Value result) {
  Value shared = sharedOuts.lookup(result), row = rows.lookup(result);
  Location loc = result.getLoc();
  auto type = cast<RankedTensorType>(shared.getType());
  if (!isRow(result))
    row = tensor::InsertOp::create(builder, loc, row, slice(shared),
                                   SmallVector<Value>(rank, arith::ConstantIndexOp::create(builder, loc, 0)));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, shared),
                            strides(type.getRank(), builder.getIndexAttr(1)), begin = offsets(type.getRank());
  std::fill_n(sizes.begin(), rank, builder.getIndexAttr(1));
  auto loop = cast<scf::ForallOp>(shared.getParentBlock()->getParentOp());
  builder.setInsertionPointToEnd(loop.getTerminator().getBody());
  tensor::ParallelInsertSliceOp::create(builder, loc, row, shared, begin, sizes, strides);
  builder.setInsertionPoint(loop.getTerminator());
}

void RowLoop::emit() {
  linalg::GenericOp last = members.back();
  Location loc = last.getLoc();
  builder.setInsertionPoint(last);
  SmallVector<OpFoldResult> zeros(rank, builder.getIndexAttr(0)), ones(rank, builder.getIndexAttr(1)), extents;
  // The sizes of the rows' dimensions, from an operand that is no member's result: that one will be gone.
  Value sized = members.front().getDpsInits().front();
  for (unsigned dim = 0; dim < rank; ++dim)
    extents.push_back(tensor::getMixedSize(builder, loc, sized, dim));
  SmallVector<Value> results;
  for (Value value : escaping) {
    auto type = cast<RankedTensorType>(value.getType());
    Value out =
        value.getDefiningOp<linalg::GenericOp>().getDpsInitOperand(cast<OpResult>(value).getResultNumber())->get();
    while (group.contains(out.getDefiningOp()))
      out =
          cast<linalg::GenericOp>(out.getDefiningOp()).getDpsInitOperand(cast<OpResult>(out).getResultNumber())->get();
    results.push_back(
        tensor::EmptyOp::create(builder, loc, tensor::getMixedSizes(builder, loc, out), type.getElementType()));
  }
  auto loop = scf::ForallOp::create(builder, loc, zeros, extents, ones, results, /*mapping=*/std::nullopt);
  ivs = llvm::to_vector(loop.getInductionVars());
  for (auto [value, argument] : llvm::zip(escaping, loop.getRegionIterArgs()))
    sharedOuts[value] = argument;
  builder.setInsertionPoint(loop.getTerminator());
  for (linalg::GenericOp op : members)
    if (group.isScalar(op))
      emitScalar(op);
    else
      emitRow(op);
  for (Value value : escaping)
    write(value);
  for (auto [value, result] : llvm::zip(escaping, loop.getResults()))
    value.replaceUsesWithIf(result, [&](OpOperand &use) { return !group.contains(use.getOwner()); });
  for (linalg::GenericOp op : llvm::reverse(members))
    builder.eraseOp(op);
}

struct FuseRowsPass final : lexon::impl::FuseRowsPassBase<FuseRowsPass> {
  using FuseRowsPassBase::FuseRowsPassBase;

  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation()->walk([&](Block *block) {
      // Not inside of other structured operations, nor of loops that run in parallel already.
      if (!isa<linalg::LinalgOp>(block->getParentOp()) && !block->getParentOp()->getParentOfType<scf::ForallOp>() &&
          !isa<scf::ForallOp>(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks)
      for (RowGroup &group : findRowGroups(*block))
        fuse(group);
  }

  void fuse(RowGroup &group) {
    IRRewriter rewriter(&getContext());
    size_t count = group.members.size();
    Location loc = group.inOrder().back().getLoc();
    for (size_t steps = 4 * count; steps > 0 && shareWorkOnce(rewriter, group); --steps)
      ;
    RowLoop loop(rewriter, group, maxRowBytes);
    std::string reason = loop.plan();
    if (!reason.empty()) {
      remark::missed(loc, kEvent) << remark::reason("{0}", reason);
      return;
    }
    Operation *last = group.inOrder().back();
    FailureOr<SmallVector<Operation *>> late = followers(group);
    if (failed(late)) {
      remark::missed(loc, kEvent) << remark::reason("{0}", "another operation stands between its operations");
      return;
    }
    Operation *place = last;
    for (Operation *op : *late) {
      op->moveAfter(place);
      place = op;
    }
    loop.emit();
    remark::passed(loc, kEvent) << std::to_string(count) + " operations";
  }
};
} // namespace
