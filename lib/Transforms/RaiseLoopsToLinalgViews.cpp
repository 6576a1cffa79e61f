//===- RaiseLoopsToLinalgViews.cpp - what a nest's accesses go through ----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RaiseLoopsToLinalg.h"

#include "lexon/Analysis/PointerMemRef.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::raising::NestViews;
using lexon::raising::View;

namespace {
/// The dimension of `memref` that `size` is; -1 if it is none.
int64_t dimensionOf(OpFoldResult size, Value memref) {
  auto value = dyn_cast<Value>(size);
  auto dim = value ? value.getDefiningOp<memref::DimOp>() : nullptr;
  std::optional<int64_t> index = dim && dim.getSource() == memref ? dim.getConstantIndex() : std::nullopt;
  return index.value_or(-1);
}

bool isNeverNegative(Value size) { return size.getDefiningOp<memref::DimOp>() != nullptr; }
} // namespace

//===----------------------------------------------------------------------===//
// Arithmetic on indices
//===----------------------------------------------------------------------===//

Value NestViews::value(OpFoldResult folded) {
  return getValueOrCreateConstantIndexOp(builder, nest.range.first->getLoc(), folded);
}

/// Wraps around as the program's index arithmetic does.
OpFoldResult NestViews::add(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getConstantIntValue(a), y = getConstantIntValue(b);
  if (x && y)
    return builder.getIndexAttr(static_cast<int64_t>(static_cast<uint64_t>(*x) + static_cast<uint64_t>(*y)));
  if (x == 0)
    return b;
  if (y == 0)
    return a;
  return arith::AddIOp::create(builder, nest.range.first->getLoc(), value(a), value(b)).getResult();
}

OpFoldResult NestViews::multiply(OpFoldResult a, int64_t factor) {
  if (std::optional<int64_t> x = getConstantIntValue(a))
    return builder.getIndexAttr(static_cast<int64_t>(static_cast<uint64_t>(*x) * static_cast<uint64_t>(factor)));
  if (factor == 0)
    return builder.getIndexAttr(0);
  if (factor == 1)
    return a;
  Value constant = arith::ConstantIndexOp::create(builder, nest.range.first->getLoc(), factor);
  return arith::MulIOp::create(builder, nest.range.first->getLoc(), value(a), constant).getResult();
}

OpFoldResult NestViews::multiply(OpFoldResult a, OpFoldResult b) {
  if (std::optional<int64_t> factor = getConstantIntValue(b))
    return multiply(a, *factor);
  if (std::optional<int64_t> factor = getConstantIntValue(a))
    return multiply(b, *factor);
  return arith::MulIOp::create(builder, nest.range.first->getLoc(), value(a), value(b)).getResult();
}

Value NestViews::hoist(Value value) {
  if (Value known = hoisted.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !nest.range.contains(op))
    return value;
  for (Value operand : op->getOperands())
    hoisted.map(operand, hoist(operand));
  builder.clone(*op, hoisted);
  return hoisted.lookup(value);
}

