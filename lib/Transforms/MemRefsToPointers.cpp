//===- MemRefsToPointers.cpp - memrefs of C's objects as pointers ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Analysis/PointerMemRef.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_MEMREFSTOPOINTERSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("object").category("memrefs-to-pointers");

/// The memory of one view, addressed as C addresses it: dimension by dimension.
class Rewriter {
public:
  explicit Rewriter(UnrealizedConversionCastOp view)
      : view(view), type(cast<MemRefType>(view.getType(0))), builder(view.getContext()) {
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      sizes.push_back(type.isDynamicDim(dim) ? view.getOperand(1 + type.getDynamicDimIndex(dim)) : Value());
  }

  /// Rewrites all accesses of single elements; what uses the memref otherwise gets one with a descriptor.
  void run() {
    Location loc = view.getLoc();
    for (Operation *user : llvm::make_early_inc_range(view->getUsers()))
      rewrite(user);
    remark::passed(loc, kEvent) << llvm::formatv("{0}: {1} accesses", type, accesses).str();
    if (!view->use_empty())
      view.getResult(0).replaceAllUsesWith(withDescriptor());
    eraseIfUnused(view);
  }

private:
  void rewrite(Operation *user) {
    builder.setInsertionPoint(user);
    Location loc = user->getLoc();
    if (auto load = dyn_cast<memref::LoadOp>(user))
      replaceLoad(load, address(loc, load.getIndices()));
    else if (auto store = dyn_cast<memref::StoreOp>(user); store && store.getMemRef() == view.getResult(0))
      replaceStore(store, store.getValueToStore(), address(loc, store.getIndices()));
    else if (auto load = dyn_cast<affine::AffineLoadOp>(user))
      replaceLoad(load, affineAddress(load));
    else if (auto store = dyn_cast<affine::AffineStoreOp>(user))
      replaceStore(store, store.getValueToStore(), affineAddress(store));
  }

  template <typename AccessOp> Value affineAddress(AccessOp access) {
    std::optional<SmallVector<Value, 8>> indices =
        affine::expandAffineMap(builder, access.getLoc(), access.getAffineMap(), access.getMapOperands());
    return indices ? address(access.getLoc(), *indices) : Value();
  }

  void replaceLoad(Operation *op, Value address) {
    if (!address)
      return;
    auto load = LLVM::LoadOp::create(builder, op->getLoc(), op->getResult(0).getType(), address);
    if (auto tags = op->getAttrOfType<ArrayAttr>(kAliasTags))
      load.setTbaaAttr(tags);
    op->replaceAllUsesWith(load);
    erase(op);
  }

  void replaceStore(Operation *op, Value value, Value address) {
    if (!address)
      return;
    auto store = LLVM::StoreOp::create(builder, op->getLoc(), value, address);
    if (auto tags = op->getAttrOfType<ArrayAttr>(kAliasTags))
      store.setTbaaAttr(tags);
    erase(op);
  }

  /// `index`, or a size, as an i64; cast back where it was one.
  Value asInteger(Value index, Location loc) {
    auto cast = index.getDefiningOp<arith::IndexCastOp>();
    if (cast && cast.getIn().getType().isInteger(64))
      return cast.getIn();
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index);
  }

  Value address(Location loc, ValueRange indices) {
    Value pointer = view.getOperand(0);
    Type element = type.getElementType();
    for (auto [dim, index] : llvm::enumerate(indices)) {
      ArrayRef<int64_t> row = type.getShape().drop_front(dim + 1);
      Value steps = asInteger(index, loc);
      Type step = element;
      if (ShapedType::isStaticShape(row))
        for (int64_t size : llvm::reverse(row))
          step = LLVM::LLVMArrayType::get(step, size);
      else
        steps = arith::MulIOp::create(builder, loc, steps, elements(loc, dim + 1), arith::IntegerOverflowFlags::nsw);
      pointer = LLVM::GEPOp::create(builder, loc, pointer.getType(), step, pointer, ArrayRef<LLVM::GEPArg>{steps},
                                    LLVM::GEPNoWrapFlags::inbounds);
    }
    return pointer;
  }

  /// The sizes from dimension `first` on, multiplied.
  Value elements(Location loc, int64_t first) {
    Value product;
    for (int64_t dim = first; dim < type.getRank(); ++dim) {
      Value size =
          sizes[dim]
              ? asInteger(sizes[dim], loc)
              : arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(type.getDimSize(dim))).getResult();
      product = product ? arith::MulIOp::create(builder, loc, product, size, arith::IntegerOverflowFlags::nuw) : size;
    }
    return product;
  }

  Value withDescriptor() {
    Location loc = view.getLoc();
    builder.setInsertionPoint(view);
    Value memory = memrefOfPointer(builder, loc, view.getOperand(0), type.getElementType());
    SmallVector<OpFoldResult> shape, strides(type.getRank());
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      shape.push_back(sizes[dim] ? OpFoldResult(sizes[dim]) : builder.getIndexAttr(type.getDimSize(dim)));
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (ShapedType::isStaticShape(type.getShape().drop_front(dim + 1))) {
        strides[dim] = builder.getIndexAttr(ShapedType::getNumElements(type.getShape().drop_front(dim + 1)));
        continue;
      }
      strides[dim] =
          arith::IndexCastOp::create(builder, loc, builder.getIndexType(), elements(loc, dim + 1)).getResult();
    }
    return memref::ReinterpretCastOp::create(builder, loc, type, memory, builder.getIndexAttr(0), shape, strides);
  }

  /// Erases an access, and the indices that nothing else needs.
  void erase(Operation *op) {
    ++accesses;
    SmallVector<Value> operands(op->getOperands());
    op->erase();
    for (Value operand : operands)
      if (Operation *index = operand.getDefiningOp(); index && index != view)
        eraseIfUnused(index);
  }

  static void eraseIfUnused(Operation *op) {
    if (!isOpTriviallyDead(op))
      return;
    SmallVector<Value> operands(op->getOperands());
    op->erase();
    for (Value operand : operands)
      if (auto constant = operand.getDefiningOp<arith::ConstantOp>())
        eraseIfUnused(constant);
  }

  UnrealizedConversionCastOp view;
  MemRefType type;
  OpBuilder builder;
  SmallVector<Value> sizes; ///< null where static
  unsigned accesses = 0;
};

struct MemRefsToPointersPass final : lexon::impl::MemRefsToPointersPassBase<MemRefsToPointersPass> {
  using MemRefsToPointersPassBase::MemRefsToPointersPassBase;

  void runOnOperation() override {
    SmallVector<UnrealizedConversionCastOp> views;
    getOperation()->walk([&](UnrealizedConversionCastOp op) {
      if (isPointerMemRef(op))
        views.push_back(op);
    });
    for (UnrealizedConversionCastOp view : views)
      Rewriter(view).run();
  }
};
} // namespace
