//===- DecomposeContract.cpp - lexon.contract in linalg -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace lexon::core {
#define GEN_PASS_DEF_DECOMPOSECONTRACTPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using lexon::core::ContractOp;
using utils::IteratorType;

namespace {
/// The sums of a contraction, indexed by its parallel dimensions and the group: first zeros, then the contraction.
struct Sums {
  Value buffer;                   // a tensor, or a memref
  SmallVector<unsigned> dims;     // of the contraction, in order
  std::optional<unsigned> groups; // position of the group's dimension
};

Type sumType(ContractOp op) { return op.getEpilogue().front().getArgument(0).getType(); }

Value createEmpty(RewriterBase &rewriter, ContractOp op, ArrayRef<unsigned> dims) {
  Location loc = op.getLoc();
  bool onTensors = op.getResult() != nullptr;
  SmallVector<int64_t> sizes = op.getStaticSizes(), shape;
  SmallVector<Value> dynamic;
  for (unsigned dim : dims) {
    shape.push_back(sizes[dim]);
    if (!ShapedType::isDynamic(sizes[dim]))
      continue;
    auto [operand, position] = op.getOperandOfDim(dim);
    dynamic.push_back(onTensors ? tensor::DimOp::create(rewriter, loc, operand, position).getResult()
                                : memref::DimOp::create(rewriter, loc, operand, position).getResult());
  }
  if (onTensors)
    return tensor::EmptyOp::create(rewriter, loc, shape, sumType(op), dynamic);
  return memref::AllocOp::create(rewriter, loc, MemRefType::get(shape, sumType(op)), dynamic,
                                 rewriter.getI64IntegerAttr(64));
}

Value widened(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (value.getType().getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
    return arith::TruncFOp::create(builder, loc, type, value);
  return arith::ExtFOp::create(builder, loc, type, value);
}

Sums createSums(RewriterBase &rewriter, ContractOp op) {
  Location loc = op.getLoc();
  SmallVector<AffineMap> maps = op.getMaps();
  Sums sums;
  SmallVector<IteratorType> iterators(op.getNumLoops(), IteratorType::reduction);
  SmallVector<AffineExpr> results;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool isGroup = op.getGroupDim() == dim;
    if (!isGroup && !maps.back().isFunctionOfDim(dim))
      continue;
    if (isGroup)
      sums.groups = sums.dims.size();
    iterators[dim] = IteratorType::parallel;
    sums.dims.push_back(dim);
    results.push_back(rewriter.getAffineDimExpr(dim));
  }
  Value empty = createEmpty(rewriter, op, sums.dims);
  Type type = sumType(op);
  Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
  auto fill = linalg::FillOp::create(rewriter, loc, zero, empty);
  Value init = op.getResult() ? fill.getResult(0) : empty;
  AffineMap map = AffineMap::get(op.getNumLoops(), 0, results, rewriter.getContext());
  auto body = [&](OpBuilder &builder, Location at, ValueRange arguments) {
    Value product = arith::MulFOp::create(builder, at, widened(builder, at, arguments[0], type),
                                          widened(builder, at, arguments[1], type));
    linalg::YieldOp::create(builder, at, arith::AddFOp::create(builder, at, arguments[2], product).getResult());
  };
  SmallVector<Type> types;
  if (op.getResult())
    types.push_back(init.getType());
  auto generic = linalg::GenericOp::create(rewriter, loc, types, ValueRange{op.getLhs(), op.getRhs()}, init,
                                           ArrayRef<AffineMap>{maps[0], maps[1], map}, iterators, body);
  if (Attribute asked = op->getDiscardableAttr(lexon::core::kMatmulAttr))
    generic->setDiscardableAttr(lexon::core::kMatmulAttr, asked);
  sums.buffer = op.getResult() ? generic.getResult(0) : empty;
  return sums;
}

/// The sums of parts of the columns, of `values`, which is of the output's shape; into the second output, which is
/// returned if it is a tensor.
Value sumParts(RewriterBase &rewriter, ContractOp op, Value values) {
  Location loc = op.getLoc();
  MLIRContext *context = rewriter.getContext();
  bool onTensors = op.getResult() != nullptr;
  auto type = cast<ShapedType>(op.getSums().getType());
  Type element = type.getElementType();
  unsigned rank = type.getRank(), position = *op.getColumnPosition();
  int64_t partColumns = *op.getPartColumns();
  Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(element));
  Value part = arith::ConstantIndexOp::create(rewriter, loc, partColumns);
  Value columns = onTensors ? tensor::DimOp::create(rewriter, loc, values, position).getResult()
                            : memref::DimOp::create(rewriter, loc, values, position).getResult();
  auto fill = linalg::FillOp::create(rewriter, loc, zero, op.getSums());
  Value init = onTensors ? fill.getResult(0) : op.getSums();
  // Not read: an operand that says how many columns a part has.
  Value sized;
  if (onTensors)
    sized = tensor::EmptyOp::create(rewriter, loc, ArrayRef<int64_t>{partColumns}, element);
  else
    sized = memref::AllocOp::create(rewriter, loc, MemRefType::get({partColumns}, element));
  AffineMap withinPart = AffineMap::get(rank + 1, 0, getAffineDimExpr(rank, context), context);
  AffineMap ofPart = AffineMap::getMultiDimIdentityMap(rank + 1, context).getMajorSubMap(rank);
  SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
  iterators.push_back(IteratorType::reduction);
  auto body = [&](OpBuilder &builder, Location at, ValueRange arguments) {
    SmallVector<Value> place;
    for (unsigned dim = 0; dim < rank; ++dim)
      place.push_back(linalg::IndexOp::create(builder, at, dim));
    Value begin = arith::MulIOp::create(builder, at, place[position], part);
    Value column = arith::AddIOp::create(builder, at, begin, linalg::IndexOp::create(builder, at, rank));
    // The last part may be shorter: behind the last column, the last one is read, and not added.
    Value isInside = arith::CmpIOp::create(builder, at, arith::CmpIPredicate::slt, column, columns);
    Value last = arith::SubIOp::create(builder, at, columns, arith::ConstantIndexOp::create(builder, at, 1));
    place[position] = arith::MinSIOp::create(builder, at, column, last);
    Value value = onTensors ? tensor::ExtractOp::create(builder, at, values, place).getResult()
                            : memref::LoadOp::create(builder, at, values, place).getResult();
    Value summand = arith::SelectOp::create(builder, at, isInside, value, zero);
    linalg::YieldOp::create(builder, at, arith::AddFOp::create(builder, at, arguments[1], summand).getResult());
  };
  SmallVector<Type> types;
  if (onTensors)
    types.push_back(type);
  auto generic = linalg::GenericOp::create(rewriter, loc, types, sized, init, ArrayRef<AffineMap>{withinPart, ofPart},
                                           iterators, body);
  if (onTensors)
    return generic.getResult(0);
  memref::DeallocOp::create(rewriter, loc, sized);
  memref::DeallocOp::create(rewriter, loc, values);
  return {};
}

