//===- CanonicalizeMemRefsRewrite.cpp - one memref for all levels ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Sizes that cannot be allocated must go on to fail: (size_t)-1 rows, or a product beyond 2^63 bytes, which one
// allocation would compute modulo 2^64.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace lexon::arrays;

namespace {
class Rewriter {
public:
  Rewriter(Array &array, Reader &reader, const DominanceInfo &dominance)
      : array(array), reader(reader), dominance(dominance), builder(array.element.getContext()) {
    elementBytes = array.element.getIntOrFloatBitWidth() / 8;
  }

  MemRefType run() {
    Operation *root = array.levels.front().allocation;
    builder.setInsertionPoint(root);
    allocate(root->getLoc());
    for (Use &use : array.uses)
      use.isDead ? cut(use) : replace(use);
    for (Level &level : array.levels)
      erased.insert(level.allocation);
    for (Level &level : array.levels)
      if (level.fill)
        erased.insert(level.fill);
    for (Operation *op : erased)
      op->dropAllReferences();
    for (Operation *op : erased)
      op->dropAllUses();
    for (Operation *op : erased)
      op->erase();
    for (Operation *loop : array.loops)
      eraseIfEmpty(loop);
    return cast<MemRefType>(memref.getType());
  }

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc(), value); }
  Location loc() { return where; }

  /// Fills in `extents`: what the source would allocate, 0 where it would allocate nothing, and more than there is
  /// memory where an allocation that is checked would fail.
  void computeExtents(SmallVectorImpl<int64_t> &shape) {
    for (const Polynomial &extent : array.extents) {
      shape.push_back(extent.asConstant().value_or(ShapedType::kDynamic));
      extents.push_back(reader.materializeExtent(extent, builder, array.levels.front().allocation, dominance));
    }
    if (!array.extents.empty())
      return; // the product is what the source allocates
    std::optional<int64_t> first;
    int64_t fixed = elementBytes;
    unsigned narrow = 0, wide = 0;
    for (auto [i, level] : llvm::enumerate(array.levels)) {
      std::optional<int64_t> number = level.extent.asConstant();
      shape.push_back(number.value_or(ShapedType::kDynamic));
      extents.push_back(reader.materializeExtent(level.extent, builder, array.levels.front().allocation, dominance));
      if (number) {
        wide += llvm::MulOverflow(fixed, std::max<int64_t>(*number, 1), fixed);
        continue;
      }
      (reader.isNarrow(level.extent) ? narrow : wide) += 1;
      first = first.value_or(i);
    }
    if (!first || array.isMemRef || array.rank() == 1)
      return;
    Value zero = constant(0);
    Value fails = arith::ConstantIntOp::create(builder, loc(), 0, 1);
    auto failIf = [&](Value condition) { fails = arith::OrIOp::create(builder, loc(), fails, condition); };
    auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) {
      return arith::CmpIOp::create(builder, loc(), predicate, a, b);
    };
    bool mayWrap = wide || narrow > 1 || fixed >= (int64_t(1) << 30);
    bool mayFail = mayWrap || array.checksRows;
    Value total = extents[0];
    if (mayFail && shape[0] == ShapedType::kDynamic)
      failIf(compare(arith::CmpIPredicate::slt, extents[0], zero));
    for (unsigned i = 1; i < array.rank(); ++i) {
      if (shape[i] == ShapedType::kDynamic) {
        if (array.checksRows) {
          Value isNegative = compare(arith::CmpIPredicate::slt, extents[i], zero);
          Value isAllocated = compare(arith::CmpIPredicate::sgt, total, zero);
          failIf(arith::AndIOp::create(builder, loc(), isNegative, isAllocated));
        }
        extents[i] = arith::MaxSIOp::create(builder, loc(), extents[i], zero);
      }
      if (mayWrap && (wide || narrow > 2)) {
        auto product = arith::MulUIExtendedOp::create(builder, loc(), total, extents[i]);
        failIf(compare(arith::CmpIPredicate::ne, product.getHigh(), zero));
        total = product.getLow();
      } else {
        total = arith::MulIOp::create(builder, loc(), total, extents[i]);
      }
    }
    if (!mayFail)
      return;
    if (mayWrap)
      failIf(compare(arith::CmpIPredicate::ugt, total, constant(std::numeric_limits<int64_t>::max() / elementBytes)));
    // 2^62 bytes are more than any machine has.
    Value most = constant(std::max<int64_t>((int64_t(1) << 62) / std::max<int64_t>(fixed, 1), 1)), one = constant(1);
    for (unsigned i = 0; i < array.rank(); ++i)
      if (shape[i] == ShapedType::kDynamic)
        extents[i] = arith::SelectOp::create(builder, loc(), fails, i == *first ? most : one, extents[i]);
  }

  void allocate(Location at) {
    where = at;
    SmallVector<int64_t> shape;
    computeExtents(shape);
    SmallVector<Value> sizes;
    for (auto [size, extent] : llvm::zip_equal(shape, extents))
      if (size == ShapedType::kDynamic)
        sizes.push_back(extent);
    auto type = MemRefType::get(shape, array.element);
    const Level &leaf = array.levels.back();
    IntegerAttr alignment;
    if (leaf.alignment)
      alignment = builder.getI64IntegerAttr(leaf.alignment);
    memref = memref::AllocOp::create(builder, at, type, sizes, alignment);
    if (leaf.zeroed)
      clear();
  }

  void clear() {
    Value zero = constant(0), one = constant(1);
    Value pointer = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc(), memref);
    Value isThere = arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::ne, pointer, zero);
    OpBuilder::InsertionGuard guard(builder);
    auto branch = scf::IfOp::create(builder, loc(), isThere, /*withElseRegion=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
    Value nothing = arith::ConstantOp::create(builder, loc(), builder.getZeroAttr(array.element));
    SmallVector<Value> indices;
    for (Value extent : extents) {
      auto loop = scf::ForOp::create(builder, loc(), zero, extent, one);
      builder.setInsertionPointToStart(loop.getBody());
      indices.push_back(loop.getInductionVar());
    }
    memref::StoreOp::create(builder, loc(), nothing, memref, indices);
  }

  /// Operations where nothing is left of the array: an allocation failed before them.
  void cut(Use &use) {
    builder.setInsertionPoint(use.op());
    use.operand->set(LLVM::ZeroOp::create(builder, use.op()->getLoc(), use.operand->get().getType()));
  }

  SmallVector<Value> indicesOf(const Use &use) {
    SmallVector<Value> indices;
    for (const Polynomial &index : use.indices)
      indices.push_back(reader.materialize(index, builder, loc()));
    if (!indices.empty())
      return indices;
    for (const Polynomial &index : use.place.indices)
      indices.push_back(reader.materialize(index, builder, loc()));
    indices.push_back(
        reader.materialize(*use.place.bytes.dividedBy(array.isMemRef ? 1 : elementBytes), builder, loc()));
    return indices;
  }

  void replace(Use &use) {
    Operation *op = use.op();
    builder.setInsertionPoint(op);
    where = op->getLoc();
    switch (use.kind) {
    case UseKind::Element:
      return replaceElement(use);
    case UseKind::Pointer:
      return use.operand->set(pointerTo(use));
    case UseKind::NullCheck: {
      auto compare = cast<LLVM::ICmpOp>(op);
      bool isEqual = compare.getPredicate() == LLVM::ICmpPredicate::eq;
      Value result;
      // Where nobody asks for the array, its rows tell that there was no memory.
      if (use.place.level() > 0 && (array.checksRoot || !array.checksRows)) {
        result = arith::ConstantIntOp::create(builder, loc(), isEqual ? 0 : 1, 1);
      } else {
        Value pointer = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc(), memref);
        result = arith::CmpIOp::create(builder, loc(), isEqual ? arith::CmpIPredicate::eq : arith::CmpIPredicate::ne,
                                       pointer, constant(0));
      }
      compare.getResult().replaceAllUsesWith(result);
      break;
    }
    case UseKind::Free:
      if (use.place.level() == 0)
        memref::DeallocOp::create(builder, loc(), memref);
      break;
    case UseKind::Size:
      op->getResult(0).replaceAllUsesWith(extents[use.place.level()]);
      break;
    case UseKind::Debug:
      return use.operand->set(LLVM::UndefOp::create(builder, loc(), use.operand->get().getType()));
    case UseKind::Hand:
      return cut(use);
    case UseKind::Step:
    case UseKind::ReadRow:
    case UseKind::Fill:
    case UseKind::Clear:
    case UseKind::Bad:
      break;
    }
    erased.insert(op);
  }

  void replaceElement(Use &use) {
    Operation *op = use.op();
    SmallVector<Value> indices = indicesOf(use);
    bool isNontemporal = op->hasAttr("nontemporal");
    if (auto flag = op->getAttrOfType<BoolAttr>("nontemporal"))
      isNontemporal = flag.getValue();
    if (op->getNumResults()) {
      auto load = memref::LoadOp::create(builder, loc(), memref, indices, isNontemporal);
      op->getResult(0).replaceAllUsesWith(load.getResult());
    } else {
      auto plain = dyn_cast<LLVM::StoreOp>(op);
      Value value = plain ? plain.getValue() : cast<memref::StoreOp>(op).getValue();
      memref::StoreOp::create(builder, loc(), value, memref, indices, isNontemporal);
    }
    erased.insert(op);
  }

  Value pointerTo(const Use &use) {
    Value linear;
    for (auto [index, extent] : llvm::zip(indicesOf(use), extents)) {
      if (linear)
        linear = arith::AddIOp::create(builder, loc(), arith::MulIOp::create(builder, loc(), linear, extent), index);
      else
        linear = index;
    }
    Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc(), memref);
    Value start = LLVM::IntToPtrOp::create(
        builder, loc(), pointer, arith::IndexCastOp::create(builder, loc(), builder.getI64Type(), address).getResult());
    Value offset = arith::IndexCastOp::create(builder, loc(), builder.getI64Type(), linear);
    return LLVM::GEPOp::create(builder, loc(), pointer, array.element, start, ValueRange{offset});
  }

  /// Loops that did nothing but allocate or free. Upstream erases those of scf.for, which always end.
  void eraseIfEmpty(Operation *loop) {
    if (gone.contains(loop) || !isa<scf::WhileOp>(loop) || !loop->use_empty())
      return;
    bool isEmpty = !loop->walk([&](Operation *op) {
                          return op == loop || isMemoryEffectFree(op) ? WalkResult::advance() : WalkResult::interrupt();
                        })
                        .wasInterrupted();
    if (!isEmpty)
      return;
    loop->walk([&](Operation *op) { gone.insert(op); });
    loop->erase();
  }

  Array &array;
  Reader &reader;
  const DominanceInfo &dominance;
  OpBuilder builder;
  Location where = UnknownLoc::get(builder.getContext());
  int64_t elementBytes;
  Value memref;
  SmallVector<Value> extents;
  llvm::SetVector<Operation *> erased;
  llvm::SmallPtrSet<Operation *, 8> gone; ///< with loops
};
} // namespace

MemRefType lexon::arrays::rewrite(Array &array, Reader &reader, const DominanceInfo &dominance) {
  return Rewriter(array, reader, dominance).run();
}
