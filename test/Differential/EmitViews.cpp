//===- EmitViews.cpp - types and views of operands, as MLIR ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "EmitViews.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace lexon::differential;

Type lexon::differential::elementType(Element element, OpBuilder &builder) {
  switch (element) {
  case Element::F32:
    return builder.getF32Type();
  case Element::F64:
    return builder.getF64Type();
  case Element::F16:
    return builder.getF16Type();
  case Element::BF16:
    return builder.getBF16Type();
  case Element::I32:
    return builder.getI32Type();
  case Element::I8:
    return builder.getI8Type();
  }
  return {};
}

static SmallVector<int64_t> shape(const std::vector<Extent> &sizes) {
  SmallVector<int64_t> result;
  for (Extent size : sizes)
    result.push_back(size.value_or(ShapedType::kDynamic));
  return result;
}

ShapedType ViewEmitter::baseType(unsigned operand) {
  const Operand &planned = function.operands[operand];
  std::vector<Extent> sizes = sizesAlong(function, operand, false).front();
  Type element = elementType(planned.element, b);
  if (function.tensor)
    return RankedTensorType::get(shape(sizes), element);
  if (planned.layout.identity)
    return MemRefType::get(shape(sizes), element);
  SmallVector<int64_t> strides = shape(layoutStrides(planned.layout, sizes, false));
  const Slot &offset = planned.layout.offset;
  auto layout = StridedLayoutAttr::get(b.getContext(), offset.dynamic ? ShapedType::kDynamic : offset.value, strides);
  return MemRefType::get(shape(sizes), element, layout);
}

OpFoldResult ViewEmitter::size(Extent stated) {
  return stated ? OpFoldResult(b.getIndexAttr(*stated)) : OpFoldResult(nextIndex());
}

OpFoldResult ViewEmitter::number(const Slot &slot) { return size(slot.dynamic ? Extent() : Extent(slot.value)); }

Value ViewEmitter::transposed(Value value, const std::vector<unsigned> &permutation) {
  if (auto type = dyn_cast<MemRefType>(value.getType()))
    return memref::TransposeOp::create(
        b, value, AffineMapAttr::get(AffineMap::getPermutationMap(ArrayRef(permutation), b.getContext())));
  SmallVector<OpFoldResult> sizes;
  SmallVector<int64_t> axes(permutation.begin(), permutation.end());
  for (int64_t axis : axes)
    sizes.push_back(tensor::getMixedSize(b, b.getLoc(), value, axis));
  Value empty = tensor::EmptyOp::create(b, sizes, cast<ShapedType>(value.getType()).getElementType());
  return linalg::TransposeOp::create(b, value, empty, axes)->getResult(0);
}

Value ViewEmitter::slice(const Step &step, Value value, const std::vector<Extent> &sizes) {
  SmallVector<OpFoldResult> offsets, extents, strides;
  for (size_t axis = 0; axis < step.offsets.size(); ++axis) {
    offsets.push_back(number(step.offsets[axis]));
    strides.push_back(number(step.steps[axis]));
  }
  SmallVector<OpFoldResult> kept;
  for (Extent extent : sizes)
    kept.push_back(size(extent));
  size_t next = 0;
  for (bool dropped : step.dropped)
    extents.push_back(dropped ? OpFoldResult(b.getIndexAttr(1)) : kept[next++]);
  SmallVector<int64_t> result = shape(sizes);
  if (auto type = dyn_cast<MemRefType>(value.getType())) {
    auto inferred = memref::SubViewOp::inferRankReducedResultType(result, type, offsets, extents, strides);
    return memref::SubViewOp::create(b, inferred, value, offsets, extents, strides);
  }
  auto inferred = RankedTensorType::get(result, cast<ShapedType>(value.getType()).getElementType());
  return tensor::ExtractSliceOp::create(b, inferred, value, offsets, extents, strides);
}

/// [0], [1], ..., [axis, axis + 1], ...: of `rank` axes.
static SmallVector<ReassociationIndices> pairs(unsigned axis, unsigned rank) {
  SmallVector<ReassociationIndices> groups;
  for (unsigned i = 0; i < rank; ++i)
    if (i == axis + 1)
      groups.back().push_back(i);
    else
      groups.push_back({static_cast<int64_t>(i)});
  return groups;
}

Value ViewEmitter::expand(const Step &step, Value value, const std::vector<Extent> &sizes) {
  SmallVector<OpFoldResult> extents;
  for (Extent extent : sizes)
    extents.push_back(size(extent));
  SmallVector<ReassociationIndices> groups = pairs(step.axis, sizes.size());
  if (isa<MemRefType>(value.getType()))
    return memref::ExpandShapeOp::create(b, shape(sizes), value, groups, extents);
  auto type = RankedTensorType::get(shape(sizes), cast<ShapedType>(value.getType()).getElementType());
  return tensor::ExpandShapeOp::create(b, type, value, groups, extents);
}

Value ViewEmitter::collapse(const Step &step, Value value) {
  auto type = cast<ShapedType>(value.getType());
  SmallVector<ReassociationIndices> groups = pairs(step.axis, type.getRank());
  if (isa<MemRefType>(type))
    return memref::CollapseShapeOp::create(b, value, groups);
  return tensor::CollapseShapeOp::create(b, value, groups);
}

Value ViewEmitter::pad(const Step &step, Value value) {
  SmallVector<OpFoldResult> low, high;
  for (size_t axis = 0; axis < step.low.size(); ++axis) {
    low.push_back(b.getIndexAttr(step.low[axis]));
    high.push_back(b.getIndexAttr(step.high[axis]));
  }
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(cast<ShapedType>(value.getType()).getElementType()));
  return tensor::PadOp::create(b, Type(), value, low, high, zero);
}

Value ViewEmitter::apply(unsigned operand, Value value) {
  std::vector<std::vector<Extent>> sizes = sizesAlong(function, operand, false);
  const std::vector<Step> &steps = function.operands[operand].steps;
  for (size_t i = 0; i < steps.size(); ++i) {
    switch (steps[i].kind) {
    case Step::Transpose:
      value = transposed(value, steps[i].permutation);
      break;
    case Step::Slice:
      value = slice(steps[i], value, sizes[i + 1]);
      break;
    case Step::Collapse:
      value = collapse(steps[i], value);
      break;
    case Step::Expand:
      value = expand(steps[i], value, sizes[i + 1]);
      break;
    case Step::Pad:
      value = pad(steps[i], value);
      break;
    }
  }
  return value;
}
