//===- ResolveViews.cpp - views that leave nothing open -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_RESOLVEVIEWSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("resolved").category("resolve-views");

bool mayBe(int64_t known, int64_t expected) {
  return known == expected || ShapedType::isDynamic(known) || ShapedType::isDynamic(expected);
}

/// Finds, for each dimension of `reduced` from `next` on, the dimension of `full` it is: in order, with the same size
/// and a stride that may be the same; only dimensions of one element are left out. Which of several such dimensions is
/// kept makes no difference to any element.
bool matchDims(MemRefType full, MemRefType reduced, int64_t from, SmallVectorImpl<int64_t> &kept) {
  int64_t next = kept.size();
  if (from == full.getRank())
    return next == reduced.getRank();
  if (next < reduced.getRank() && full.getDimSize(from) == reduced.getDimSize(next) &&
      mayBe(full.getStridesAndOffset().first[from], reduced.getStridesAndOffset().first[next])) {
    kept.push_back(from);
    if (matchDims(full, reduced, from + 1, kept))
      return true;
    kept.pop_back();
  }
  return full.getDimSize(from) == 1 && matchDims(full, reduced, from + 1, kept);
}

/// The static numbers of a type where it has them, otherwise the given ones.
SmallVector<OpFoldResult> preferStatic(Builder &builder, ArrayRef<int64_t> known, ArrayRef<OpFoldResult> values) {
  SmallVector<OpFoldResult> result;
  for (auto [number, value] : llvm::zip_equal(known, values))
    result.push_back(ShapedType::isDynamic(number) ? value : OpFoldResult(builder.getIndexAttr(number)));
  return result;
}

void replaceByCast(IRRewriter &rewriter, Operation *op, memref::ExtractStridedMetadataOp metadata,
                   ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides) {
  auto type = cast<MemRefType>(op->getResult(0).getType());
  auto [knownStrides, knownOffset] = type.getStridesAndOffset();
  OpFoldResult offset = preferStatic(rewriter, {knownOffset}, {metadata.getConstifiedMixedOffset()})[0];
  remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
  rewriter.replaceOpWithNewOp<memref::ReinterpretCastOp>(op, type, metadata.getBaseBuffer(), offset,
                                                         preferStatic(rewriter, type.getShape(), sizes),
                                                         preferStatic(rewriter, knownStrides, strides));
}

void resolve(IRRewriter &rewriter, memref::SubViewOp op) {
  MemRefType reduced = op.getType();
  auto full = cast<MemRefType>(memref::SubViewOp::inferResultType(op.getSourceType(), op.getMixedOffsets(),
                                                                  op.getMixedSizes(), op.getMixedStrides()));
  SmallVector<int64_t> kept;
  bool isOpen = full.getRank() != reduced.getRank() && llvm::is_contained(reduced.getShape(), 1);
  if (!isOpen || !matchDims(full, reduced, 0, kept))
    return;
  rewriter.setInsertionPoint(op);
  Value view = memref::SubViewOp::create(rewriter, op.getLoc(), full, op.getSource(), op.getMixedOffsets(),
                                         op.getMixedSizes(), op.getMixedStrides());
  auto metadata = memref::ExtractStridedMetadataOp::create(rewriter, op.getLoc(), view);
  SmallVector<OpFoldResult> sizes = metadata.getConstifiedMixedSizes(), strides = metadata.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> keptSizes, keptStrides;
  for (int64_t dim : kept) {
    keptSizes.push_back(sizes[dim]);
    keptStrides.push_back(strides[dim]);
  }
  replaceByCast(rewriter, op, metadata, keptSizes, keptStrides);
}

/// True if `view` has lost dimensions that it does not get back in the same form: folding an access through both views
/// would divide its index, which no later pass can undo.
bool isCollapsed(Value view) {
  Operation *op = view.getDefiningOp();
  if (auto subview = dyn_cast_or_null<memref::SubViewOp>(op))
    op = subview.getSource().getDefiningOp();
  return isa_and_nonnull<memref::CollapseShapeOp>(op);
}

void resolve(IRRewriter &rewriter, memref::ExpandShapeOp op) {
  MemRefType type = op.getResultType();
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  bool isOpen = llvm::any_of(groups, [&](const ReassociationIndices &group) {
    return llvm::count_if(group, [&](int64_t dim) { return type.isDynamicDim(dim); }) > 1;
  });
  if (!isOpen && !isCollapsed(op.getSrc()))
    return;
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  auto metadata = memref::ExtractStridedMetadataOp::create(rewriter, loc, op.getSrc());
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape(), strides(sizes.size());
  AffineExpr a, b;
  bindSymbols(op.getContext(), a, b);
  for (auto [group, stride] : llvm::zip_equal(groups, metadata.getConstifiedMixedStrides())) {
    OpFoldResult next = stride;
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = next;
      next = affine::makeComposedFoldedAffineApply(rewriter, loc, a * b, {next, sizes[dim]});
    }
  }
  replaceByCast(rewriter, op, metadata, sizes, strides);
}

struct ResolveViewsPass final : lexon::impl::ResolveViewsPassBase<ResolveViewsPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](Operation *op) {
      if (auto subview = dyn_cast<memref::SubViewOp>(op))
        resolve(rewriter, subview);
      else if (auto expansion = dyn_cast<memref::ExpandShapeOp>(op))
        resolve(rewriter, expansion);
    });
  }
};
} // namespace