OpFoldResult NestViews::index(Value value) {
  if (std::optional<int64_t> constant = getConstantIntValue(OpFoldResult(value)))
    return builder.getIndexAttr(*constant);
  Value outside = hoist(value);
  if (outside.getType().isIndex())
    return outside;
  Value &known = casts[outside];
  if (!known)
    known = arith::IndexCastOp::create(builder, nest.range.first->getLoc(), builder.getIndexType(), outside);
  return known;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

OpFoldResult NestViews::affineBound(AffineMap map, ValueRange operands, bool isLower) {
  if (map.isSingleConstant())
    return builder.getIndexAttr(map.getSingleConstantResult());
  Location loc = nest.range.first->getLoc();
  SmallVector<Value> outside;
  for (Value operand : operands)
    outside.push_back(hoist(operand));
  if (map.getNumResults() == 1) {
    if (auto dim = dyn_cast<AffineDimExpr>(map.getResult(0)))
      return outside[dim.getPosition()];
    if (auto symbol = dyn_cast<AffineSymbolExpr>(map.getResult(0)))
      return outside[map.getNumDims() + symbol.getPosition()];
    return affine::AffineApplyOp::create(builder, loc, map, outside).getResult();
  }
  if (isLower)
    return affine::AffineMaxOp::create(builder, loc, map, outside).getResult();
  return affine::AffineMinOp::create(builder, loc, map, outside).getResult();
}

OpFoldResult NestViews::lower(unsigned number) {
  const NestLoop &loop = nest.loops[number];
  if (loop.lower)
    return builder.getIndexAttr(*loop.lower);
  if (auto op = dyn_cast<scf::ForOp>(loop.op))
    return index(op.getLowerBound());
  if (auto op = dyn_cast<scf::ParallelOp>(loop.op))
    return index(op.getLowerBound()[loop.dim]);
  if (auto op = dyn_cast<affine::AffineForOp>(loop.op))
    return affineBound(op.getLowerBoundMap(), op.getLowerBoundOperands(), /*isLower=*/true);
  auto op = cast<affine::AffineParallelOp>(loop.op);
  return affineBound(op.getLowerBoundMap(loop.dim), op.getLowerBoundsOperands(), /*isLower=*/true);
}

OpFoldResult NestViews::upper(unsigned number) {
  const NestLoop &loop = nest.loops[number];
  if (auto op = dyn_cast<scf::ForOp>(loop.op))
    return index(op.getUpperBound());
  if (auto op = dyn_cast<scf::ParallelOp>(loop.op))
    return index(op.getUpperBound()[loop.dim]);
  if (auto op = dyn_cast<affine::AffineForOp>(loop.op))
    return affineBound(op.getUpperBoundMap(), op.getUpperBoundOperands(), /*isLower=*/false);
  auto op = cast<affine::AffineParallelOp>(loop.op);
  return affineBound(op.getUpperBoundMap(loop.dim), op.getUpperBoundsOperands(), /*isLower=*/false);
}

OpFoldResult NestViews::step(unsigned number) {
  const NestLoop &loop = nest.loops[number];
  if (loop.step)
    return builder.getIndexAttr(*loop.step);
  if (auto op = dyn_cast<scf::ForOp>(loop.op))
    return index(op.getStep());
  return index(cast<scf::ParallelOp>(loop.op).getStep()[loop.dim]);
}

/// The number of iterations: 0, never less, where the upper bound is below the lower one.
OpFoldResult NestViews::trips(unsigned number) {
  if (nest.loops[number].trips)
    return builder.getIndexAttr(*nest.loops[number].trips);
  if (auto it = knownTrips.find(number); it != knownTrips.end())
    return it->second;
  Location loc = nest.range.first->getLoc();
  OpFoldResult begin = lower(number), end = upper(number), by = step(number);
  OpFoldResult length = end;
  bool fromZero = getConstantIntValue(begin) == 0;
  if (!fromZero || !isNeverNegative(value(end))) {
    Value first = value(begin);
    Value last = arith::MaxSIOp::create(builder, loc, value(end), first);
    length = fromZero ? last : arith::SubIOp::create(builder, loc, last, first).getResult();
  }
  if (getConstantIntValue(by) != 1)
    length = arith::CeilDivUIOp::create(builder, loc, value(length), value(by)).getResult();
  knownTrips[number] = length;
  return length;
}

/// The index in the first iteration.
OpFoldResult NestViews::first(const LinearIndex &linear) {
  OpFoldResult sum = builder.getIndexAttr(linear.constant);
  for (auto [invariant, coefficient] : linear.invariants)
    sum = add(multiply(index(invariant), coefficient), sum);
  for (auto [loop, coefficient] : linear.loops)
    sum = add(multiply(lower(loop), coefficient), sum);
  return sum;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// True if `sizes`, from the beginning and with unit strides, are the whole memref.
bool NestViews::coversAll(const Access &access, ArrayRef<OpFoldResult> sizes) const {
  for (auto [dim, size] : llvm::enumerate(sizes)) {
    int64_t extent = access.type().getDimSize(dim);
    bool covers = ShapedType::isStatic(extent) ? getConstantIntValue(size) == extent
                                               : dimensionOf(size, access.memref) == static_cast<int64_t>(dim);
    if (!covers)
      return false;
  }
  return true;
}

/// The dimensions `kept` of a view of `source`; all others have size 1.
Value NestViews::subview(Location loc, Value source, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                         ArrayRef<OpFoldResult> strides, ArrayRef<unsigned> kept) {
  MemRefType full = memref::SubViewOp::inferResultType(cast<MemRefType>(source.getType()), offsets, sizes, strides);
  bool keepsUnit = llvm::any_of(kept, [&](unsigned dim) { return full.getDimSize(dim) == 1; });
  if (keepsUnit && kept.size() < offsets.size()) {
    // Which of several dimensions of size 1 a memref.subview drops is only inferred from strides, and upstream's
    // inference fails where a step changes them. A reshape says it.
    Value whole = memref::SubViewOp::create(builder, loc, full, source, offsets, sizes, strides);
    SmallVector<ReassociationIndices> groups(kept.size());
    for (unsigned dim = 0, group = 0; dim < offsets.size(); ++dim) {
      groups[group].push_back(dim);
      if (group + 1 < kept.size() && dim == kept[group])
        ++group;
    }
    return memref::CollapseShapeOp::create(builder, loc, whole, groups);
  }
  auto [fullStrides, offset] = full.getStridesAndOffset();
  SmallVector<int64_t> shape, keptStrides;
  for (unsigned dim : kept) {
    shape.push_back(full.getDimSize(dim));
    keptStrides.push_back(fullStrides[dim]);
  }
  auto layout = StridedLayoutAttr::get(builder.getContext(), offset, keptStrides);
  auto type = MemRefType::get(shape, full.getElementType(), layout, full.getMemorySpace());
  return memref::SubViewOp::create(builder, loc, type, source, offsets, sizes, strides);
}

OpFoldResult NestViews::stride(const PointerDim &dim) {
  OpFoldResult product = builder.getIndexAttr(dim.elements);
  for (Value factor : dim.factors)
    product = multiply(OpFoldResult(index(factor)), product);
  return product;
}

/// The elements of an access through a pointer, as a memref.
Value NestViews::pointerView(const Access &access, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                             ArrayRef<OpFoldResult> strides, ArrayRef<unsigned> kept) {
  Location loc = access.op->getLoc();
  Value &memory = memories[access.memref];
  if (!memory)
    memory = memrefOfPointer(builder, loc, hoist(access.memref), access.type().getElementType());
  OpFoldResult offset = builder.getIndexAttr(0);
  for (auto [index, dim] : llvm::zip(offsets, access.dims))
    offset = add(multiply(index, stride(dim)), offset);
  SmallVector<OpFoldResult> keptSizes, keptStrides;
  for (unsigned dim : kept) {
    keptSizes.push_back(sizes[dim]);
    keptStrides.push_back(multiply(strides[dim], stride(access.dims[dim])));
  }
  auto asStatic = [](OpFoldResult value) { return getConstantIntValue(value).value_or(ShapedType::kDynamic); };
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), asStatic(offset), llvm::map_to_vector(keptStrides, asStatic));
  auto type = MemRefType::get(llvm::map_to_vector(keptSizes, asStatic), access.type().getElementType(), layout);
  return memref::ReinterpretCastOp::create(builder, loc, type, memory, offset, keptSizes, keptStrides);
}

