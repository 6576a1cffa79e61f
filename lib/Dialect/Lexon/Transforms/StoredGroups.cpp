//===- StoredGroups.cpp - what is computed from a product's columns -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "StoredGroups.h"

#include <set>

using namespace mlir;
using namespace lexon::core;

/// Size of the part that all cut: the smallest slice along the columns that is not all of them.
bool StoredGroups::findSizes() {
  for (auto &[value, described] : known) {
    auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
    if (!slice || !known.count(slice.getSource()))
      continue;
    for (auto [axis, whole, own] : llvm::zip(known.find(slice.getSource())->second.axes,
                                             slice.getSourceType().getShape(), slice.getStaticSizes()))
      if (axis == Axis{columnDim, 1} && own < whole && own > 1 && (part == 0 || own < part)) {
        part = own;
        block = whole;
      }
  }
  return part != 0 && block % part == 0 && block / part <= 8 && numColumns() % block == 0;
}

/// First and last column (exclusive) that a tensor stands for.
std::pair<int64_t, int64_t> StoredGroups::columnsOf(Value value) const {
  const Described &described = known.find(value)->second;
  int64_t last = described.base;
  for (auto [axis, size] : llvm::zip(described.axes, cast<RankedTensorType>(value.getType()).getShape()))
    if (axis.dim == columnDim)
      last += (size - 1) * axis.stride;
  return {described.base, last + 1};
}

/// True if there are no other columns between those that a tensor stands for.
bool StoredGroups::hasNeighbours(Value value) const {
  int64_t count = 1;
  for (auto [axis, size] :
       llvm::zip(known.find(value)->second.axes, cast<RankedTensorType>(value.getType()).getShape()))
    if (axis.dim == columnDim)
      count *= size;
  auto [begin, end] = columnsOf(value);
  return end - begin == count;
}

bool StoredGroups::describeReshape(Operation *op, Value source, ArrayRef<ReassociationIndices> groups, bool expands) {
  Described described = known.find(source)->second;
  auto to = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<Axis> axes;
  for (auto [i, group] : llvm::enumerate(groups)) {
    if (expands) {
      Axis axis = described.axes[i];
      int64_t stride = axis.stride;
      SmallVector<Axis> split(group.size());
      for (int64_t j = group.size() - 1; j >= 0; --j) {
        int64_t size = to.getDimSize(group[j]);
        if (size != 1)
          split[j] = {axis.dim, stride};
        stride *= size;
      }
      llvm::append_range(axes, split);
      continue;
    }
    Axis joined;
    int64_t size = 1;
    for (int64_t j : llvm::reverse(group)) {
      Axis axis = described.axes[j];
      if (axis.dim < 0)
        continue;
      if (joined.dim < 0)
        joined = axis;
      else if (axis.dim != joined.dim || axis.stride != joined.stride * size)
        return false;
      size *= cast<RankedTensorType>(source.getType()).getDimSize(j);
    }
    axes.push_back(joined);
  }
  described.axes = axes;
  described.parts.clear();
  described.from = 0;
  known[op->getResult(0)] = described;
  // A reshape of what is computed must not hide which part is which.
  if (described.isView || block == 0 || isWhole(op->getResult(0)) == isWhole(source))
    return true;
  known.erase(op->getResult(0));
  return false;
}

bool StoredGroups::describeSlice(tensor::ExtractSliceOp op) {
  Described described = known.find(op.getSource())->second;
  if (!op.hasUnitStride() || llvm::any_of(op.getStaticOffsets(), ShapedType::isDynamic))
    return false;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  SmallVector<Axis> axes;
  int64_t offset = 0;
  for (auto [i, axis] : llvm::enumerate(described.axes)) {
    int64_t own = op.getStaticSizes()[i];
    bool isCut = own != op.getSourceType().getDimSize(i);
    if (isCut && axis.dim != columnDim)
      return false;
    if (axis.dim == columnDim)
      offset += op.getStaticOffsets()[i] * axis.stride;
    if (own == 1)
      axis = Axis();
    if (!dropped.test(i))
      axes.push_back(axis);
  }
  described.axes = axes;
  described.base += offset;
  described.parts.clear();
  described.from = 0;
  if (!described.isView && block != 0) {
    int64_t within = offset % block;
    if (within % part != 0)
      return false;
    described.from = within / part;
    described.base -= within;
  }
  known[op.getResult()] = described;
  // Of what is computed, whole blocks or one part of each: nothing else can be said of it.
  if (described.isView || block == 0 || (isWhole(op.getResult()) && described.from == 0) ||
      (isPart(op.getResult()) && isWhole(op.getSource())))
    return true;
  known.erase(op.getResult());
  return false;
}

