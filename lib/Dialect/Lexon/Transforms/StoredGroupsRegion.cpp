//===- StoredGroupsRegion.cpp - epilogues of stored groups ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Panels.h"
#include "StoredGroups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace lexon::core;

/// The region's argument for an element of an operand; one for each different place.
Value StoredGroups::addWith(Value operand, AffineMap map) {
  for (auto [i, pair] : llvm::enumerate(llvm::zip(with, withMaps)))
    if (std::get<0>(pair) == operand && std::get<1>(pair) == map)
      return body->getArgument(numParts() + i);
  with.push_back(operand);
  withMaps.push_back(map);
  return body->addArgument(cast<RankedTensorType>(operand.getType()).getElementType(), contract.getLoc());
}

/// A copy of `op` in the region, or an operation that is there already and computes the same.
Value StoredGroups::shared(Operation *op, IRMapping &mapping) {
  Operation *copy = op->clone(mapping);
  for (Operation &existing : *body)
    if (OperationEquivalence::isEquivalentTo(&existing, copy, OperationEquivalence::IgnoreLocations)) {
      copy->destroy();
      mapping.map(op->getResult(0), existing.getResult(0));
      return existing.getResult(0);
    }
  body->push_back(copy);
  return copy->getResult(0);
}

AffineExpr StoredGroups::columnOf(int64_t group) { return blockDim * block + elementDim + group * part; }

/// The place along `axis` in terms of the new loops.
AffineExpr StoredGroups::indexOf(Axis axis, int64_t size, int64_t group) {
  if (axis.dim == columnDim && axis.stride != 1)
    return blockDim;
  if (axis.dim == columnDim && size > block)
    return columnOf(group);
  if (axis.dim == columnDim)
    return elementDim; // of the operand's part: partOf
  for (auto [split, dim] : llvm::zip(splits[axis.dim], rowDims[axis.dim]))
    if (split == std::pair(axis.stride, size))
      return dim;
  return rowOf(axis.dim);
}

/// The row of the product along its dimension `dim`.
AffineExpr StoredGroups::rowOf(int64_t dim) {
  if (splits[dim].empty())
    return rowDims[dim].front();
  AffineExpr sum = getAffineConstantExpr(0, contract.getContext());
  for (auto [split, loop] : llvm::zip(splits[dim], rowDims[dim]))
    sum = sum + loop * split.first;
  return sum;
}

/// The old region, once for each group.
SmallVector<Value> StoredGroups::emitOld() {
  Block &before = contract.getEpilogue().front();
  SmallVector<AffineMap> maps = contract.getMaps();
  unsigned oldColumn = maps.back().getDimPosition(columnDim);
  SmallVector<Value> values;
  for (int64_t group = 0; group < numParts(); ++group) {
    SmallVector<AffineExpr> dims;
    for (unsigned dim = 0; dim < contract.getNumLoops(); ++dim)
      dims.push_back(getAffineDimExpr(dim, contract.getContext()));
    dims[oldColumn] = columnOf(group);
    for (int64_t row = 0; row < columnDim; ++row)
      dims[maps.back().getDimPosition(row)] = rowOf(row);
    IRMapping mapping;
    mapping.map(before.getArgument(0), body->getArgument(group));
    for (auto [i, operand] : llvm::enumerate(contract.getWith()))
      mapping.map(before.getArgument(i + 1),
                  addWith(operand, maps[i + 2].replaceDimsAndSymbols(dims, {}, numLoops, 0)));
    for (Operation &op : before.without_terminator())
      shared(&op, mapping);
    values.push_back(mapping.lookupOrDefault(contract.getYielded().front()));
  }
  return values;
}

/// The columns of part `group` of an operand that has those of a block, else all of it.
Value StoredGroups::partOf(Value operand, AffineMap map, ArrayRef<AffineExpr> loops, int64_t group) {
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || loops[dim.getPosition()] != elementDim ||
        cast<RankedTensorType>(operand.getType()).getDimSize(position) == part)
      continue;
    Value &slice = slices[{operand, position * numParts() + group}];
    if (!slice) {
      OpBuilder builder(contract.getContext());
      builder.setInsertionPointAfterValue(operand);
      slice = sliceOf(builder, contract.getLoc(), operand, position, group * part, (group + 1) * part);
    }
    return slice;
  }
  return operand;
}

