//===- Panels.cpp - the packed layout of a contraction's rhs --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Panels.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::core;

SmallVector<int64_t> Panels::shapeOf(int64_t begin, int64_t end) const {
  SmallVector<int64_t> result(shape);
  result[position] = end - begin;
  return result;
}

Panels Panels::rest() const {
  Panels result = *this;
  result.shape = shapeOf(packedColumns(), columns);
  result.columns = result.width = columns - packedColumns();
  return result;
}

SmallVector<int64_t> Panels::restShape() const {
  return packsRest ? rest().packedShape() : shapeOf(packedColumns(), columns);
}

SmallVector<SmallVector<int64_t, 2>> Panels::splitSizes() const {
  SmallVector<SmallVector<int64_t, 2>> result;
  for (unsigned i = 0; i < shape.size(); ++i)
    if (i == position)
      result.push_back({columns / width, width});
    else if (pairDim && i == pairInRhs)
      result.push_back({shape[i] / 2, 2});
    else
      result.push_back({shape[i]});
  return result;
}

SmallVector<int64_t> Panels::splitShape() const {
  SmallVector<int64_t> result;
  for (ArrayRef<int64_t> sizes : splitSizes())
    llvm::append_range(result, sizes);
  return result;
}

SmallVector<int64_t> Panels::packedShape() const {
  SmallVector<int64_t> split = splitShape(), result;
  for (int64_t from : order)
    result.push_back(split[from]);
  return result;
}

SmallVector<ReassociationIndices> Panels::splitReassociation() const {
  SmallVector<ReassociationIndices> result;
  int64_t next = 0;
  for (ArrayRef<int64_t> sizes : splitSizes()) {
    result.emplace_back();
    for (unsigned i = 0; i < sizes.size(); ++i)
      result.back().push_back(next++);
  }
  return result;
}

std::string Panels::text() const {
  std::string result;
  llvm::raw_string_ostream stream(result);
  llvm::interleave(shape, stream, "x");
  stream << " columns " << position << " by " << width;
  if (hasRest() && packsRest)
    stream << " and " << columns - packedColumns();
  if (pairDim)
    stream << " pairs " << pairInRhs;
  stream << " order ";
  llvm::interleave(order, stream, ",");
  return result;
}

/// The dimension that alone is the last result of `map`, or null.
static AffineDimExpr innermost(AffineMap map) {
  return map.getNumResults() == 0 ? AffineDimExpr(nullptr) : dyn_cast<AffineDimExpr>(map.getResults().back());
}

/// Splits the reduction into pairs if the operands are bf16 and neighbours in lhs are neighbours of the reduction.
static void planPairs(ContractOp contract, const Contraction &contraction, Panels &panels) {
  auto isBF16 = [](Value operand) { return cast<RankedTensorType>(operand.getType()).getElementType().isBF16(); };
  AffineMap lhsMap = contraction.lhsMap;
  if (!isBF16(contract.getLhs()) || !isBF16(contract.getRhs()) || lhsMap.getNumResults() == 0)
    return;
  unsigned last = lhsMap.getNumResults() - 1;
  auto lastDim = dyn_cast<AffineDimExpr>(lhsMap.getResult(last)); // a sum moves by windows, not by pairs
  if (!lastDim)
    return;
  unsigned dim = lastDim.getPosition();
  auto lhsType = cast<RankedTensorType>(contract.getLhs().getType());
  if (!llvm::is_contained(contraction.k, dim) || contraction.sizes[dim] % 2 != 0 || contraction.sizes[dim] == 0 ||
      !lhsType.hasStaticShape())
    return;
  panels.pairDim = dim;
  panels.pairInLhs = last;
  panels.pairInRhs = *contraction.rhsMap.getResultPosition(getAffineDimExpr(dim, contract.getContext()));
}

/// True if neighbours in both inputs are neighbours of the same dimension of the reduction.
static bool readsReductionInnermost(const Contraction &contraction) {
  AffineDimExpr lhs = innermost(contraction.lhsMap), rhs = innermost(contraction.rhsMap);
  return lhs && lhs == rhs && llvm::is_contained(contraction.k, lhs.getPosition());
}

