//===- LaneBody.cpp - the body of a linalg operation, many lanes at a time ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "LaneBody.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace lexon;

/// What `expr` grows by when dimension `dim` advances by one, if that is a constant.
static std::optional<int64_t> growth(AffineExpr expr, unsigned dim, unsigned numDims, unsigned numSymbols) {
  if (!expr.isFunctionOfDim(dim))
    return 0;
  AffineExpr next =
      expr.replace(getAffineDimExpr(dim, expr.getContext()), getAffineDimExpr(dim, expr.getContext()) + 1);
  auto difference = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(next - expr, numDims, numSymbols));
  return difference ? std::optional(difference.getValue()) : std::nullopt;
}

static bool hasUnitStride(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) && (strides.empty() || strides.back() == 1);
}

LaneAccess lexon::laneAccess(AffineMap map, MemRefType type, unsigned dim) {
  if (!map.isFunctionOfDim(dim))
    return LaneAccess::Uniform;
  for (AffineExpr expr : map.getResults().drop_back())
    if (expr.isFunctionOfDim(dim))
      return LaneAccess::Strided;
  return growth(map.getResults().back(), dim, map.getNumDims(), map.getNumSymbols()) == 1 && hasUnitStride(type)
             ? LaneAccess::Contiguous
             : LaneAccess::Strided;
}

/// Types whose vectors LLVM's targets compute with.
static bool isNumber(Type type) {
  return type.isIndex() || isa<FloatType>(type) || (type.isSignlessInteger() && type.getIntOrFloatBitWidth() <= 64);
}

/// Integer division by a lane that is masked off would trap.
static bool mayTrap(Operation &op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp, arith::CeilDivUIOp,
             arith::FloorDivSIOp>(op);
}

LaneBody::LaneBody(linalg::LinalgOp op, unsigned dim, int64_t lanes) : op(op), dim(dim), lanes(lanes) {
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!isNumber(argument.getType()))
      reason = "elements that are not numbers of at most 64 bits";
    bool isUniform = op.isDpsInput(&operand) && access(operand) == LaneAccess::Uniform;
    kinds[argument] = isUniform ? Kind::Uniform : Kind::Vector;
  }
  for (Operation &inner : op.getBlock()->without_terminator())
    if (reason.empty())
      reason = classify(inner);
}

LaneAccess LaneBody::access(OpOperand &operand) const {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  return type ? laneAccess(op.getMatchingIndexingMap(&operand), type, dim) : LaneAccess::Uniform;
}

LaneBody::Kind LaneBody::kindOf(Value value) const {
  auto found = kinds.find(value);
  return found == kinds.end() ? Kind::Uniform : found->second; // not found: from outside
}

std::optional<bool> LaneBody::isLinear(Operation &op) const {
  auto linear = [&](unsigned i) { return kindOf(op.getOperand(i)) == Kind::Linear; };
  if (isa<arith::AddIOp>(op))
    return linear(0) && linear(1) ? std::nullopt : std::optional(true);
  if (isa<arith::SubIOp>(op))
    return linear(1) ? std::nullopt : std::optional(true);
  if (isa<arith::IndexCastOp>(op))
    return true;
  auto apply = dyn_cast<affine::AffineApplyOp>(op);
  if (!apply)
    return std::nullopt;
  AffineMap map = apply.getAffineMap();
  int64_t total = 0;
  for (unsigned i = 0; i < map.getNumInputs(); ++i) {
    if (!linear(i))
      continue;
    if (i >= map.getNumDims())
      return std::nullopt;
    std::optional<int64_t> own = growth(map.getResult(0), i, map.getNumDims(), map.getNumSymbols());
    if (!own)
      return std::nullopt;
    total += *own;
  }
  return total == 1 ? std::optional(true) : total == 0 ? std::optional(false) : std::nullopt;
}

std::string LaneBody::classifyLoad(Operation &op) {
  auto load = cast<memref::LoadOp>(op);
  MemRefType type = load.getMemRefType();
  if (!isNumber(type.getElementType()) || type.getElementType().isInteger(1))
    return "a read of elements that have no vectors in memory";
  bool last = !load.getIndices().empty() && kindOf(load.getIndices().back()) == Kind::Linear &&
              llvm::all_of(load.getIndices().drop_back(), [&](Value i) { return kindOf(i) == Kind::Uniform; });
  if (!hasUnitStride(type) || (!last && !type.getLayout().isIdentity() && type.getRank() > 1))
    return "a read from a strided memref";
  kinds[op.getResult(0)] = Kind::Vector;
  return "";
}

