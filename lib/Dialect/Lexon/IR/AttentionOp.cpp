//===- AttentionOp.cpp - attention as one operation -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace lexon::core;

SmallVector<AffineMap> AttentionOp::getMaps() {
  return llvm::to_vector(getIndexingMaps().getAsValueRange<AffineMapAttr>());
}

FloatType AttentionOp::getComputeType() {
  auto isDouble = [](Value value) { return cast<ShapedType>(value.getType()).getElementType().isF64(); };
  if (isDouble(getQuery()) || isDouble(getKey()) || isDouble(getValue()) || isDouble(getOut()))
    return Float64Type::get(getContext());
  return Float32Type::get(getContext());
}

FailureOr<AttentionOp::Dims> AttentionOp::getDims() {
  SmallVector<AffineMap> maps = getMaps();
  Dims dims;
  unsigned depths = 0, keys = 0, columns = 0;
  for (unsigned dim = 0; dim < maps[0].getNumDims(); ++dim) {
    bool query = maps[0].isFunctionOfDim(dim), key = maps[1].isFunctionOfDim(dim);
    bool value = maps[2].isFunctionOfDim(dim), out = maps.back().isFunctionOfDim(dim);
    if (query && key && value && out) {
      dims.batch.push_back(dim);
    } else if (query && !key && !value && out) {
      dims.rows.push_back(dim);
    } else if (query && key && !value && !out) {
      dims.depth = dim;
      ++depths;
    } else if (!query && key && value && !out) {
      dims.key = dim;
      ++keys;
    } else if (!query && !key && value && out) {
      dims.column = dim;
      ++columns;
    } else {
      return failure();
    }
  }
  if (depths != 1 || keys != 1 || columns != 1)
    return failure();
  return dims;
}

void AttentionOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  for (OpOperand &operand : getInputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  if (isa<MemRefType>(getOut().getType()))
    effects.emplace_back(MemoryEffects::Write::get(), &getOutMutable());
}

namespace {
LogicalResult verifyMaps(AttentionOp op) {
  SmallVector<AffineMap> maps = op.getMaps();
  if (op.getInputs().size() < 3 || maps.size() != op->getNumOperands())
    return op.emitOpError("needs query, key and value, and a map for each operand (attention_c2)");
  unsigned number = 0;
  for (auto [map, operand] : llvm::zip(maps, op->getOperands())) {
    if (!map.isProjectedPermutation() || map.getNumDims() != maps[0].getNumDims() ||
        map.getNumResults() != static_cast<unsigned>(cast<ShapedType>(operand.getType()).getRank()))
      return op.emitOpError("map of operand #") << number << " is no projected permutation of its rank (attention_c2)";
    ++number;
  }
  FailureOr<AttentionOp::Dims> dims = op.getDims();
  if (failed(dims))
    return op.emitOpError("a dimension is not of batch, row, depth, key or column kind, or there is not one depth, one "
                          "key and one column (attention_c2)");
  for (AffineMap map : ArrayRef(maps).drop_front(3).drop_back())
    if (map.isFunctionOfDim(dims->depth) || map.isFunctionOfDim(dims->column))
      return op.emitOpError("an operand of the region is indexed by depth or column (attention_c2)");
  if (op.getCausal() && dims->rows.empty())
    return op.emitOpError("'causal' needs a row dimension (attention_c7)");
  return success();
}

LogicalResult verifySizes(AttentionOp op) {
  SmallVector<AffineMap> maps = op.getMaps();
  SmallVector<int64_t> sizes(maps[0].getNumDims(), ShapedType::kDynamic);
  for (auto [map, operand] : llvm::zip(maps, op->getOperands())) {
    ArrayRef<int64_t> shape = cast<ShapedType>(operand.getType()).getShape();
    for (auto [place, size] : llvm::enumerate(shape)) {
      int64_t &known = sizes[map.getDimPosition(place)];
      if (!ShapedType::isDynamic(size) && !ShapedType::isDynamic(known) && size != known)
        return op.emitOpError("dimension d")
               << map.getDimPosition(place) << " has size " << known << " and size " << size << " (attention_c3)";
      if (!ShapedType::isDynamic(size))
        known = size;
    }
  }
  return success();
}

LogicalResult verifyRegion(AttentionOp op) {
  Block &block = op.getScore().front();
  Type type = op.getComputeType();
  SmallVector<Type> expected = {type};
  for (Value operand : op.getScoreOperands())
    expected.push_back(cast<ShapedType>(operand.getType()).getElementType());
  if (!llvm::equal(block.getArgumentTypes(), expected))
    return op.emitOpError("the region must take ") << expected << " (attention_c5)";
  for (Operation &inner : block.without_terminator())
    if (!inner.hasTrait<OpTrait::ConstantLike>() && (!OpTrait::hasElementwiseMappableTraits(&inner) || !isPure(&inner)))
      return op.emitOpError("'") << inner.getName() << "' in the region is not elementwise (attention_c6)";
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getNumOperands() != 1 || yield.getOperand(0).getType() != type)
    return op.emitOpError("the region must yield ") << type << " (attention_c5)";
  return success();
}
} // namespace

LogicalResult AttentionOp::verify() {
  auto onTensors = [](Type type) { return isa<RankedTensorType>(type); };
  bool tensors = llvm::all_of(getOperandTypes(), onTensors), memrefs = llvm::none_of(getOperandTypes(), onTensors);
  bool resultFits = tensors ? getResult() && getResult().getType() == getOut().getType() : !getResult();
  if (!(tensors || memrefs) || !resultFits)
    return emitOpError("needs tensors and a result of the output's type, or memrefs and no result (attention_c1)");
  if (failed(verifyMaps(*this)) || failed(verifySizes(*this)))
    return failure();
  for (Value operand : {getQuery(), getKey(), getValue(), getOut()}) {
    Type element = cast<ShapedType>(operand.getType()).getElementType();
    if (!element.isF16() && !element.isBF16() && !element.isF32() && !element.isF64())
      return emitOpError("element type ") << element << " is not f16, bf16, f32 or f64 (attention_c4)";
  }
  return verifyRegion(*this);
}
