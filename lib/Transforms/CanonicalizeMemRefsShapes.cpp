//===- CanonicalizeMemRefsShapes.cpp - allocations as they are accessed ---===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Of an allocation that is only loaded, stored and freed nobody sees how its elements are arranged: it gets the
// dimensions that its indices have, none of size 1, in the order of its elements.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon::arrays;

namespace {
/// The indices of a load or store, or nothing.
std::optional<OperandRange> indicesOf(Operation *op) {
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return load.getIndices();
  if (auto store = dyn_cast<memref::StoreOp>(op))
    return store.getIndices();
  return std::nullopt;
}

bool isStoreOf(Operation *op, Value value) {
  auto store = dyn_cast<memref::StoreOp>(op);
  return store && store.getValue() == value;
}

/// The dimension that a memref.dim asks for.
std::optional<int64_t> dimensionOf(memref::DimOp op) {
  std::optional<int64_t> number = op.getConstantIndex();
  return number && *number >= 0 && *number < cast<MemRefType>(op.getSource().getType()).getRank() ? number
                                                                                                  : std::nullopt;
}

bool isAllocationOfNumbers(Operation *op) {
  return isa_and_nonnull<memref::AllocOp, memref::AllocaOp>(op) &&
         cast<MemRefType>(op->getResult(0).getType()).getElementType().isIntOrIndexOrFloat();
}

class ShapeNormalizer {
public:
  ShapeNormalizer(Operation *allocation, Structure &structure)
      : allocation(allocation), memref(allocation->getResult(0)), type(cast<MemRefType>(memref.getType())),
        structure(structure), builder(allocation) {}

  MemRefType run() {
    if (!isAllocationOfNumbers(allocation) || type.getMemorySpace() || !isOnlyAccessed())
      return {};
    auto sizes = allocation->getOperands(); // of symbols of the layout, too, behind those of the dimensions
    for (int64_t i = 0, dynamic = 0; i < type.getRank(); ++i)
      extents.push_back(type.isDynamicDim(i) ? reader.read(sizes[dynamic++])
                                             : Polynomial::constant(type.getDimSize(i)));
    for (int64_t i = 0; i < type.getRank(); ++i)
      findDimensions(i);
    if (llvm::all_of(splits, [](const Split &split) { return split.extents.size() == 1; }) &&
        type.getLayout().isIdentity())
      return {};
    return rewrite();
  }

private:
  bool isOnlyAccessed() {
    return llvm::all_of(memref.getUsers(), [&](Operation *user) {
      if (auto dim = dyn_cast<memref::DimOp>(user))
        return dimensionOf(dim).has_value();
      if (isa<memref::ExtractAlignedPointerAsIndexOp>(user)) // as it is, it may be compared or used to access all
        return type.getLayout().isIdentity();
      return isa<memref::DeallocOp>(user) || (indicesOf(user) && !isStoreOf(user, memref));
    });
  }

  /// No dimension for one of size 1, several for one that is indexed so.
  void findDimensions(int64_t number) {
    SmallVector<IndexedBy> accesses;
    for (Operation *user : memref.getUsers())
      if (auto indices = indicesOf(user))
        accesses.push_back({reader.read((*indices)[number]), user});
    Split &split = splits.emplace_back();
    if (extents[number] == Polynomial::constant(1))
      return;
    if (auto several = splitDimension(extents[number], accesses, allocation, reader, structure.getDominance())) {
      split = *several;
      return;
    }
    split.extents = {extents[number]};
    for (const IndexedBy &access : accesses)
      split.indices.push_back({access.index});
  }

  MemRefType rewrite() {
    SmallVector<int64_t> shape;
    SmallVector<Value> sizes;
    for (const Split &split : splits)
      for (const Polynomial &extent : split.extents) {
        shape.push_back(extent.asConstant().value_or(ShapedType::kDynamic));
        if (shape.back() == ShapedType::kDynamic)
          sizes.push_back(reader.materializeExtent(extent, builder, allocation, structure.getDominance()));
      }
    auto result = MemRefType::get(shape, type.getElementType());
    Value now = allocate(result, sizes);
    unsigned access = 0;
    // The order in which the accesses were collected.
    for (Operation *user : llvm::make_early_inc_range(memref.getUsers())) {
      builder.setInsertionPoint(user);
      if (auto dim = dyn_cast<memref::DimOp>(user)) {
        dim.replaceAllUsesWith(reader.materialize(extents[*dimensionOf(dim)], builder, user->getLoc()));
        dim.erase();
      } else if (indicesOf(user)) {
        replaceAccess(user, now, access++);
      } else {
        user->replaceUsesOfWith(memref, now);
      }
    }
    allocation->erase();
    return result;
  }