/// The element that `value` holds in part `group` of a block; for a part alone, `group` says nothing.
Value StoredGroups::emit(Value value, int64_t group) {
  const Described &described = known.find(value)->second;
  if (described.isView)
    return old[isWhole(value) ? group : described.base % block / part];
  if (isPart(value))
    group = 0;
  if (Value found = emitted.lookup({value, group}))
    return found;
  Value element;
  if (!described.parts.empty()) {
    element = emit(described.parts[group], 0);
  } else if (auto op = value.getDefiningOp<linalg::GenericOp>()) {
    AffineMap outMap = op.getIndexingMapsArray().back();
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    SmallVector<AffineExpr> loops(op.getNumLoops(), getAffineConstantExpr(0, contract.getContext()));
    for (auto [expr, axis] : llvm::zip(outMap.getResults(), described.axes))
      if (axis.dim >= 0)
        loops[cast<AffineDimExpr>(expr).getPosition()] =
            indexOf(axis, ranges[cast<AffineDimExpr>(expr).getPosition()], group);
    IRMapping mapping;
    for (OpOperand *input : op.getDpsInputOperands()) {
      BlockArgument argument = op.getBody()->getArgument(input->getOperandNumber());
      if (known.count(input->get()))
        mapping.map(argument, emit(input->get(), group));
      else if (isa<ShapedType>(input->get().getType()))
        mapping.map(argument, addWith(partOf(input->get(), op.getMatchingIndexingMap(input), loops, group),
                                      op.getMatchingIndexingMap(input).replaceDimsAndSymbols(loops, {}, numLoops, 0)));
      else
        mapping.map(argument, input->get());
    }
    for (Operation &inner : op.getBody()->without_terminator())
      shared(&inner, mapping);
    element = mapping.lookupOrDefault(op.getBody()->getTerminator()->getOperand(0));
  } else { // a reshape or a slice
    Value source = value.getDefiningOp()->getOperand(0);
    element = emit(source, isPart(value) && isWhole(source) ? described.from : group);
  }
  return emitted[{value, group}] = element;
}