/// The operands that are not of the product can be read from inside the new contraction.
bool StoredGroups::isWithReadable(linalg::GenericOp op, ArrayRef<std::optional<Axis>> loops) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  SmallVector<RowSplit> own(type.getRank());
  for (auto [axis, size] : llvm::zip(loops, ranges))
    if (axis && axis->dim >= 0 && axis->dim != columnDim)
      own[axis->dim].push_back({axis->stride, size});
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto inputType = dyn_cast<RankedTensorType>(input->get().getType());
    if (!inputType || known.count(input->get()))
      continue;
    if (!inputType.hasStaticShape())
      return false;
    for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || ranges[dim.getPosition()] == 1)
        continue;
      Axis axis = *loops[dim.getPosition()];
      if (axis.dim == columnDim) {
        // Blocks are numbered through all columns; an operand may not have them all.
        int64_t size = ranges[dim.getPosition()];
        bool isWithinBlock = axis.stride == 1 && size <= block,
             hasAllColumns = axis.stride == 1 && size == numColumns();
        bool hasAllBlocks = axis.stride == block && size * block == numColumns();
        if (!isWithinBlock && !hasAllColumns && !hasAllBlocks)
          return false;
        continue;
      }
      RowSplit split = own[axis.dim];
      llvm::sort(split, std::greater<>());
      if (split.size() > 1 && splits[axis.dim].empty())
        splits[axis.dim] = split;
      if (split.size() > 1 && splits[axis.dim] != split)
        return false;
    }
  }
  return true;
}

bool StoredGroups::describeGeneric(linalg::GenericOp op) {
  if (!isElementwise(op) || op->getBlock() != contract->getBlock())
    return false;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  SmallVector<std::optional<Axis>> loops(op.getNumLoops());
  std::optional<int64_t> base;
  std::optional<bool> whole;
  SmallVector<OpOperand *> uses;
  for (OpOperand *input : op.getDpsInputOperands())
    if (known.count(input->get()))
      uses.push_back(input);
  if (uses.empty()) // only as a destination
    return false;
  for (OpOperand *input : uses) {
    const Described &described = known.find(input->get())->second;
    if (block != 0) {
      bool isWholeInput = isWhole(input->get());
      if (!isWholeInput && !isPart(input->get()))
        return false;
      int64_t ownBase = described.base / block * block;
      if (isWholeInput && described.base != ownBase)
        return false;
      if (!isWholeInput && described.isView && described.base % part != 0)
        return false;
      if (base.value_or(ownBase) != ownBase || whole.value_or(isWholeInput) != isWholeInput)
        return false;
      base = ownBase;
      whole = isWholeInput;
    }
    llvm::SmallBitVector seen(op.getNumLoops());
    AffineMap map = op.getMatchingIndexingMap(input);
    for (auto [expr, axis] : llvm::zip(map.getResults(), described.axes)) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (axis.dim < 0)
        continue;
      if (!dim || seen.test(dim.getPosition()))
        return false;
      seen.set(dim.getPosition());
      std::optional<Axis> &loop = loops[dim.getPosition()];
      if (loop && !(*loop == axis))
        return false;
      loop = axis;
    }
    // Each use reads its own element for each iteration: none is repeated along a loop.
    for (unsigned loop = 0; loop < loops.size(); ++loop)
      if (ranges[loop] != 1 && !seen.test(loop))
        return false;
  }
  if (block != 0 && !isWithReadable(op, loops))
    return false;
  Described described;
  described.base = base.value_or(0);
  described.isView = false;
  for (AffineExpr expr : op.getIndexingMapsArray().back().getResults())
    described.axes.push_back(loops[cast<AffineDimExpr>(expr).getPosition()].value_or(Axis()));
  known[op.getResult(0)] = described;
  return true;
}

