//===- ContractOp.cpp - lexon.contract ------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon::core;

SmallVector<AffineMap> ContractOp::getMaps() {
  return llvm::to_vector(getIndexingMaps().getAsValueRange<AffineMapAttr>());
}

std::pair<Value, unsigned> ContractOp::getOperandOfDim(unsigned dim) {
  for (auto [operand, map] : llvm::zip(getOperands(), getMaps()))
    for (auto [position, expr] : llvm::enumerate(map.getResults()))
      if (auto plain = dyn_cast<AffineDimExpr>(expr); plain && plain.getPosition() == dim)
        return {operand, position};
  return {};
}

SmallVector<int64_t> ContractOp::getStaticSizes() {
  SmallVector<int64_t> sizes(getNumLoops(), ShapedType::kDynamic);
  for (auto [operand, map] : llvm::zip(getOperands(), getMaps()))
    for (auto [expr, size] : llvm::zip(map.getResults(), cast<ShapedType>(operand.getType()).getShape()))
      if (auto plain = dyn_cast<AffineDimExpr>(expr); plain && !ShapedType::isDynamic(size))
        sizes[plain.getPosition()] = size;
  return sizes;
}

std::optional<unsigned> ContractOp::getGroupDim() {
  if (std::optional<uint64_t> stored = getStoredGroup())
    return *stored;
  SmallVector<AffineMap> maps = getMaps();
  for (unsigned dim = 0; dim < getNumLoops(); ++dim)
    if (maps[1].isFunctionOfDim(dim) && !maps[0].isFunctionOfDim(dim) && !maps.back().isFunctionOfDim(dim))
      return dim;
  return std::nullopt;
}

unsigned ContractOp::getNumGroups() {
  std::optional<unsigned> dim = getGroupDim();
  return dim ? getStaticSizes()[*dim] : 1;
}

unsigned ContractOp::getNumStored() { return getStoredGroup() ? getNumGroups() : 1; }

MutableOperandRange ContractOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(), getSums() ? 2 : 1);
}

std::optional<unsigned> ContractOp::getColumnPosition() {
  SmallVector<AffineMap> maps = getMaps();
  std::optional<unsigned> found;
  for (unsigned dim = 0; dim < getNumLoops(); ++dim) {
    bool isColumn = maps[1].isFunctionOfDim(dim) && !maps[0].isFunctionOfDim(dim);
    for (auto [position, expr] : llvm::enumerate(maps.back().getResults())) {
      if (!isColumn || !expr.isFunctionOfDim(dim))
        continue;
      if (found && *found != position)
        return std::nullopt;
      found = position;
    }
  }
  if (!found)
    return std::nullopt;
  for (unsigned dim = 0; dim < getNumLoops(); ++dim)
    if (maps[0].isFunctionOfDim(dim) && maps.back().getResult(*found).isFunctionOfDim(dim))
      return std::nullopt;
  return found;
}

Value ContractOp::getSummed() { return getSums() ? Value(getYielded().back()) : Value(); }

OperandRange ContractOp::getYielded() { return cast<YieldOp>(getEpilogue().front().getTerminator()).getValues(); }

void ContractOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    MemoryEffects::Effect *effect = MemoryEffects::Read::get();
    if (isDpsInit(&operand))
      effect = MemoryEffects::Write::get();
    effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  }
}

void lexon::core::keepChoices(DictionaryAttr from, Operation *to) {
  for (StringRef name : {kPackAttr, kMatmulAttr})
    if (Attribute asked = from.get(name))
      to->setDiscardableAttr(name, asked);
}