View NestViews::view(Operation *op) {
  const Access &access = nest.access(op);
  for (auto &[other, known] : views)
    if (nest.access(other).sameAs(access))
      return known;
  View result;
  SmallVector<OpFoldResult> offsets, sizes, strides;
  SmallVector<unsigned> kept;
  bool plain = true;
  for (auto [dim, linear] : llvm::enumerate(access.indices)) {
    offsets.push_back(first(linear));
    sizes.push_back(builder.getIndexAttr(1));
    strides.push_back(builder.getIndexAttr(1));
    plain &= !linear.loops.empty() && getConstantIntValue(offsets.back()) == 0;
    if (linear.loops.empty())
      continue;
    auto [loop, coefficient] = linear.loops.front();
    sizes.back() = trips(loop);
    strides.back() = multiply(step(loop), coefficient);
    plain &= getConstantIntValue(strides.back()) == 1;
    kept.push_back(dim);
    result.loops.push_back(loop);
  }
  if (access.pointee)
    result.memref = pointerView(access, offsets, sizes, strides, kept);
  else if (result.memref = hoist(access.memref); !plain || !coversAll(access, sizes))
    result.memref = subview(op->getLoc(), result.memref, offsets, sizes, strides, kept);
  views.push_back({op, result});
  return result;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// True if `value` is made of the element of `load`.
static bool contains(Value value, Operation *load) {
  SmallVector<Operation *> worklist{value.getDefiningOp()};
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (op == load)
      return true;
    if (op && !isElementLoad(op) && op->getNumRegions() == 0)
      for (Value operand : op->getOperands())
        worklist.push_back(operand.getDefiningOp());
  }
  return false;
}

