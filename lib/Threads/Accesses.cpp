//===- Accesses.cpp - what memory an operation touches --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Accesses.h"

#include "lexon/Analysis/Overlap.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using lexon::Access;

namespace {
/// A range of bytes of an allocation. What a view of a view can reach is in the range of the first view.
struct Bytes {
  Value allocation;
  int64_t begin = 0, end = 0;
};

std::optional<Bytes> bytesOf(Value memory) {
  std::optional<Bytes> bytes;
  while (auto view = memory.getDefiningOp<ViewLikeOpInterface>()) {
    // reinterpret_cast may leave the range of its source.
    if (view.getViewDest() != memory || isa<memref::ReinterpretCastOp>(view))
      return std::nullopt;
    bytes.reset();
    if (auto slice = dyn_cast<memref::ViewOp>(view.getOperation())) {
      MemRefType type = slice.getType();
      std::optional<int64_t> offset = getConstantIntValue(OpFoldResult(slice.getByteShift()));
      if (offset && type.hasStaticShape() && type.getElementType().isIntOrIndexOrFloat()) {
        // index has 64 bits at most.
        int64_t bits = type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth();
        bytes = Bytes{slice.getSource(), *offset, *offset + type.getNumElements() * ((bits + 7) / 8)};
      }
    }
    memory = view.getViewSource();
  }
  return bytes;
}

/// True if `memory` is a view of something that is allocated inside `op`.
bool isInside(Value memory, Operation *op) {
  while (auto view = memory.getDefiningOp<ViewLikeOpInterface>())
    memory = view.getViewSource();
  Operation *def = memory.getDefiningOp();
  return def && isa<memref::AllocOp, memref::AllocaOp>(def) && op->isAncestor(def);
}

/// True for what touches memory without reading or writing a value.
bool isHint(Operation *op) {
  return isa<memref::PrefetchOp, LLVM::Prefetch, memref::AssumeAlignmentOp, memref::DistinctObjectsOp>(op) ||
         op->hasTrait<OpTrait::IsTerminator>();
}
} // namespace

SmallVector<Access> lexon::accessesOf(Operation *root) {
  llvm::SmallDenseMap<Value, bool> written;
  SmallVector<Value> order;
  bool readsAny = false, writesAny = false;
  auto add = [&](Value memory, bool writes) {
    if (memory && isInside(memory, root))
      return;
    if (!memory) {
      (writes ? writesAny : readsAny) = true;
      return;
    }
    auto [place, isNew] = written.try_emplace(memory, writes);
    place->second |= writes;
    if (isNew)
      order.push_back(memory);
  };
  root->walk([&](Operation *op) {
    if (isHint(op) || op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() || isa<omp::LoopNestOp>(op))
      return;
    auto interface = dyn_cast<MemoryEffectOpInterface>(op);
    if (!interface)
      return add({}, /*writes=*/true);
    SmallVector<MemoryEffects::EffectInstance> effects;
    interface.getEffects(effects);
    for (const MemoryEffects::EffectInstance &effect : effects) {
      if (isa<MemoryEffects::Allocate>(effect.getEffect()))
        continue;
      add(effect.getValue(), !isa<MemoryEffects::Read>(effect.getEffect()));
    }
  });
  SmallVector<Access> accesses;
  if (readsAny || writesAny)
    accesses.push_back({Value(), writesAny});
  for (Value memory : order)
    accesses.push_back({memory, written[memory]});
  return accesses;
}

bool lexon::mayConflict(const Access &a, const Access &b, AliasAnalysis &aliases) {
  if (!a.writes && !b.writes)
    return false;
  if (!a.memory || !b.memory)
    return true;
  std::optional<Bytes> first = bytesOf(a.memory), second = bytesOf(b.memory);
  if (first && second && first->allocation == second->allocation)
    return first->begin < second->end && second->begin < first->end;
  return !areDisjoint(a.memory, b.memory, aliases);
}