/// `value`, read from the new result, whose dimensions are the rows, the blocks, and the columns of a block. `order`
/// says which of the dimensions of `value` the dimensions read are: those of size one, then as in memory, unless that
/// is how they are.
Value StoredGroups::readResult(RewriterBase &rewriter, Value whole, Value value, SmallVectorImpl<int64_t> &order) {
  Location loc = contract.getLoc();
  const Described &described = known.find(value)->second;
  auto valueType = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> places;
  for (int64_t i = 0; i < valueType.getRank(); ++i)
    (described.axes[i].dim < 0 ? order : places).push_back(i);
  SmallVector<int64_t> sorted(places);
  llvm::stable_sort(sorted, [&](int64_t a, int64_t b) {
    Axis x = described.axes[a], y = described.axes[b];
    return std::pair(x.dim, -x.stride) < std::pair(y.dim, -y.stride);
  });
  if (sorted == places)
    order.assign(llvm::seq<int64_t>(0, valueType.getRank()).begin(), llvm::seq<int64_t>(0, valueType.getRank()).end());
  else
    llvm::append_range(order, sorted);

  auto wholeType = cast<RankedTensorType>(whole.getType());
  auto [begin, end] = columnsOf(value);
  int64_t blocksDim = wholeType.getRank() - 2;
  Value read = sliceOf(rewriter, loc, whole, blocksDim, begin / block, end / block);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(read.getType()).getShape();
  // Dimensions of what is read, and dimensions wanted, that are the same part of the product.
  struct Atom {
    ReassociationIndices from, to;
  };
  SmallVector<Atom> atoms;
  auto sizesOf = [&](ArrayRef<int64_t> dims, ArrayRef<int64_t> sizes) {
    return llvm::to_vector(llvm::map_range(dims, [&](int64_t dim) { return sizes[dim]; }));
  };
  SmallVector<int64_t> wanted = sizesOf(order, valueType.getShape());
  auto match = [&](ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
    if (sizesOf(from, shape) == sizesOf(to, wanted))
      for (auto [x, y] : llvm::zip(from, to))
        atoms.push_back({{x}, {y}});
    else
      atoms.push_back({ReassociationIndices(from), ReassociationIndices(to)});
  };
  auto wantedOf = [&](int64_t dim) {
    SmallVector<int64_t> positions;
    for (auto [position, i] : llvm::enumerate(order))
      if (described.axes[i].dim == dim)
        positions.push_back(position);
    return positions;
  };
  int64_t next = 0;
  for (int64_t row = 0; row < columnDim; ++row) {
    SmallVector<int64_t> from;
    for (size_t i = 0; i < std::max<size_t>(1, splits[row].size()); ++i)
      from.push_back(next++);
    match(from, wantedOf(row));
  }
  SmallVector<int64_t> columns = wantedOf(columnDim);
  if (wanted[columns.back()] == block) {
    match({blocksDim}, ArrayRef(columns).drop_back());
    match({blocksDim + 1}, {columns.back()});
  } else {
    match({blocksDim, blocksDim + 1}, columns);
  }
  // What is of size one goes with a neighbour.
  SmallVector<Atom> kept;
  ReassociationIndices pending;
  for (Atom &atom : atoms) {
    atom.from.insert(atom.from.begin(), pending.begin(), pending.end());
    pending.clear();
    if (atom.to.empty())
      pending = atom.from;
    else
      kept.push_back(atom);
  }
  llvm::append_range(kept.back().from, pending);
  int64_t position = 0;
  for (Atom &atom : kept) {
    int64_t last = atom.to.back();
    atom.to.assign(llvm::seq<int64_t>(position, last + 1).begin(), llvm::seq<int64_t>(position, last + 1).end());
    position = last + 1;
  }
  for (; position < valueType.getRank(); ++position)
    kept.back().to.push_back(position);
  SmallVector<ReassociationIndices> from, to;
  SmallVector<int64_t> collapsed;
  for (const Atom &atom : kept) {
    from.push_back(atom.from);
    to.push_back(atom.to);
    int64_t size = 1;
    for (int64_t dim : atom.from)
      size *= shape[dim];
    collapsed.push_back(size);
  }
  if (collapsed != shape)
    read = tensor::CollapseShapeOp::create(rewriter, loc, type.clone(collapsed), read, from);
  if (collapsed != wanted)
    read = tensor::ExpandShapeOp::create(rewriter, loc, type.clone(wanted), read, to);
  return read;
}

/// Fills the body: the old region, what is computed behind it, and which blocks store it.
void StoredGroups::buildBody(RewriterBase &rewriter) {
  Type sumType = contract.getEpilogue().front().getArgument(0).getType();
  for (int64_t group = 0; group < numParts(); ++group)
    body->addArgument(sumType, contract.getLoc());
  old = emitOld();
  SmallVector<Value> yielded(old);
  // Blocks that are computed alike are one case.
  const int64_t blocks = numColumns() / block;
  SmallVector<std::pair<SmallVector<Value>, SmallVector<bool>>> cases;
  SmallVector<bool> untouched(blocks, true);
  for (Value value : results) {
    SmallVector<Value> elements;
    for (int64_t group = 0; group < numParts(); ++group)
      elements.push_back(emit(value, group));
    auto found = llvm::find_if(cases, [&](const auto &entry) { return entry.first == elements; });
    if (found == cases.end()) {
      cases.push_back({elements, SmallVector<bool>(blocks, false)});
      found = std::prev(cases.end());
    }
    auto [begin, end] = columnsOf(value);
    for (int64_t i = begin / block; i < end / block; ++i) {
      found->second[i] = true;
      untouched[i] = false;
    }
  }
  OpBuilder inBody(contract.getContext());
  inBody.setInsertionPointToEnd(body);
  bool isFirst = !llvm::is_contained(untouched, true);
  for (auto &[elements, applies] : cases) {
    if (isFirst) {
      yielded = elements;
      isFirst = false;
      continue;
    }
    auto maskType = RankedTensorType::get({blocks}, rewriter.getI1Type());
    Value mask = arith::ConstantOp::create(rewriter, contract.getLoc(),
                                           DenseElementsAttr::get(maskType, ArrayRef<bool>(applies)));
    Value isOne = addWith(mask, AffineMap::get(numLoops, 0, {blockDim}, contract.getContext()));
    for (auto [value, element] : llvm::zip(yielded, elements))
      value = arith::SelectOp::create(inBody, contract.getLoc(), isOne, element, value);
  }
  YieldOp::create(inBody, contract.getLoc(), yielded);
}