  Value allocate(MemRefType result, ArrayRef<Value> sizes) {
    if (auto alloc = dyn_cast<memref::AllocOp>(allocation))
      return memref::AllocOp::create(builder, alloc.getLoc(), result, sizes, alloc.getAlignmentAttr());
    auto alloca = cast<memref::AllocaOp>(allocation);
    return memref::AllocaOp::create(builder, alloca.getLoc(), result, sizes, alloca.getAlignmentAttr());
  }

  void replaceAccess(Operation *user, Value now, unsigned number) {
    SmallVector<Value> indices;
    for (const Split &split : splits)
      if (!split.extents.empty())
        for (const Polynomial &index : split.indices[number])
          indices.push_back(reader.materialize(index, builder, user->getLoc()));
    if (auto load = dyn_cast<memref::LoadOp>(user)) {
      auto next = memref::LoadOp::create(builder, load.getLoc(), now, indices, load.getNontemporal());
      next->setDiscardableAttrs(load->getDiscardableAttrDictionary());
      load.replaceAllUsesWith(next.getResult());
    } else {
      auto store = cast<memref::StoreOp>(user);
      auto next =
          memref::StoreOp::create(builder, store.getLoc(), store.getValue(), now, indices, store.getNontemporal());
      next->setDiscardableAttrs(store->getDiscardableAttrDictionary());
    }
    user->erase();
  }

  Operation *allocation;
  Value memref;
  MemRefType type;
  Structure &structure;
  Reader reader;
  OpBuilder builder;
  SmallVector<Polynomial, 4> extents;
  SmallVector<Split, 4> splits; ///< of each dimension
};
} // namespace

MemRefType lexon::arrays::normalizeShape(Operation *allocation, Structure &structure) {
  return ShapeNormalizer(allocation, structure).run();
}

bool lexon::arrays::eraseCopy(Operation *op, Structure &structure) {
  auto copy = cast<memref::CopyOp>(op);
  Value source = copy.getSource(), target = copy.getTarget();
  Operation *from = source.getDefiningOp(), *to = target.getDefiningOp();
  if (source.getType() != target.getType() || from == to || !isAllocationOfNumbers(from) || !isAllocationOfNumbers(to))
    return false;
  SmallVector<Operation *> readers, frees;
  for (Operation *user : target.getUsers()) {
    if (isa<memref::DeallocOp>(user))
      frees.push_back(user);
    else if (isa<memref::LoadOp, memref::DimOp>(user))
      readers.push_back(user);
    else if (user != op)
      return false;
  }
  // No reader may see the source written again, or freed. (Twice the copy of a loop is the same as once.)
  auto precedes = [&](Operation *first, Operation *then) { return Structure::mayFollow(then, first, to); };
  for (Operation *user : source.getUsers()) {
    if (!to->getParentRegion()->isAncestor(user->getParentRegion()))
      continue; // not while there is a target
    bool changes = isa<memref::DeallocOp, memref::StoreOp>(user) || (user != op && isa<memref::CopyOp>(user));
    if (isStoreOf(user, source) || (!changes && user != op && !isa<memref::LoadOp, memref::DimOp>(user)))
      return false;
    if (changes && precedes(op, user) &&
        llvm::any_of(readers, [&](Operation *reader) { return precedes(user, reader); }))
      return false;
  }
  for (Operation *reader : readers)
    if (!structure.getDominance().properlyDominates(op, reader))
      return false;
  for (Operation *reader : readers)
    reader->replaceUsesOfWith(target, source);
  for (Operation *free : frees)
    free->erase();
  op->erase();
  to->erase();
  return true;
}