std::string LaneBody::classify(Operation &op) {
  if (op.getNumRegions() > 0)
    return "'" + op.getName().getStringRef().str() + "' has no form on vectors";
  auto set = [&](Kind kind) {
    for (Value result : op.getResults())
      kinds[result] = kind;
    return std::string();
  };
  if (auto index = dyn_cast<linalg::IndexOp>(op))
    return set(index.getDim() == dim ? Kind::Linear : Kind::Uniform);
  bool anyLinear = false, anyVector = false;
  for (Value operand : op.getOperands()) {
    anyLinear |= kindOf(operand) == Kind::Linear;
    anyVector |= kindOf(operand) == Kind::Vector;
  }
  if (!anyLinear && !anyVector)
    return mayTrap(op) ? "a division that may trap" : set(Kind::Uniform);
  if (isa<memref::LoadOp>(op))
    return classifyLoad(op);
  if (isa<cf::AssertOp>(op))
    return "";
  if (!anyVector)
    if (std::optional<bool> linear = isLinear(op))
      return set(*linear ? Kind::Linear : Kind::Uniform);
  if (mayTrap(op))
    return "a division that may trap";
  if (!OpTrait::hasElementwiseMappableTraits(&op) || !llvm::all_of(op.getOperandTypes(), isNumber) ||
      !llvm::all_of(op.getResultTypes(), isNumber))
    return "'" + op.getName().getStringRef().str() + "' has no form on vectors";
  return set(Kind::Vector);
}

SmallVector<Value> LaneBody::indices(OpBuilder &builder, OpOperand &operand, ValueRange ivs) const {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  SmallVector<Value> result;
  for (unsigned i = 0; i < map.getNumResults(); ++i)
    result.push_back(getValueOrCreateConstantIndexOp(
        builder, op.getLoc(),
        affine::makeComposedFoldedAffineApply(builder, op.getLoc(), map.getSubMap({i}),
                                              getAsOpFoldResult(SmallVector<Value>(ivs)))));
  return result;
}

Value LaneBody::loadScalar(OpBuilder &builder, OpOperand &operand, ValueRange ivs) {
  if (!isa<MemRefType>(operand.get().getType()))
    return operand.get();
  return memref::LoadOp::create(builder, op.getLoc(), operand.get(), indices(builder, operand, ivs));
}

static Value loadVector(OpBuilder &builder, Location loc, VectorType type, Value memref, ValueRange indices,
                        Value mask) {
  if (!mask)
    return vector::LoadOp::create(builder, loc, type, memref, indices);
  Value zero = arith::ConstantOp::create(builder, loc, type, builder.getZeroAttr(type));
  return vector::MaskedLoadOp::create(builder, loc, type, memref, indices, mask, zero);
}

Value LaneBody::load(OpBuilder &builder, OpOperand &operand, ValueRange ivs, Value mask) {
  VectorType type = vectorOf(getElementTypeOrSelf(operand.get()));
  if (access(operand) == LaneAccess::Uniform || lanes == 1) // one lane: of any stride
    return vector::BroadcastOp::create(builder, op.getLoc(), type, loadScalar(builder, operand, ivs));
  return loadVector(builder, op.getLoc(), type, operand.get(), indices(builder, operand, ivs), mask);
}

void LaneBody::store(OpBuilder &builder, Value vector, OpOperand &output, ValueRange ivs, Value mask) {
  SmallVector<Value> at = indices(builder, output, ivs);
  if (lanes == 1)
    memref::StoreOp::create(builder, op.getLoc(), vector::ExtractOp::create(builder, op.getLoc(), vector, 0),
                            output.get(), at);
  else if (mask)
    vector::MaskedStoreOp::create(builder, op.getLoc(), output.get(), at, mask, vector);
  else
    vector::StoreOp::create(builder, op.getLoc(), vector, output.get(), at);
}

void LaneBody::prepare(OpBuilder &builder, ValueRange ivs) {
  uniform.clear();
  for (OpOperand *input : op.getDpsInputOperands())
    if (kindOf(op.getMatchingBlockArgument(input)) == Kind::Uniform && !op.getMatchingBlockArgument(input).use_empty())
      uniform.map(op.getMatchingBlockArgument(input), loadScalar(builder, *input, ivs));
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      if (index.getDim() != dim)
        uniform.map(index.getResult(), ivs[index.getDim()]);
      continue;
    }
    bool own = llvm::all_of(inner.getOperands(), [&](Value v) { return kindOf(v) == Kind::Uniform; });
    if (own)
      builder.clone(inner, uniform);
  }
}

Value LaneBody::asVector(OpBuilder &builder, Value value, const IRMapping &mapping) {
  Value now = mapping.lookupOrDefault(value);
  if (isa<VectorType>(now.getType()))
    return now;
  Location loc = op.getLoc();
  VectorType type = vectorOf(value.getType());
  Value spread = vector::BroadcastOp::create(builder, loc, type, now);
  if (kindOf(value) != Kind::Linear)
    return spread;
  if (value.getType().isIndex())
    return arith::AddIOp::create(builder, loc, spread, vector::StepOp::create(builder, loc, type));
  SmallVector<Attribute> steps;
  for (int64_t lane = 0; lane < lanes; ++lane)
    steps.push_back(builder.getIntegerAttr(value.getType(), lane));
  Value step = arith::ConstantOp::create(builder, loc, type, DenseElementsAttr::get(type, steps));
  return arith::AddIOp::create(builder, loc, spread, step);
}