/// An uninitialized buffer of the output's shape for the values that are summed in parts.
Value createValues(RewriterBase &rewriter, ContractOp op) {
  Location loc = op.getLoc();
  Type element = cast<ShapedType>(op.getSums().getType()).getElementType();
  if (op.getResult())
    return tensor::EmptyOp::create(rewriter, loc, tensor::getMixedSizes(rewriter, loc, op.getOut()), element);
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  std::tie(shape, dynamic) = decomposeMixedValues(memref::getMixedSizes(rewriter, loc, op.getOut()));
  return memref::AllocOp::create(rewriter, loc, MemRefType::get(shape, element), dynamic,
                                 rewriter.getI64IntegerAttr(64));
}

/// One operand for each group's sums: the same buffer, read at different places.
void applyRegion(RewriterBase &rewriter, ContractOp op, const Sums &sums) {
  Location loc = op.getLoc();
  // Loops of the region: the parallel dimensions, the group only if it is stored.
  SmallVector<AffineExpr> renamed(op.getNumLoops(), rewriter.getAffineConstantExpr(0));
  SmallVector<AffineExpr> sumResults;
  unsigned loops = 0;
  std::optional<unsigned> storedLoop;
  for (unsigned dim : sums.dims) {
    if (op.getGroupDim() != dim) {
      sumResults.push_back(renamed[dim] = rewriter.getAffineDimExpr(loops++));
    } else if (op.getStoredGroup()) {
      storedLoop = loops;
      renamed[dim] = rewriter.getAffineDimExpr(loops++);
    }
  }
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (unsigned group = 0; group < op.getNumGroups(); ++group) {
    Value part = sums.buffer;
    if (sums.groups) {
      auto sliced = [&](auto sizes) {
        SmallVector<OpFoldResult> offsets(sizes.size(), rewriter.getIndexAttr(0));
        offsets[*sums.groups] = rewriter.getIndexAttr(group);
        sizes[*sums.groups] = rewriter.getIndexAttr(1);
        return std::make_pair(offsets, sizes);
      };
      SmallVector<OpFoldResult> strides(sums.dims.size(), rewriter.getIndexAttr(1));
      SmallVector<int64_t> shape(cast<ShapedType>(part.getType()).getShape());
      shape.erase(shape.begin() + *sums.groups);
      if (op.getResult()) {
        auto [offsets, sizes] = sliced(tensor::getMixedSizes(rewriter, loc, part));
        part = tensor::ExtractSliceOp::create(rewriter, loc, RankedTensorType::get(shape, sumType(op)), part, offsets,
                                              sizes, strides);
      } else {
        auto [offsets, sizes] = sliced(memref::getMixedSizes(rewriter, loc, part));
        auto type = memref::SubViewOp::inferRankReducedResultType(shape, cast<MemRefType>(part.getType()), offsets,
                                                                  sizes, strides);
        part = memref::SubViewOp::create(rewriter, loc, cast<MemRefType>(type), part, offsets, sizes, strides);
      }
    }
    inputs.push_back(part);
    maps.push_back(AffineMap::get(loops, 0, sumResults, rewriter.getContext()));
  }
  llvm::append_range(inputs, op.getWith());
  SmallVector<AffineMap> own = op.getMaps();
  for (AffineMap map : ArrayRef(own).drop_front(2))
    maps.push_back(map.replaceDimsAndSymbols(renamed, {}, loops, 0));
  if (storedLoop) { // Not read: an operand that says how often the group's loop runs, as the output may not.
    inputs.push_back(sums.buffer);
    SmallVector<AffineExpr> all;
    for (unsigned dim : sums.dims)
      all.push_back(renamed[dim]);
    maps.insert(maps.end() - 1, AffineMap::get(loops, 0, all, rewriter.getContext()));
  }
  auto body = [&](OpBuilder &builder, Location, ValueRange arguments) {
    IRMapping mapping;
    Block &region = op.getEpilogue().front();
    mapping.map(region.getArguments(), arguments.take_front(region.getNumArguments()));
    for (Operation &inner : region.without_terminator())
      builder.clone(inner, mapping);
    // Of what is yielded for several groups, what this iteration's stores.
    Value result = mapping.lookupOrDefault(op.getYielded().front());
    for (unsigned group = 1; group < op.getNumStored(); ++group) {
      Value current = linalg::IndexOp::create(builder, loc, *storedLoop);
      Value number = arith::ConstantIndexOp::create(builder, loc, group);
      Value isCurrent = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, current, number);
      Value yielded = mapping.lookupOrDefault(op.getYielded()[group]);
      result = arith::SelectOp::create(builder, loc, isCurrent, yielded, result);
    }
    SmallVector<Value> results{result};
    if (Value summed = op.getSummed())
      results.push_back(mapping.lookupOrDefault(summed));
    linalg::YieldOp::create(builder, loc, results);
  };
  SmallVector<Value> outputs{op.getOut()};
  if (op.getSums()) {
    outputs.push_back(createValues(rewriter, op));
    maps.push_back(maps.back());
  }
  SmallVector<Type> types;
  for (Value output : outputs)
    if (op.getResult())
      types.push_back(output.getType());
  SmallVector<IteratorType> iterators(loops, IteratorType::parallel);
  auto generic = linalg::GenericOp::create(rewriter, loc, types, inputs, outputs, maps, iterators, body);
  Value values = op.getResult() ? generic.getResults().back() : outputs.back();
  Value partSums = op.getSums() ? sumParts(rewriter, op, values) : Value();
  if (op.getResult()) {
    SmallVector<Value> results{generic.getResult(0)};
    if (partSums)
      results.push_back(partSums);
    rewriter.replaceOp(op, results);
    return;
  }
  memref::DeallocOp::create(rewriter, loc, sums.buffer);
  rewriter.eraseOp(op);
}

struct DecomposeContractPass final : lexon::core::impl::DecomposeContractPassBase<DecomposeContractPass> {
  using DecomposeContractPassBase::DecomposeContractPassBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<ContractOp> contractions;
    getOperation()->walk([&](ContractOp op) {
      auto asked = op->getAttrOfType<StringAttr>(lexon::core::kMatmulAttr);
      if (!onlyBlas || (asked && asked.getValue() == "blas"))
        contractions.push_back(op);
    });
    for (ContractOp op : contractions) {
      rewriter.setInsertionPoint(op);
      applyRegion(rewriter, op, createSums(rewriter, op));
    }
  }
};
} // namespace
