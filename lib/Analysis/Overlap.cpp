//===- Overlap.cpp - can two memrefs share an element? --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/Overlap.h"

#include "lexon/Analysis/PointerMemRef.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace {
/// The memory that a memref is a view of.
Value rootOf(Value memref) {
  while (true) {
    if (auto objects = memref.getDefiningOp<memref::DistinctObjectsOp>())
      memref = objects.getOperand(cast<OpResult>(memref).getResultNumber());
    else if (auto step = memref.getDefiningOp<LLVM::GEPOp>())
      memref = step.getBase();
    else if (auto view = memref.getDefiningOp<ViewLikeOpInterface>(); view && view.getViewDest() == memref)
      memref = view.getViewSource();
    else if (auto cast = memref.getDefiningOp<UnrealizedConversionCastOp>(); cast && lexon::isPointerMemRef(cast))
      memref = cast.getOperand(0);
    else
      return memref;
  }
}

/// True for an argument that a function may assume to be the only way to its memory.
bool isNoAliasArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function = argument ? dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp()) : nullptr;
  return function && argument.getOwner()->isEntryBlock() &&
         function.getArgAttr(argument.getArgNumber(), LLVM::LLVMDialect::getNoAliasAttrName());
}

/// True for memory that is known by where it comes from: an argument of a function, an allocation, a global.
bool isIdentified(Value root) {
  if (auto argument = dyn_cast<BlockArgument>(root))
    return argument.getOwner()->isEntryBlock() && isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return isa<memref::AllocOp, memref::AllocaOp, memref::GetGlobalOp, LLVM::AllocaOp, LLVM::AddressOfOp>(
      root.getDefiningOp());
}

/// True if two memrefs are views of memory that is known apart.
bool haveDistinctRoots(Value a, Value b) {
  Value rootA = rootOf(a), rootB = rootOf(b);
  if (rootA == rootB || !isIdentified(rootA) || !isIdentified(rootB))
    return false;
  if (isNoAliasArgument(rootA) || isNoAliasArgument(rootB))
    return true;
  auto globalA = rootA.getDefiningOp<memref::GetGlobalOp>(), globalB = rootB.getDefiningOp<memref::GetGlobalOp>();
  if (globalA && globalB)
    return globalA.getNameAttr() != globalB.getNameAttr();
  auto addressA = rootA.getDefiningOp<LLVM::AddressOfOp>(), addressB = rootB.getDefiningOp<LLVM::AddressOfOp>();
  if (addressA && addressB)
    return addressA.getGlobalNameAttr() != addressB.getGlobalNameAttr();
  auto isNew = [](Value root) {
    return isa_and_nonnull<memref::AllocOp, memref::AllocaOp, LLVM::AllocaOp>(root.getDefiningOp());
  };
  return isNew(rootA) || isNew(rootB);
}
} // namespace

static Value withoutCasts(Value value) {
  while (auto cast = value.getDefiningOp<memref::CastOp>())
    value = cast.getSource();
  return value;
}

bool lexon::areSameView(Value a, Value b) { return withoutCasts(a) == withoutCasts(b); }

bool lexon::mayOverlapItself(MemRefType type) {
  SmallVector<std::pair<uint64_t, int64_t>> dims; // distance of neighbours, size
  auto strides = type.getStridesAndOffset().first;
  for (auto [stride, size] : llvm::zip_equal(strides, type.getShape()))
    if (!ShapedType::isDynamic(stride) && size != 1)
      dims.push_back({llvm::AbsoluteValue(stride), size});
  if (llvm::is_contained(type.getShape(), 0))
    return false;
  llvm::sort(dims);
  // The elements that the dimensions so far reach must lie before the next element of this one.
  uint64_t reach = 0;
  for (auto [stride, size] : dims) {
    if (stride <= reach)
      return true;
    // Two elements at least, if the size is not known.
    uint64_t steps = ShapedType::isDynamic(size) ? 1 : static_cast<uint64_t>(size) - 1;
    reach = llvm::SaturatingMultiplyAdd(stride, steps, reach);
  }
  return false;
}

bool lexon::areDisjoint(Value a, Value b, AliasAnalysis &aliases) {
  if (aliases.alias(a, b).isNo() || haveDistinctRoots(a, b))
    return true;
  auto first = withoutCasts(a).getDefiningOp<memref::SubViewOp>();
  auto second = withoutCasts(b).getDefiningOp<memref::SubViewOp>();
  if (!first || !second || !areSameView(first.getSource(), second.getSource()))
    return false;
  // Slices of a sliding window may have no index in common and elements all the same.
  auto source = dyn_cast<MemRefType>(first.getSource().getType());
  if (!source || !source.isStrided() || mayOverlapItself(source))
    return false;
  FailureOr<bool> overlap = ValueBoundsConstraintSet::areOverlappingSlices(a.getContext(), HyperrectangularSlice(first),
                                                                           HyperrectangularSlice(second));
  return succeeded(overlap) && !*overlap;
}