/// Reads at computed places: `vector.gather` from the memref as one row.
Value LaneBody::gather(OpBuilder &builder, Operation &inner, Value mask, const IRMapping &mapping) {
  auto load = cast<memref::LoadOp>(inner);
  Location loc = op.getLoc();
  Value memref = mapping.lookupOrDefault(load.getMemRef());
  MemRefType type = load.getMemRefType();
  VectorType indexType = vectorOf(builder.getIndexType());
  Value place = asVector(builder, load.getIndices().front(), mapping);
  for (int64_t i = 1; i < type.getRank(); ++i) {
    Value size = memref::DimOp::create(builder, loc, memref, i);
    place = arith::MulIOp::create(builder, loc, place, vector::BroadcastOp::create(builder, loc, indexType, size));
    place = arith::AddIOp::create(builder, loc, place, asVector(builder, load.getIndices()[i], mapping));
  }
  if (type.getRank() > 1) {
    ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    memref = memref::CollapseShapeOp::create(builder, loc, memref, ArrayRef<ReassociationIndices>(all));
  }
  VectorType resultType = vectorOf(type.getElementType()), maskType = vectorOf(builder.getI1Type());
  if (!mask)
    mask = arith::ConstantOp::create(builder, loc, maskType, DenseElementsAttr::get(maskType, true));
  Value rest = arith::ConstantOp::create(builder, loc, resultType, builder.getZeroAttr(resultType));
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  return vector::GatherOp::create(builder, loc, resultType, memref, ValueRange{zero}, place, mask, rest);
}

void LaneBody::emit(OpBuilder &builder, Operation &inner, Value mask, IRMapping &mapping) {
  Location loc = inner.getLoc();
  if (auto load = dyn_cast<memref::LoadOp>(inner)) {
    bool contiguous = kindOf(load.getIndices().back()) == Kind::Linear &&
                      llvm::all_of(load.getIndices().drop_back(), [&](Value i) { return kindOf(i) == Kind::Uniform; });
    if (!contiguous)
      return mapping.map(load.getResult(), gather(builder, inner, mask, mapping));
    SmallVector<Value> at;
    for (Value index : load.getIndices())
      at.push_back(mapping.lookupOrDefault(index));
    return mapping.map(load.getResult(), loadVector(builder, loc, vectorOf(load.getMemRefType().getElementType()),
                                                    mapping.lookupOrDefault(load.getMemRef()), at, mask));
  }
  if (auto check = dyn_cast<cf::AssertOp>(inner)) {
    Value held = asVector(builder, check.getArg(), mapping);
    if (mask) {
      Value all = arith::ConstantOp::create(builder, loc, mask.getType(),
                                            DenseElementsAttr::get(cast<ShapedType>(mask.getType()), true));
      held = arith::OrIOp::create(builder, loc, held, arith::XOrIOp::create(builder, loc, mask, all));
    }
    Value every = vector::ReductionOp::create(builder, loc, vector::CombiningKind::AND, held);
    cf::AssertOp::create(builder, loc, every, check.getMsg());
    return;
  }
  bool linear = inner.getNumResults() == 1 && kindOf(inner.getResult(0)) != Kind::Vector;
  if (linear) {
    builder.clone(inner, mapping);
    return;
  }
  SmallVector<Value> operands;
  SmallVector<Type> types;
  for (Value operand : inner.getOperands())
    operands.push_back(asVector(builder, operand, mapping));
  for (Type type : inner.getResultTypes())
    types.push_back(vectorOf(type));
  Operation *wide = builder.create(loc, inner.getName().getIdentifier(), operands, types, inner.getAttrs());
  mapping.map(inner.getResults(), wide->getResults());
}

SmallVector<Value> LaneBody::step(OpBuilder &builder, ValueRange ivs, Value mask, ArrayRef<Value> outputs,
                                  const GivenVectors &given) {
  IRMapping mapping = uniform;
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (kindOf(argument) == Kind::Uniform || argument.use_empty())
      continue;
    Value ready = given.lookup(input->getOperandNumber());
    mapping.map(argument, ready ? ready : load(builder, *input, ivs, mask));
  }
  for (auto [argument, value] : llvm::zip(op.getRegionOutputArgs(), outputs))
    if (value)
      mapping.map(argument, value);
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      if (index.getDim() == dim)
        mapping.map(index.getResult(), ivs[dim]);
    } else if (!llvm::all_of(inner.getOperands(), [&](Value v) { return kindOf(v) == Kind::Uniform; })) {
      emit(builder, inner, mask, mapping);
    }
  }
  SmallVector<Value> results;
  for (Value yielded : op.getBlock()->getTerminator()->getOperands())
    results.push_back(asVector(builder, yielded, mapping));
  return results;
}