/// `sources`, one behind the other along dimension `dim` of `value`, are the parts of its blocks.
bool StoredGroups::describeParts(Value value, ArrayRef<Value> sources, ArrayRef<int64_t> offsets, int64_t dim,
                                 ArrayRef<SmallVector<int64_t>> sourceDims) {
  Described described;
  described.isView = false;
  auto valueType = cast<RankedTensorType>(value.getType());
  if (static_cast<int64_t>(sources.size()) != numParts() || valueType.getDimSize(dim) != block)
    return false;
  described.parts.assign(numParts(), Value());
  for (auto [i, source] : llvm::enumerate(sources)) {
    auto found = known.find(source);
    if (found == known.end() || !isPart(source) || offsets[i] % part != 0 || described.parts[offsets[i] / part])
      return false;
    if (found->second.isView && found->second.base % part != 0)
      return false;
    SmallVector<Axis> axes(valueType.getRank());
    for (auto [position, axis] : llvm::enumerate(found->second.axes))
      axes[sourceDims[i][position]] = axis;
    int64_t base = found->second.base / block * block;
    if (!(axes[dim] == Axis{columnDim, 1}) || (i != 0 && (axes != described.axes || base != described.base)))
      return false;
    described.axes = axes;
    described.base = base;
    described.parts[offsets[i] / part] = source;
  }
  known[value] = described;
  return true;
}

bool StoredGroups::describeInserts(tensor::InsertSliceOp last) {
  SmallVector<Value> sources;
  SmallVector<int64_t> offsets;
  SmallVector<SmallVector<int64_t>> sourceDims;
  int64_t cut = -1;
  for (auto op = last; op; op = op.getDest().getDefiningOp<tensor::InsertSliceOp>()) {
    if (!op.hasUnitStride() || llvm::any_of(op.getStaticOffsets(), ShapedType::isDynamic) ||
        (op != last && !op->hasOneUse()))
      return false;
    llvm::SmallBitVector dropped = op.getDroppedDims();
    SmallVector<int64_t> dims;
    for (int64_t dim = 0; dim < op.getDestType().getRank(); ++dim) {
      if (op.getStaticSizes()[dim] != op.getDestType().getDimSize(dim)) {
        if (cut >= 0 && cut != dim)
          return false;
        cut = dim;
      }
      if (!dropped.test(dim))
        dims.push_back(dim);
    }
    if (cut < 0)
      return false;
    sources.push_back(op.getSource());
    offsets.push_back(op.getStaticOffsets()[cut]);
    sourceDims.push_back(dims);
  }
  return describeParts(last.getResult(), sources, offsets, cut, sourceDims);
}

bool StoredGroups::describeConcat(tensor::ConcatOp op) {
  SmallVector<int64_t> offsets, all = llvm::to_vector(llvm::seq<int64_t>(0, op.getResultType().getRank()));
  int64_t next = 0;
  for (Value input : op.getInputs()) {
    offsets.push_back(next);
    next += cast<RankedTensorType>(input.getType()).getDimSize(op.getDim());
  }
  SmallVector<SmallVector<int64_t>> dims(op.getInputs().size(), all);
  return describeParts(op.getResult(), llvm::to_vector(op.getInputs()), offsets, op.getDim(), dims);
}

bool StoredGroups::describe(Operation *op) {
  auto isStatic = [](Value value) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    return tensor && tensor.hasStaticShape() && tensor.getNumElements() > 0;
  };
  if (op->getNumResults() != 1 || !isStatic(op->getResult(0)))
    return false;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return describeReshape(op, expand.getSrc(), expand.getReassociationIndices(), true);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return describeReshape(op, collapse.getSrc(), collapse.getReassociationIndices(), false);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return describeSlice(slice);
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return describeGeneric(generic);
  if (block == 0)
    return false;
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return describeInserts(insert);
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return describeConcat(concat);
  return false;
}

/// True if the user can read its operand with the dimensions in another order.
bool StoredGroups::takesOrder(OpOperand &use) {
  auto attention = dyn_cast<AttentionOp>(use.getOwner());
  return attention && &use != &attention.getOutMutable();
}

