//===- PointerShape.cpp - dimensions of memory behind pointers ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The strides of one base's accesses are its dimensions: those that multiply a loop counter, if each divides the next
// larger one. `a[i * n + j]` has the dimensions n and 1. (Grosser et al., Optimistic Delinearization of Parametrically
// Sized Arrays, ICS 2015. That the inner indices stay in their dimensions is left to be tested.)
//
//===----------------------------------------------------------------------===//

#include "LoopContractionDetail.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::detail::NestAnalysis;

namespace {
/// The pointers that `pointer` is computed from, one step after the other, itself first.
SmallVector<Value> stepsTo(Value pointer) {
  SmallVector<Value> steps{pointer};
  while (auto step = steps.back().getDefiningOp<LLVM::GEPOp>())
    steps.push_back(step.getBase());
  return steps;
}

Value pointerOf(Operation *op) {
  auto load = dyn_cast<LLVM::LoadOp>(op);
  return load ? load.getAddr() : cast<LLVM::StoreOp>(op).getAddr();
}

/// A stride in bytes: a constant times the factors.
struct Stride {
  int64_t bytes;
  SmallVector<Value, 2> factors;
};

/// What remains of `all` without one of each of `some`; nothing if they are not all there.
std::optional<SmallVector<Value, 2>> without(ArrayRef<Value> all, ArrayRef<Value> some) {
  SmallVector<Value, 2> rest(all);
  for (Value value : some) {
    auto *found = llvm::find(rest, value);
    if (found == rest.end())
      return std::nullopt;
    rest.erase(found);
  }
  return rest;
}

int64_t sizeOf(Type type, Operation *op) {
  return static_cast<int64_t>(DataLayout::closest(op).getTypeSize(type).getFixedValue());
}

Type elementOf(Operation *op) { return isElementStore(op) ? storedValue(op).getType() : op->getResult(0).getType(); }

/// Adds a stride that multiplies a counter. Several constants with the same factors are one stride, their common
/// divisor (`a[2 * i * n]`); without factors the steps of the language say which dimensions there are, and the
/// constants in a step of several counters (`a[64 * i + j]`).
void addStride(SmallVectorImpl<Stride> &strides, const IndexTerm &term, int64_t bytes, bool isAlone) {
  if (term.factors.empty()) {
    uint64_t apart = isAlone ? 1 : llvm::AbsoluteValue(term.coefficient);
    auto stride = static_cast<int64_t>(apart * static_cast<uint64_t>(bytes));
    if (llvm::none_of(strides, [&](const Stride &known) { return known.factors.empty() && known.bytes == stride; }))
      strides.push_back({stride, {}});
    return;
  }
  auto magnitude = static_cast<int64_t>(llvm::AbsoluteValue(term.coefficient) * static_cast<uint64_t>(bytes));
  for (Stride &known : strides)
    if (known.factors == term.factors) {
      known.bytes = std::gcd(known.bytes, magnitude);
      return;
    }
  strides.push_back({magnitude, term.factors});
}

/// From the largest stride to the smallest; false if one does not divide the next.
bool order(SmallVectorImpl<Stride> &strides) {
  llvm::stable_sort(strides, [](const Stride &a, const Stride &b) {
    return std::pair(a.factors.size(), a.bytes) > std::pair(b.factors.size(), b.bytes);
  });
  for (auto [outer, inner] : llvm::zip(strides, llvm::drop_begin(strides)))
    if (inner.bytes <= 0 || outer.bytes <= 0 || outer.bytes % inner.bytes != 0 ||
        !without(outer.factors, inner.factors))
      return false;
  return true;
}

/// Adds a term to the index of the dimension it belongs to: of a counter the one with just its factors, of an invariant
/// the largest that divides it.
bool addTerm(MutableArrayRef<LinearIndex> indices, ArrayRef<Stride> strides, const IndexTerm &term, int64_t bytes) {
  int64_t distance;
  if (llvm::MulOverflow(term.coefficient, bytes, distance))
    return false;
  for (auto [index, stride] : llvm::zip(indices, strides)) {
    std::optional<SmallVector<Value, 2>> rest = without(term.factors, stride.factors);
    // Where there is one dimension, a product of others' sizes is where it begins: `a[i * m + k]`, of row i alone.
    Value offset = strides.size() == 1 ? term.product : Value();
    if (!rest || distance % stride.bytes != 0 || (rest->size() > 1 && !offset) || (term.loop && !rest->empty()))
      continue;
    LinearIndex summand;
    int64_t coefficient = distance / stride.bytes;
    if (term.loop)
      summand.loops.push_back({*term.loop, coefficient});
    else if (rest->empty())
      summand.constant = coefficient;
    else
      summand.invariants.push_back({rest->size() > 1 ? offset : rest->front(), coefficient});
    std::optional<LinearIndex> sum = addScaled(index, summand, 1);
    if (!sum)
      return false;
    index = *sum;
    return true;
  }
  return false;
}

/// The type of a memref with these strides.
MemRefType pointeeType(Type element, ArrayRef<PointerDim> dims) {
  SmallVector<int64_t> shape, strides;
  for (auto [position, dim] : llvm::enumerate(dims)) {
    strides.push_back(dim.factors.empty() ? dim.elements : ShapedType::kDynamic);
    bool isStatic = position > 0 && dims[position - 1].factors.size() == dim.factors.size();
    shape.push_back(isStatic ? dims[position - 1].elements / dim.elements : ShapedType::kDynamic);
  }
  auto layout = StridedLayoutAttr::get(element.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(shape, element, layout);
}
} // namespace

/// One base for accesses of one array that begin at several invariant places, as rows of it, if there is a store among
/// them: of two bases it would not be known where they meet.
void NestAnalysis::joinBases() {
  llvm::MapVector<Value, SmallVector<Operation *>> byRoot;
  for (auto &[op, address] : addresses)
    byRoot[stepsTo(address.base).back()].push_back(op);
  for (auto &[root, ops] : byRoot) {
    SmallVector<Value> common = stepsTo(addresses[ops.front()].base);
    for (Operation *op : ops) {
      SmallVector<Value> steps = stepsTo(addresses[op].base);
      llvm::erase_if(common, [&](Value value) { return !llvm::is_contained(steps, value); });
    }
    bool areJoined = llvm::all_of(ops, [&](Operation *op) { return addresses[op].base == common.front(); });
    if (areJoined || llvm::none_of(ops, isElementStore))
      continue;
    for (Operation *op : ops)
      if (std::optional<PointerAddress> address = pointers.read(pointerOf(op), common.front()))
        addresses[op] = *address;
  }
}

/// Gives each base's accesses common dimensions.
LogicalResult NestAnalysis::shapePointers() {
  joinBases();
  llvm::MapVector<Value, SmallVector<Operation *>> byBase;
  for (auto &[op, address] : addresses)
    byBase[address.base].push_back(op);
  for (auto &[base, ops] : byBase)
    if (failed(shapePointer(base, ops)))
      return failure();
  return success();
}

LogicalResult NestAnalysis::shapePointer(Value base, ArrayRef<Operation *> ops) {
  Type element = elementOf(ops.front());
  int64_t elementBytes = sizeOf(element, ops.front());
  SmallVector<Stride> strides{{elementBytes, {}}};
  for (Operation *op : ops) {
    if (elementOf(op) != element)
      return refuse("one pointer leads to elements of several types");
    for (const PointerStep &step : addresses[op].steps) {
      auto isCounted = [](const IndexTerm &term) { return term.loop.has_value(); };
      for (const IndexTerm &term : step.count)
        if (term.loop)
          addStride(strides, term, step.bytes, llvm::count_if(step.count, isCounted) == 1);
    }
  }
  if (!order(strides) || strides.back().bytes != elementBytes)
    return refuse("the strides of a pointer's accesses do not divide one another");
  SmallVector<PointerDim> dims;
  for (const Stride &stride : strides)
    dims.push_back({stride.bytes / elementBytes, stride.factors});
  for (Operation *op : ops) {
    Access access;
    access.op = op;
    access.memref = base;
    access.indices.resize(strides.size());
    access.dims = dims;
    access.pointee = pointeeType(element, dims);
    for (const PointerStep &step : addresses[op].steps)
      for (const IndexTerm &term : step.count)
        if (!addTerm(access.indices, strides, term, step.bytes))
          return refuse("an address is no sum of indices times the strides of its base");
    if (failed(checkAccess(access)))
      return failure();
    nest.accesses[op] = access;
  }
  return success();
}