std::optional<Panels> core::planPanels(ContractOp contract, int64_t panel, std::string &reason) {
  FailureOr<Contraction> contraction = matchContraction(contract);
  auto type = cast<RankedTensorType>(contract.getRhs().getType());
  auto refuse = [&](const Twine &why) {
    reason = why.str();
    return std::nullopt;
  };
  if (failed(contraction) || !type.hasStaticShape())
    return refuse("its size is not static");
  if (!contraction->batch.empty())
    return refuse("it has a batch dimension");
  if (contract.getSums())
    return refuse("it has sums of parts of its columns: those are made after packing");
  AffineDimExpr last = innermost(contraction->outMap);
  if (!last || !llvm::is_contained(contraction->n, last.getPosition()))
    return refuse("neighbours in the output are no columns of it");
  Panels panels;
  panels.dim = last.getPosition();
  panels.position = *contraction->rhsMap.getResultPosition(last);
  panels.columns = contraction->sizes[panels.dim];
  panels.width = std::clamp<int64_t>(panel / contraction->numGroups(), 1, std::max<int64_t>(1, panels.columns));
  panels.shape.assign(type.getShape().begin(), type.getShape().end());
  // Columns that fill half a panel are worth vectors along the columns.
  auto areMany = [&](int64_t columns) { return 2 * columns * contraction->numGroups() >= panel; };
  bool isColumnInnermost = innermost(contraction->rhsMap) == last;
  bool isFineAsItIs = isColumnInnermost || readsReductionInnermost(*contraction);
  if (panels.columns == 0 || (!areMany(panels.width) && isFineAsItIs))
    return refuse("it has fewer columns than half a panel");
  if (isColumnInnermost && panels.shape.size() == contraction->k.size() + 1 && panels.width == panels.columns)
    return refuse("it is one panel already");
  panels.packsRest = areMany(panels.columns - panels.packedColumns()) || !isFineAsItIs;
  planPairs(contract, *contraction, panels);
  // Other columns, panels, the reduction (in the order in which lhs holds it), groups, columns of a panel, elements of
  // a pair. Kernels take the panels in this order: the next one is the next in memory.
  SmallVector<int64_t> others, whole, reductions, groups, inner, pairs;
  SmallVector<std::pair<unsigned, int64_t>> reductionsByLhs;
  auto lhsPosition = [&](unsigned dim) -> unsigned {
    auto isOf = [&](AffineExpr expr) { return expr.isFunctionOfDim(dim); };
    return llvm::find_if(contraction->lhsMap.getResults(), isOf) - contraction->lhsMap.getResults().begin();
  };
  for (auto [i, split] : llvm::enumerate(panels.splitReassociation())) {
    unsigned dim = contraction->rhsMap.getDimPosition(i);
    if (dim == panels.dim)
      whole.push_back(split.front());
    else if (llvm::is_contained(contraction->k, dim))
      reductionsByLhs.push_back({lhsPosition(dim), split.front()});
    else
      (contraction->group == dim ? groups : others).push_back(split.front());
    if (split.size() > 1)
      (dim == panels.dim ? inner : pairs).push_back(split.back());
  }
  llvm::stable_sort(reductionsByLhs, llvm::less_first());
  llvm::append_range(reductions, llvm::make_second_range(reductionsByLhs));
  for (auto *part : {&others, &whole, &reductions, &groups, &inner, &pairs})
    llvm::append_range(panels.order, *part);
  return panels;
}

Value core::sliceOf(OpBuilder &builder, Location loc, Value tensor, int64_t dim, int64_t begin, int64_t end) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (begin == 0 && end == type.getDimSize(dim))
    return tensor;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, tensor);
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  offsets[dim] = builder.getIndexAttr(begin);
  sizes[dim] = builder.getIndexAttr(end - begin);
  return tensor::ExtractSliceOp::create(builder, loc, tensor, offsets, sizes, strides);
}

Value core::packInto(OpBuilder &builder, Location loc, Value rhs, const Panels &panels, Value packed) {
  Value whole = sliceOf(builder, loc, rhs, panels.position, 0, panels.packedColumns());
  auto type = cast<RankedTensorType>(rhs.getType());
  Value split =
      tensor::ExpandShapeOp::create(builder, loc, type.clone(panels.splitShape()), whole, panels.splitReassociation());
  return linalg::TransposeOp::create(builder, loc, split, packed, panels.order).getResult().front();
}

Value core::restOf(OpBuilder &builder, Location loc, Value rhs, const Panels &panels,
                   function_ref<Value(ArrayRef<int64_t>)> makeEmpty) {
  Value rest = sliceOf(builder, loc, rhs, panels.position, panels.packedColumns(), panels.columns);
  return panels.packsRest ? packInto(builder, loc, rest, panels.rest(), makeEmpty(panels.restShape())) : rest;
}