/// The last operation that the new contraction must stand behind.
Operation *StoredGroups::lastNeeded() {
  Operation *last = contract;
  auto behind = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    if (definition && definition->getBlock() == contract->getBlock() && last->isBeforeInBlock(definition))
      last = definition;
  };
  llvm::for_each(with, behind);
  for (Operation &op : *body)
    llvm::for_each(op.getOperands(), [&](Value value) {
      if (value.getParentBlock() != body)
        behind(value);
    });
  return last;
}

/// The sizes that dimension `dim` of the contraction has in the new one.
SmallVector<int64_t> StoredGroups::splitSizes(unsigned dim, int64_t size) {
  auto [row, isColumn] = placeOf(dim);
  if (isColumn)
    return {numColumns() / block, numParts(), part};
  if (row < 0 || splits[row].empty())
    return {size};
  return llvm::to_vector(llvm::make_second_range(splits[row]));
}

/// The loops that take the place of `dim`.
SmallVector<AffineExpr> StoredGroups::splitDims(unsigned dim) {
  auto [row, isColumn] = placeOf(dim);
  if (isColumn)
    return {blockDim, groupDim, elementDim};
  if (row < 0)
    return {getAffineDimExpr(dim, contract.getContext())};
  return rowDims[row];
}

/// Where the product has dimension `dim` of the contraction: a row (or -1), or the columns.
std::pair<int64_t, bool> StoredGroups::placeOf(unsigned dim) {
  AffineMap map = contract.getMaps().back();
  std::optional<unsigned> place = map.getResultPosition(getAffineDimExpr(dim, contract.getContext()));
  if (!place)
    return {-1, false};
  return {*place, *place == columnDim};
}

AffineMap StoredGroups::splitMap(AffineMap map) {
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i < map.getNumResults(); ++i)
    llvm::append_range(exprs, splitDims(map.getDimPosition(i)));
  return AffineMap::get(numLoops, 0, exprs, map.getContext());
}

/// An input with the dimensions of `splitMap(map)`: a view.
Value StoredGroups::splitInput(OpBuilder &builder, Value value, AffineMap map) {
  auto valueType = cast<RankedTensorType>(value.getType());
  SmallVector<ReassociationIndices> groups;
  SmallVector<int64_t> shape;
  for (unsigned i = 0; i < map.getNumResults(); ++i) {
    groups.emplace_back();
    for (int64_t size : splitSizes(map.getDimPosition(i), valueType.getDimSize(i))) {
      groups.back().push_back(shape.size());
      shape.push_back(size);
    }
  }
  if (shape == valueType.getShape())
    return value;
  return tensor::ExpandShapeOp::create(builder, contract.getLoc(), valueType.clone(shape), value, groups);
}

/// Points the uses at the new result: `whole` has rows, blocks and the columns of a block, `flat` is of the old type.
void StoredGroups::replaceUses(RewriterBase &rewriter, Value whole, Value flat) {
  // Views of something else than whole blocks are made again.
  IRMapping views;
  views.map(result, flat);
  std::function<Value(Value)> view = [&](Value value) -> Value {
    if (Value found = views.lookupOrNull(value))
      return found;
    view(value.getDefiningOp()->getOperand(0));
    return rewriter.clone(*value.getDefiningOp(), views)->getResult(0);
  };
  for (OpOperand *use : outside) {
    Value value = use->get();
    if (!isWhole(value) || !hasNeighbours(value) || known.find(value)->second.base % block != 0) {
      Value replacement = view(value);
      use->set(replacement);
      continue;
    }
    SmallVector<int64_t> order;
    Value read = readResult(rewriter, whole, value, order);
    if (takesOrder(*use)) {
      auto attention = cast<AttentionOp>(use->getOwner());
      SmallVector<AffineMap> own = attention.getMaps();
      AffineMap &map = own[use->getOperandNumber()];
      SmallVector<AffineExpr> exprs;
      for (int64_t i : order)
        exprs.push_back(map.getResult(i));
      map = AffineMap::get(map.getNumDims(), 0, exprs, contract.getContext());
      attention.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(own));
    }
    use->set(read);
  }
}

