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

SmallVector<int64_t> Panels::splitShape() const {
  SmallVector<int64_t> result(shape);
  result[position] = columns / width;
  result.insert(result.begin() + position + 1, width);
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
  for (unsigned i = 0; i < shape.size(); ++i) {
    result.push_back({next++});
    if (i == position)
      result.back().push_back(next++);
  }
  return result;
}

std::string Panels::text() const {
  std::string result;
  llvm::raw_string_ostream stream(result);
  llvm::interleave(shape, stream, "x");
  stream << " columns " << position << " by " << width << " order ";
  llvm::interleave(order, stream, ",");
  return result;
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
  AffineMap outMap = contraction->outMap;
  auto last =
      outMap.getNumResults() == 0 ? AffineDimExpr(nullptr) : dyn_cast<AffineDimExpr>(outMap.getResults().back());
  if (!last || !llvm::is_contained(contraction->n, last.getPosition()))
    return refuse("neighbours in the output are no columns of it");
  Panels panels;
  panels.dim = last.getPosition();
  panels.position = *contraction->rhsMap.getResultPosition(last);
  panels.columns = contraction->sizes[panels.dim];
  panels.width = std::max<int64_t>(1, panel / contraction->numGroups());
  panels.shape.assign(type.getShape().begin(), type.getShape().end());
  if (panels.columns < panels.width)
    return refuse("it has fewer columns than a panel");
  // Panels, other columns, the reduction, groups, columns of a panel.
  SmallVector<int64_t> others, reductions, groups;
  for (unsigned i = 0, split = 0; i < contraction->rhsMap.getNumResults(); ++i, ++split) {
    unsigned dim = contraction->rhsMap.getDimPosition(i);
    if (dim == panels.dim)
      panels.order.push_back(split++);
    else
      (llvm::is_contained(contraction->k, dim) ? reductions
       : contraction->group == dim             ? groups
                                               : others)
          .push_back(split);
  }
  for (auto *part : {&others, &reductions, &groups})
    llvm::append_range(panels.order, *part);
  panels.order.push_back(panels.position + 1);
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

/// `contract` with the columns `begin` to `end` of the packed dimension, on `rhs` with `rhsMap`; `columns` says the
/// index of a column in terms of the new loops.
static Value contractPart(RewriterBase &rewriter, ContractOp contract, const Panels &panels, int64_t begin, int64_t end,
                          Value rhs, AffineMap rhsMap, AffineExpr column, Value out) {
  Location loc = contract.getLoc();
  unsigned loops = rhsMap.getNumDims();
  SmallVector<AffineMap> maps = contract.getMaps();
  SmallVector<Value> operands(contract->getOperands());
  operands.back() = out;
  AffineExpr dim = rewriter.getAffineDimExpr(panels.dim);
  for (unsigned i = 0; i < maps.size(); ++i) {
    for (auto [position, expr] : llvm::enumerate(maps[i].getResults()))
      if (i >= 2 && expr == dim)
        operands[i] = sliceOf(rewriter, loc, operands[i], position, begin, end);
    AffineMap replaced = maps[i].replace(dim, column, loops, 0);
    maps[i] = i == 1 ? rhsMap : replaced;
  }
  auto created = ContractOp::create(rewriter, loc, operands.back().getType(), operands[0], rhs,
                                    ArrayRef(operands).drop_front(2).drop_back(), operands.back(),
                                    rewriter.getAffineMapArrayAttr(maps));
  rewriter.cloneRegionBefore(contract.getEpilogue(), created.getEpilogue(), created.getEpilogue().end());
  return created.getResult();
}

void core::contractPanels(RewriterBase &rewriter, ContractOp contract, const Panels &panels, Value packed, Value rest) {
  rewriter.setInsertionPoint(contract);
  unsigned loops = contract.getNumLoops();
  AffineExpr dim = rewriter.getAffineDimExpr(panels.dim), panel = rewriter.getAffineDimExpr(loops);
  AffineMap rhsMap = contract.getMaps()[1];
  SmallVector<AffineExpr> split(rhsMap.getResults()), results;
  split.insert(split.begin() + panels.position, panel);
  for (int64_t from : panels.order)
    results.push_back(split[from]);
  AffineMap packedMap = AffineMap::get(loops + 1, 0, results, rewriter.getContext());
  int64_t whole = panels.packedColumns();
  Value out = contract.getOut();
  Value result = contractPart(rewriter, contract, panels, 0, whole, packed, packedMap, panel * panels.width + dim, out);
  if (rest) {
    auto insert = [&](Value part, Value into) -> Value {
      auto slice =
          part.getDefiningOp<DestinationStyleOpInterface>().getDpsInits()[0].getDefiningOp<tensor::ExtractSliceOp>();
      return tensor::InsertSliceOp::create(rewriter, contract.getLoc(), part, into, slice.getMixedOffsets(),
                                           slice.getMixedSizes(), slice.getMixedStrides());
    };
    out = insert(result, out);
    result = contractPart(rewriter, contract, panels, whole, panels.columns, rest, rhsMap, dim, out);
    result = insert(result, out);
  }
  rewriter.replaceOp(contract, result);
}