bool lexon::core::isSumOfDims(AffineExpr expr) {
  if (isa<AffineDimExpr, AffineConstantExpr>(expr))
    return true;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return isSumOfDims(binary.getLHS()) && isSumOfDims(binary.getRHS());
  return binary.getKind() == AffineExprKind::Mul && isa<AffineDimExpr>(binary.getLHS()) &&
         isa<AffineConstantExpr>(binary.getRHS());
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

namespace {
LogicalResult verifyMaps(ContractOp op) {
  SmallVector<AffineMap> maps = op.getMaps();
  unsigned mapped = op->getNumOperands() - (op.getSums() ? 1 : 0);
  if (maps.size() != mapped)
    return op.emitOpError("has ") << maps.size() << " maps for " << mapped << " operands (contract_c2)";
  for (auto [i, map] : llvm::enumerate(maps)) {
    auto type = cast<ShapedType>(op->getOperand(i).getType());
    if (!type.hasRank() || map.getNumResults() != static_cast<unsigned>(type.getRank()) ||
        map.getNumDims() != maps[0].getNumDims() || map.getNumSymbols() != 0)
      return op.emitOpError("map ") << i << " does not fit operand " << i << " of type " << type << " (contract_c2)";
    bool isRhs = i == 1;
    if (isRhs ? !map.isProjectedPermutation() : !llvm::all_of(map.getResults(), isSumOfDims))
      return op.emitOpError("map ") << i << " is not made of "
                                    << (isRhs ? "different dimensions" : "sums of dimensions times constants")
                                    << " (contract_c2)";
  }
  return success();
}

LogicalResult verifyDims(ContractOp op) {
  SmallVector<AffineMap> maps = op.getMaps();
  SmallVector<int64_t> sizes = op.getStaticSizes();
  unsigned groups = 0, reductions = 0;
  std::optional<uint64_t> stored = op.getStoredGroup();
  if (stored && (*stored >= op.getNumLoops() || maps[0].isFunctionOfDim(*stored) || !maps[1].isFunctionOfDim(*stored) ||
                 !maps.back().isFunctionOfDim(*stored)))
    return op.emitOpError("dimension ") << static_cast<int64_t>(*stored)
                                        << ", the 'stored_group', is not in rhs and out only (contract_c3)";
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool inLhs = maps[0].isFunctionOfDim(dim), inRhs = maps[1].isFunctionOfDim(dim);
    bool inOut = maps.back().isFunctionOfDim(dim);
    bool isGroup = stored == dim || (inRhs && !inLhs && !inOut), isReduction = inLhs && inRhs && !inOut;
    if (inOut ? !inLhs && !inRhs : !isGroup && !isReduction)
      return op.emitOpError("dimension ") << dim << " is of no kind (contract_c3)";
    groups += isGroup;
    reductions += isReduction;
    // A dynamic size is kDynamic, which is negative.
    if (isGroup && (sizes[dim] < 1 || sizes[dim] > 8))
      return op.emitOpError("group dimension ") << dim << " is not of static size from 1 to 8 (contract_c3)";
    for (AffineMap map : ArrayRef(maps).drop_front(2).drop_back())
      if ((isGroup || !inOut) && map.isFunctionOfDim(dim))
        return op.emitOpError("an operand of 'with' is indexed by dimension ")
               << dim << (isGroup ? ", the group" : ", which is not of the output") << " (contract_c3)";
    if (!op.getOperandOfDim(dim).first)
      return op.emitOpError("dimension ") << dim << " has no size (contract_c4)";
  }
  if (groups > 1 || reductions == 0)
    return op.emitOpError("has ") << groups << " group and " << reductions << " reduction dimensions (contract_c3)";
  return success();
}

/// The largest index `expr` takes, for static sizes; nothing if it is dynamic or there are no iterations.
std::optional<int64_t> largestIndex(AffineExpr expr, ArrayRef<int64_t> sizes) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return sizes[dim.getPosition()] > 0 ? std::optional(sizes[dim.getPosition()] - 1) : std::nullopt;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::optional<int64_t> left = largestIndex(binary.getLHS(), sizes), right = largestIndex(binary.getRHS(), sizes);
  if (!left || !right)
    return std::nullopt;
  return binary.getKind() == AffineExprKind::Add ? *left + *right : *left * *right;
}

LogicalResult verifySizes(ContractOp op) {
  SmallVector<int64_t> sizes = op.getStaticSizes();
  for (auto [i, map] : llvm::enumerate(op.getMaps())) {
    ArrayRef<int64_t> shape = cast<ShapedType>(op->getOperand(i).getType()).getShape();
    for (auto [expr, size] : llvm::zip(map.getResults(), shape)) {
      if (ShapedType::isDynamic(size))
        continue;
      if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && sizes[dim.getPosition()] != size)
        return op.emitOpError("dimension ") << dim.getPosition() << " has the sizes " << size << " and "
                                            << sizes[dim.getPosition()] << " (contract_c4)";
      if (std::optional<int64_t> last = largestIndex(expr, sizes); last && (*last >= size || *last < 0))
        return op.emitOpError("operand ")
               << i << " is indexed up to " << *last << " where its size is " << size << " (contract_c4)";
    }
  }
  return success();
}