/// `contract` with the columns `begin` to `end` of the packed dimension, on `lhs` and `rhs` with the maps for them;
/// `columns` says the index of a column in terms of the new loops.
static Value contractPart(RewriterBase &rewriter, ContractOp contract, const Panels &panels, int64_t begin, int64_t end,
                          std::pair<Value, AffineMap> lhs, std::pair<Value, AffineMap> rhs, AffineExpr column,
                          Value out) {
  Location loc = contract.getLoc();
  unsigned loops = rhs.second.getNumDims();
  SmallVector<AffineMap> maps = contract.getMaps();
  SmallVector<Value> operands(contract->getOperands());
  operands.back() = out;
  AffineExpr dim = rewriter.getAffineDimExpr(panels.dim);
  for (unsigned i = 0; i < maps.size(); ++i) {
    if (i < 2) {
      maps[i] = i == 0 ? lhs.second : rhs.second;
      continue;
    }
    SmallVector<AffineExpr> results;
    for (auto [position, expr] : llvm::enumerate(maps[i].getResults())) {
      bool isPlain = expr == dim;
      if (isPlain)
        operands[i] = sliceOf(rewriter, loc, operands[i], position, begin, end);
      // A sum with the columns in it indexes an operand that is not sliced.
      results.push_back(expr.replace(dim, isPlain ? column : column + begin));
    }
    maps[i] = AffineMap::get(loops, 0, results, rewriter.getContext());
  }
  auto created = ContractOp::create(rewriter, loc, operands.back().getType(), lhs.first, rhs.first,
                                    ArrayRef(operands).drop_front(2).drop_back(), operands.back(),
                                    rewriter.getAffineMapArrayAttr(maps), contract.getStoredGroupAttr());
  rewriter.cloneRegionBefore(contract.getEpilogue(), created.getEpilogue(), created.getEpilogue().end());
  return created.getResult();
}

/// `lhs` with its last dimension as pairs: a view.
static Value withPairs(OpBuilder &builder, Location loc, Value lhs) {
  auto type = cast<RankedTensorType>(lhs.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.back() /= 2;
  shape.push_back(2);
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < type.getRank(); ++i)
    groups.push_back({i});
  groups.back().push_back(type.getRank());
  return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), lhs, groups);
}

void core::contractPanels(RewriterBase &rewriter, ContractOp contract, const Panels &panels, Value packed, Value rest) {
  rewriter.setInsertionPoint(contract);
  unsigned loops = contract.getNumLoops();
  AffineExpr dim = rewriter.getAffineDimExpr(panels.dim), panel = rewriter.getAffineDimExpr(loops);
  AffineExpr element = rewriter.getAffineDimExpr(loops + 1); // of a pair
  AffineMap lhsMap = contract.getMaps()[0], rhsMap = contract.getMaps()[1];
  SmallVector<AffineExpr> split, results;
  for (auto [position, expr] : llvm::enumerate(rhsMap.getResults())) {
    if (position == panels.position)
      split.push_back(panel);
    split.push_back(expr);
    if (panels.pairDim && position == panels.pairInRhs)
      split.push_back(element);
  }
  for (int64_t from : panels.order)
    results.push_back(split[from]);
  unsigned newLoops = loops + (panels.pairDim ? 2 : 1);
  AffineMap packedMap = AffineMap::get(newLoops, 0, results, rewriter.getContext());
  Value lhs = panels.pairDim ? withPairs(rewriter, contract.getLoc(), contract.getLhs()) : contract.getLhs();
  SmallVector<AffineExpr> lhsResults(lhsMap.getResults());
  if (panels.pairDim)
    lhsResults.push_back(element);
  AffineMap newLhsMap = AffineMap::get(newLoops, 0, lhsResults, rewriter.getContext());
  int64_t whole = panels.packedColumns();
  Value out = contract.getOut();
  Value result = contractPart(rewriter, contract, panels, 0, whole, {lhs, newLhsMap}, {packed, packedMap},
                              panel * panels.width + dim, out);
  if (rest) {
    auto insert = [&](Value part, Value into) -> Value {
      auto slice =
          part.getDefiningOp<DestinationStyleOpInterface>().getDpsInits()[0].getDefiningOp<tensor::ExtractSliceOp>();
      return tensor::InsertSliceOp::create(rewriter, contract.getLoc(), part, into, slice.getMixedOffsets(),
                                           slice.getMixedSizes(), slice.getMixedStrides());
    };
    out = insert(result, out);
    std::pair<Value, AffineMap> restLhs{contract.getLhs(), lhsMap}, restRhs{rest, rhsMap};
    if (panels.packsRest) {
      restLhs = {lhs, newLhsMap};
      restRhs = {rest, packedMap};
    }
    AffineExpr column = panels.packsRest ? panel * (panels.columns - whole) + dim : dim;
    result = contractPart(rewriter, contract, panels, whole, panels.columns, restLhs, restRhs, column, out);
    result = insert(result, out);
  }
  rewriter.replaceOp(contract, result);
}
