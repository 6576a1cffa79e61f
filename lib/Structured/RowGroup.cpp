//===- RowGroup.cpp - operations that work on the same rows ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RowGroup.h"

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace lexon;

bool lexon::isRowLeading(AffineMap map, unsigned rank) {
  if (map.getNumResults() < rank)
    return false;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (position < rank && expr != getAffineDimExpr(position, map.getContext()))
      return false;
    for (unsigned dim = 0; position >= rank && dim < rank; ++dim)
      if (expr.isFunctionOfDim(dim))
        return false;
  }
  return true;
}

SmallVector<linalg::GenericOp> RowGroup::inOrder() const {
  SmallVector<linalg::GenericOp> sorted(members.begin(), members.end());
  llvm::sort(sorted, [](linalg::GenericOp a, linalg::GenericOp b) { return a->isBeforeInBlock(b); });
  return sorted;
}

bool RowGroup::escapes(Value value) const {
  return llvm::any_of(value.getUsers(), [&](Operation *user) { return !contains(user); });
}

bool lexon::isCheap(linalg::GenericOp op) {
  int64_t work = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (inner.getName().getDialectNamespace() != "arith" || isa<arith::DivFOp, arith::RemFOp>(inner))
      return false;
    work += !isa<arith::ConstantOp>(inner);
  }
  return work <= 4;
}

/// True for matrix products in the widest sense. Sums of products of rows, one for each row, are reductions.
static bool isContraction(linalg::LinalgOp op) {
  FailureOr<Contraction> match = matchContraction(op);
  return succeeded(match) && (!match->m.empty() || !match->n.empty());
}

/// Rank of the rows `op` reduces, one element each: its parallel dimensions come first and index the results. 0 if it
/// does something else.
static unsigned rowsReduced(linalg::GenericOp op) {
  unsigned rank = op.getNumParallelLoops();
  auto types = op.getIteratorTypesArray();
  if (op.getNumReductionLoops() == 0 || rank == 0 || rank + op.getNumReductionLoops() != types.size() ||
      !llvm::all_of(ArrayRef(types).take_front(rank),
                    [](utils::IteratorType type) { return type == utils::IteratorType::parallel; }) ||
      isContraction(op))
    return 0;
  return rank;
}

/// True if `op` can be cut into rows: it is element-wise, or reduces rows to one element.
static bool fits(linalg::GenericOp op, unsigned rank) {
  auto types = op.getIteratorTypesArray();
  bool elementwise = op.getNumParallelLoops() == types.size() && types.size() >= rank;
  if (!op.hasPureTensorSemantics() || (!elementwise && rowsReduced(op) != rank))
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isProjectedPermutation() ||
        !isa<RankedTensorType, FloatType, IntegerType, IndexType>(operand.get().getType()))
      return false;
    // A result of all loops or, of a reduction, of the rows alone.
    if (op.isDpsInit(&operand) &&
        (!isRowLeading(map, rank) || map.getNumResults() != (elementwise ? op.getNumLoops() : rank)))
      return false;
  }
  // What runs once for each element must be free to run in another place: checks of indices are not.
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) { return isMemoryEffectFree(&inner); });
}

static bool readsRowsOf(linalg::GenericOp op, const RowGroup &group) {
  for (OpOperand &operand : op->getOpOperands())
    if (group.contains(operand.get().getDefiningOp()) && !isRowLeading(op.getMatchingIndexingMap(&operand), group.rank))
      return false;
  return true;
}

/// True if `op` is what a contraction's results pass through on their way out of registers.
static bool isEpilogue(linalg::GenericOp op) {
  for (Value operand : op.getDpsInputs()) {
    Operation *producer = operand.getDefiningOp();
    while (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp>(producer))
      producer = producer->getOperand(0).getDefiningOp();
    auto contraction = dyn_cast_or_null<linalg::LinalgOp>(producer);
    if (contraction && contraction.getNumReductionLoops() > 0 && isContraction(contraction))
      return true;
  }
  return false;
}

FailureOr<SmallVector<Operation *>> lexon::followers(const RowGroup &group) {
  SmallVector<linalg::GenericOp> members = group.inOrder();
  llvm::SmallPtrSet<Operation *, 16> after;
  SmallVector<Operation *> result;
  for (Operation *op = members.front(); op != members.back()->getNextNode(); op = op->getNextNode()) {
    bool late = false, member = group.contains(op);
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          late |= after.contains(producer) || (!member && group.contains(producer));
    });
    if (!late)
      continue;
    if (member || !isMemoryEffectFree(op))
      return failure();
    after.insert(op);
    result.push_back(op);
  }
  return result;
}

/// Adds `op` to `group` if it can be computed with it.
static bool tryAdd(RowGroup &group, linalg::GenericOp op, const llvm::DenseSet<Operation *> &taken) {
  if (taken.contains(op) || group.members.contains(op) || !fits(op, group.rank))
    return false;
  group.members.insert(op);
  bool sound = llvm::all_of(group.members, [&](linalg::GenericOp member) { return readsRowsOf(member, group); });
  if (sound && succeeded(followers(group)))
    return true;
  group.members.remove(op);
  return false;
}

static RowGroup grow(linalg::GenericOp seed, const llvm::DenseSet<Operation *> &taken) {
  RowGroup group;
  group.rank = rowsReduced(seed);
  if (group.rank == 0 || !tryAdd(group, seed, taken))
    return group;
  for (size_t next = 0; next < group.members.size(); ++next) {
    linalg::GenericOp member = group.members[next];
    for (Value operand : member.getDpsInputs())
      if (auto producer = operand.getDefiningOp<linalg::GenericOp>())
        if (producer->getBlock() == seed->getBlock() && producer.getNumReductionLoops() == 0 && !isEpilogue(producer))
          tryAdd(group, producer, taken);
    for (Operation *user : member->getUsers())
      if (auto consumer = dyn_cast<linalg::GenericOp>(user))
        if (consumer->getBlock() == seed->getBlock())
          tryAdd(group, consumer, taken);
  }
  return group;
}

SmallVector<RowGroup> lexon::findRowGroups(Block &block) {
  SmallVector<RowGroup> groups;
  llvm::DenseSet<Operation *> taken;
  for (auto seed : block.getOps<linalg::GenericOp>()) {
    if (taken.contains(seed))
      continue;
    RowGroup group = grow(seed, taken);
    if (group.members.size() < 2)
      continue;
    taken.insert(group.members.begin(), group.members.end());
    groups.push_back(std::move(group));
  }
  return groups;
}