LogicalResult verifySums(ContractOp op) {
  Value sums = op.getSums();
  std::optional<uint64_t> part = op.getPartColumns();
  if (static_cast<bool>(sums) != part.has_value() || (part && static_cast<int64_t>(*part) < 1))
    return op.emitOpError("has sums of parts without a 'part_columns' of at least 1, or the other way round "
                          "(contract_c7)");
  if (!sums)
    return success();
  if (op.getStoredGroup())
    return op.emitOpError("stores its groups and has sums of parts, too (contract_c7)");
  std::optional<unsigned> position = op.getColumnPosition();
  if (!position)
    return op.emitOpError("has sums of parts, but its columns are not one dimension of the output (contract_c7)");
  auto out = cast<ShapedType>(op.getOut().getType()), type = cast<ShapedType>(sums.getType());
  SmallVector<int64_t> expected(out.getShape());
  int64_t &columns = expected[*position];
  if (!ShapedType::isDynamic(columns))
    columns = llvm::divideCeil(columns, *part);
  if (!isa<FloatType>(type.getElementType()) || !type.hasRank() ||
      failed(verifyCompatibleShape(type.getShape(), expected)))
    return op.emitOpError("has sums of type ") << type << ", which are not those of its output's parts (contract_c7)";
  return success();
}

LogicalResult verifyRegion(ContractOp op) {
  Block &body = op.getEpilogue().front();
  auto elementOf = [](Value value) { return cast<ShapedType>(value.getType()).getElementType(); };
  for (Value operand : op->getOperands())
    if (!isa<FloatType>(elementOf(operand)) && !llvm::is_contained(op.getWith(), operand))
      return op.emitOpError("has elements of type ") << elementOf(operand) << " (contract_c5)";
  unsigned groups = op.getNumGroups();
  if (body.getNumArguments() != groups + op.getWith().size())
    return op.emitOpError("region has ") << body.getNumArguments() << " arguments instead of "
                                         << groups + op.getWith().size() << " (contract_c5)";
  for (unsigned i = 0; i < groups; ++i)
    if (!isa<FloatType>(body.getArgument(i).getType()) ||
        body.getArgument(i).getType() != body.getArgument(0).getType())
      return op.emitOpError("region's sums are not of one floating-point type (contract_c5)");
  for (auto [operand, argument] : llvm::zip(op.getWith(), body.getArguments().drop_front(groups)))
    if (argument.getType() != elementOf(operand))
      return op.emitOpError("region's argument ")
             << argument.getArgNumber() << " is not of type " << elementOf(operand) << " (contract_c5)";
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  unsigned stored = op.getNumStored();
  if (!yield || yield.getNumOperands() != stored + (op.getSums() ? 1 : 0) ||
      llvm::any_of(yield.getValues().take_front(stored),
                   [&](Value value) { return value.getType() != elementOf(op.getOut()); }))
    return op.emitOpError("region does not yield ")
           << (op.getStoredGroup() ? "an element of the output for each group" : "an element of the output")
           << (op.getSums() ? ", and one for the sums" : "") << " (contract_c5)";
  if (op.getSums() && op.getSummed().getType() != elementOf(op.getSums()))
    return op.emitOpError("region's last value is not of type ") << elementOf(op.getSums()) << " (contract_c5)";
  for (Operation &inner : body.without_terminator()) {
    bool isElementwise = OpTrait::hasElementwiseMappableTraits(&inner) || inner.hasTrait<OpTrait::ConstantLike>();
    if (!isElementwise || !isMemoryEffectFree(&inner) || inner.getNumRegions() != 0 || inner.getNumResults() != 1)
      return op.emitOpError("region has a '") << inner.getName() << "', which is not element-wise (contract_c6)";
  }
  return success();
}
} // namespace

LogicalResult ContractOp::verify() {
  bool onTensors = isa<RankedTensorType>(getOut().getType());
  auto fits = [&](Type type) { return onTensors ? isa<RankedTensorType>(type) : isa<MemRefType>(type); };
  SmallVector<Type> outputs;
  for (Value init : getDpsInits())
    if (onTensors)
      outputs.push_back(init.getType());
  if (!llvm::all_of(getOperandTypes(), fits) || !llvm::equal(getOutputs().getTypes(), outputs))
    return emitOpError("mixes tensors and memrefs, or its results are not of the outputs' types (contract_c1)");
  if (failed(verifyMaps(*this)) || failed(verifyDims(*this)) || failed(verifySizes(*this)) || failed(verifySums(*this)))
    return failure();
  return verifyRegion(*this);
}