ContractOp StoredGroups::rewrite(RewriterBase &rewriter) {
  Location loc = contract.getLoc();
  MLIRContext *context = contract.getContext();
  SmallVector<AffineMap> maps = contract.getMaps();
  numLoops = contract.getNumLoops();
  // New loops: the old column counts blocks.
  unsigned groupLoop = numLoops++;
  groupDim = getAffineDimExpr(groupLoop, context);
  blockDim = getAffineDimExpr(maps.back().getDimPosition(columnDim), context);
  elementDim = getAffineDimExpr(numLoops++, context);
  for (int64_t row = 0; row < columnDim; ++row) {
    rowDims.push_back({getAffineDimExpr(maps.back().getDimPosition(row), context)});
    for (size_t i = 1; i < splits[row].size(); ++i)
      rowDims.back().push_back(getAffineDimExpr(numLoops++, context));
  }
  Region region; // the body goes away with it if nothing comes of it
  body = &region.emplaceBlock();
  rewriter.setInsertionPoint(contract);
  buildBody(rewriter);
  Operation *last = lastNeeded();
  bool isInTime = llvm::all_of(outside, [&](OpOperand *use) {
    Operation *user = contract->getBlock()->findAncestorOpInBlock(*use->getOwner());
    return user && last->isBeforeInBlock(user);
  });
  if (!isInTime)
    return nullptr;
  rewriter.setInsertionPointAfter(last);

  // The result as its readers see it: an index of a row, a block and a column needs no arithmetic.
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> wholeGroups, flatGroups;
  for (int64_t row = 0; row < columnDim; ++row) {
    flatGroups.emplace_back();
    for (int64_t size : splitSizes(maps.back().getDimPosition(row), type.getDimSize(row))) {
      flatGroups.back().push_back(shape.size());
      wholeGroups.push_back({static_cast<int64_t>(shape.size())});
      shape.push_back(size);
    }
  }
  auto rank = static_cast<int64_t>(shape.size());
  flatGroups.push_back({rank, rank + 1});
  wholeGroups.push_back({rank});
  wholeGroups.push_back({rank + 1, rank + 2});
  shape.append({numColumns() / block, block});
  Value empty = tensor::EmptyOp::create(rewriter, loc, shape, type.getElementType());
  shape.back() = numParts();
  shape.push_back(part);
  Value out = tensor::ExpandShapeOp::create(rewriter, loc, type.clone(shape), empty, wholeGroups);
  Value lhs = splitInput(rewriter, contract.getLhs(), maps[0]), rhs = splitInput(rewriter, contract.getRhs(), maps[1]);
  SmallVector<AffineMap> newMaps = {splitMap(maps[0]), splitMap(maps[1])};
  llvm::append_range(newMaps, withMaps);
  newMaps.push_back(splitMap(maps.back()));
  auto created = ContractOp::create(rewriter, loc, out.getType(), lhs, rhs, with, out,
                                    rewriter.getAffineMapArrayAttr(newMaps), rewriter.getI64IntegerAttr(groupLoop));
  keepChoices(contract->getDiscardableAttrDictionary(), created);
  created.getEpilogue().takeBody(region);
  Value whole = tensor::CollapseShapeOp::create(rewriter, loc, cast<RankedTensorType>(empty.getType()),
                                                created.getResult(), wholeGroups);
  replaceUses(rewriter, whole, tensor::CollapseShapeOp::create(rewriter, loc, type, whole, flatGroups));
  return created;
}