Value lexon::raising::sideOf(const Accumulation &accumulation, Operation *load) {
  Operation *product = accumulation.term ? accumulation.term.getDefiningOp() : accumulation.combine;
  Operation *other = load == accumulation.lhs ? accumulation.rhs : accumulation.lhs;
  for (Value side : {product->getOperand(0), product->getOperand(1)})
    if (contains(side, load))
      return contains(side, other) ? Value() : side;
  return {};
}

Value NestViews::allocateCopy(const Accumulation &accumulation, Operation *load) {
  Value side = sideOf(accumulation, load);
  if (isElementLoad(side.getDefiningOp()) || isa<arith::ExtFOp, arith::NegFOp>(side.getDefiningOp()))
    return {};
  return allocateFor(load, side.getType());
}

Value NestViews::allocateSums(const Statement &statement) {
  const Access &target = nest.target(statement);
  bool isRead = llvm::any_of(statement.assignmentReads,
                             [&](Operation *load) { return nest.access(load).memref == target.memref; });
  if (!isRead && statement.sum.getType() == target.type().getElementType())
    return {};
  return allocateFor(statement.store, statement.sum.getType());
}

/// Memory of the shape of the view that `access` goes through; returns whether it is there.
Value NestViews::allocateFor(Operation *access, Type element) {
  Location loc = access->getLoc();
  Value original = view(access).memref;
  auto type = cast<MemRefType>(original.getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(memref::DimOp::create(builder, loc, original, dim));
  Value copy = memref::AllocOp::create(builder, loc, MemRefType::get(type.getShape(), element), sizes,
                                       builder.getI64IntegerAttr(64));
  copies[access] = copy;
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, copy);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, address, zero);
}

void NestViews::freeCopies(OpBuilder &at) const {
  for (auto &[load, copy] : copies)
    memref::DeallocOp::create(at, load->getLoc(), copy);
}

//===----------------------------------------------------------------------===//
// Overlap
//===----------------------------------------------------------------------===//

bool lexon::raising::hasComparableAddresses(MemRefType type) {
  Type element = type.getElementType();
  if (type.getMemorySpace())
    return false;
  return element.isIndex() || element.isInteger(1) ||
         (element.getIntOrFloatBitWidth() >= 8 && element.getIntOrFloatBitWidth() <= 64 &&
          llvm::isPowerOf2_32(element.getIntOrFloatBitWidth()));
}

Value NestViews::within(const Access &access) {
  Location loc = nest.range.first->getLoc();
  Value all;
  auto require = [&](arith::CmpIPredicate predicate, Value x, Value y) {
    Value holds = builder.createOrFold<arith::CmpIOp>(loc, predicate, x, y);
    if (getConstantIntValue(OpFoldResult(holds)).value_or(0) != 0)
      return;
    all = all ? arith::AndIOp::create(builder, loc, all, holds).getResult() : holds;
  };
  for (unsigned dim = 1; dim < access.dims.size(); ++dim) {
    const PointerDim &outer = access.dims[dim - 1], &inner = access.dims[dim];
    // What the outer stride has and the inner one has not.
    PointerDim ratio{outer.elements / inner.elements, outer.factors};
    for (Value factor : inner.factors)
      ratio.factors.erase(llvm::find(ratio.factors, factor));
    const LinearIndex &linear = access.indices[dim];
    OpFoldResult begin = first(linear), end = begin;
    for (auto [loop, coefficient] : linear.loops)
      end = add(begin, multiply(multiply(add(trips(loop), builder.getIndexAttr(-1)), step(loop)), coefficient));
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    require(arith::CmpIPredicate::sge, value(begin), zero);
    require(arith::CmpIPredicate::slt, value(end), value(stride(ratio)));
  }
  return all;
}

Value NestViews::atLeast(ArrayRef<unsigned> loops, int64_t count, bool &known) {
  OpFoldResult product = builder.getIndexAttr(1);
  for (unsigned loop : loops)
    product = multiply(product, trips(loop));
  std::optional<int64_t> constant = getConstantIntValue(product);
  known = constant.has_value() && *constant >= count;
  Value enough = arith::ConstantIndexOp::create(builder, nest.range.first->getLoc(), count);
  return arith::CmpIOp::create(builder, nest.range.first->getLoc(), arith::CmpIPredicate::sge, value(product), enough);
}

Value NestViews::disjoint(Operation *access, Operation *other) {
  Value first = view(access).memref, second = view(other).memref;
  return tests.create(builder, nest.range.first->getLoc(), first, second);
}