/// Why this contraction's columns do not become stored groups; "none" if nobody puts parts of them together.
std::string StoredGroups::match(int64_t partColumns) {
  const std::string none = "none";
  SmallVector<AffineMap> maps = contract.getMaps();
  if (contract.getGroupDim() || !type.hasStaticShape() || type.getNumElements() == 0 ||
      !maps.back().isProjectedPermutation() || !maps[0].isProjectedPermutation())
    return none;
  for (auto [i, expr] : llvm::enumerate(maps.back().getResults())) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    bool inLhs = maps[0].isFunctionOfDim(dim), inRhs = maps[1].isFunctionOfDim(dim);
    if (inRhs && (inLhs || columnDim >= 0))
      return none;
    if (inRhs)
      columnDim = i;
  }
  // Only then is the result, seen flat, the old one.
  if (columnDim != type.getRank() - 1 || !cast<RankedTensorType>(contract.getRhs().getType()).hasStaticShape())
    return none;
  splits.resize(type.getRank());
  Described whole;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    whole.axes.push_back(size == 1 ? Axis() : Axis{static_cast<int64_t>(dim), 1});

  // Once without concatenations, for the slices that say the sizes, then for everything.
  bool isLocal = true;
  auto walk = [&] {
    known.clear();
    outside.clear();
    known[result] = whole;
    // Only what is reached from the product, in the order of the block: operands first.
    auto before = [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); };
    std::set<Operation *, decltype(before)> pending(before);
    auto enqueueUsers = [&](Value value) {
      for (Operation *user : value.getUsers()) {
        Operation *own = contract->getBlock()->findAncestorOpInBlock(*user);
        isLocal &= own != nullptr;
        if (own)
          pending.insert(own);
      }
    };
    enqueueUsers(result);
    while (!pending.empty()) {
      Operation *op = *pending.begin();
      pending.erase(pending.begin());
      SmallVector<OpOperand *> uses;
      op->walk([&](Operation *inner) {
        for (OpOperand &operand : inner->getOpOperands())
          if (known.count(operand.get()))
            uses.push_back(&operand);
      });
      auto insert = dyn_cast<tensor::InsertSliceOp>(op);
      bool isInner = insert && insert->hasOneUse() && isa<tensor::InsertSliceOp>(*insert->user_begin()) &&
                     cast<tensor::InsertSliceOp>(*insert->user_begin()).getDest() == insert.getResult();
      if (isInner || describe(op)) {
        enqueueUsers(op->getResult(0));
        continue;
      }
      // Of a chain of insertions, all sources are used.
      for (; insert; insert = insert.getDest().getDefiningOp<tensor::InsertSliceOp>())
        for (OpOperand &operand : insert->getOpOperands())
          if (known.count(operand.get()))
            outside.insert(&operand);
      outside.insert(uses.begin(), uses.end());
    }
  };
  walk();
  if (!isLocal || !findSizes())
    return none;
  walk();
  bool isAnyWhole = llvm::any_of(known, [](const auto &entry) { return !entry.second.parts.empty(); });
  if (!isAnyWhole)
    return none;
  if (part % partColumns != 0)
    return "its parts of " + std::to_string(part) + " columns are no multiple of " + std::to_string(partColumns);

  SmallVector<std::pair<int64_t, int64_t>> changed, read;
  for (OpOperand *use : outside) {
    Value value = use->get();
    const Described &described = known.find(value)->second;
    if (described.isView) {
      read.push_back(columnsOf(value));
      continue;
    }
    if (!isWhole(value))
      return "part of a block is used alone, by '" + use->getOwner()->getName().getStringRef().str() + "'";
    if (!hasNeighbours(value))
      return "other columns lie between those of its blocks";
    if (!llvm::is_contained(results, value)) {
      results.push_back(value);
      changed.push_back(columnsOf(value));
    }
    SmallVector<std::pair<int64_t, int64_t>> places;
    for (Axis axis : described.axes)
      if (axis.dim >= 0)
        places.push_back({axis.dim, -axis.stride});
    if (!llvm::is_sorted(places) && !takesOrder(*use))
      return "what is computed from its columns is transposed for '" + use->getOwner()->getName().getStringRef().str() +
             "'";
  }
  if (results.empty())
    return "what is computed from its columns is not used";
  auto overlap = [](auto a, auto b) { return a.first < b.second && b.first < a.second; };
  for (auto [i, columns] : llvm::enumerate(changed)) {
    auto meets = [&](auto other) { return overlap(columns, other); };
    if (llvm::any_of(read, meets) || llvm::any_of(ArrayRef(changed).drop_front(i + 1), meets))
      return "columns are used as they were and changed, or changed in two ways";
  }
  return "";
}

ContractOp lexon::core::fuseStoredGroups(RewriterBase &rewriter, ContractOp contract, int64_t partColumns,
                                         std::string &reason) {
  reason.clear();
  if (!contract.getResult())
    return nullptr;
  StoredGroups groups(contract);
  std::string against = groups.match(partColumns);
  if (!against.empty()) {
    if (against != "none")
      reason = against;
    return nullptr;
  }
  ContractOp created = groups.rewrite(rewriter);
  if (!created)
    reason = "its columns are used before everything is there that changes them";
  return created;
}
