//===- EmulateAmx.cpp - AMX operations as vector code ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Says what AMX operations on bf16 mean in operations of the vector dialect, on f32. So kernels of tiles run and are
// checked on machines without AMX.
//
//===----------------------------------------------------------------------===//

#include "TestPasses.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace {
VectorType vectorOf(Type tile) {
  auto type = cast<amx::TileType>(tile);
  return VectorType::get(type.getShape(), type.getElementType());
}

/// The memory of a tile as a matrix of its own: rows `stride` elements apart, from the element at `indices`.
Value matrixAt(OpBuilder &b, Location loc, Value base, ValueRange indices, Value stride, amx::TileType tile) {
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, base);
  Value offset = metadata.getOffset();
  for (auto [index, step] : llvm::zip(indices, metadata.getStrides()))
    offset = arith::AddIOp::create(b, loc, offset, arith::MulIOp::create(b, loc, index, step));
  if (!stride)
    stride = metadata.getStrides().drop_back().back();
  int64_t any = ShapedType::kDynamic;
  auto layout = StridedLayoutAttr::get(b.getContext(), any, {any, 1});
  auto type = MemRefType::get(tile.getShape(), tile.getElementType(), layout);
  SmallVector<OpFoldResult> sizes{b.getIndexAttr(tile.getDimSize(0)), b.getIndexAttr(tile.getDimSize(1))};
  return memref::ReinterpretCastOp::create(b, loc, type, metadata.getBaseBuffer(), OpFoldResult(offset), sizes,
                                           SmallVector<OpFoldResult>{stride, b.getIndexAttr(1)});
}

SmallVector<Value> corner(OpBuilder &b, Location loc) {
  return SmallVector<Value>(2, arith::ConstantIndexOp::create(b, loc, 0));
}

struct Zero final : OpConversionPattern<amx::TileZeroOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(amx::TileZeroOp op, OpAdaptor, ConversionPatternRewriter &b) const override {
    VectorType type = vectorOf(op.getType());
    b.replaceOpWithNewOp<arith::ConstantOp>(op, type, b.getZeroAttr(type));
    return success();
  }
};

struct Load final : OpConversionPattern<amx::TileLoadOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(amx::TileLoadOp op, OpAdaptor, ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value matrix = matrixAt(b, loc, op.getBase(), op.getIndices(), op.getStride(), op.getTileType());
    Value padding = arith::ConstantOp::create(b, loc, b.getZeroAttr(op.getTileType().getElementType()));
    b.replaceOpWithNewOp<vector::TransferReadOp>(op, vectorOf(op.getType()), matrix, corner(b, loc), padding,
                                                 ArrayRef<bool>{true, true});
    return success();
  }
};

struct Store final : OpConversionPattern<amx::TileStoreOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(amx::TileStoreOp op, OpAdaptor adaptor, ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value matrix = matrixAt(b, loc, op.getBase(), op.getIndices(), op.getStride(), op.getTileType());
    vector::TransferWriteOp::create(b, loc, adaptor.getVal(), matrix, corner(b, loc), ArrayRef<bool>{true, true});
    b.eraseOp(op);
    return success();
  }
};

/// acc[m, n] += sum over k and i of lhs[m, 2 k + i] * rhs[k, 2 n + i].
struct Multiply final : OpConversionPattern<amx::TileMulFOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(amx::TileMulFOp op, OpAdaptor adaptor, ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    auto widened = [&](Value value) -> Value {
      auto type = cast<VectorType>(value.getType()).clone(b.getF32Type());
      return arith::ExtFOp::create(b, loc, type, value);
    };
    Value rhs = widened(adaptor.getRhs());
    ArrayRef<int64_t> shape = cast<VectorType>(rhs.getType()).getShape();
    int64_t pairs = shape[0], columns = shape[1] / 2;
    rhs = vector::ShapeCastOp::create(b, loc, VectorType::get({pairs, columns, 2}, b.getF32Type()), rhs);
    rhs = vector::TransposeOp::create(b, loc, rhs, ArrayRef<int64_t>{0, 2, 1});
    rhs = vector::ShapeCastOp::create(b, loc, VectorType::get({2 * pairs, columns}, b.getF32Type()), rhs);
    AffineExpr m = b.getAffineDimExpr(0), n = b.getAffineDimExpr(1), k = b.getAffineDimExpr(2);
    auto kinds = {vector::IteratorType::parallel, vector::IteratorType::parallel, vector::IteratorType::reduction};
    b.replaceOp(op, vector::ContractionOp::create(b, loc, widened(adaptor.getLhs()), rhs, adaptor.getAcc(),
                                                  ArrayRef<ArrayRef<AffineExpr>>{{m, k}, {k, n}, {m, n}}, kinds));
    return success();
  }
};

struct EmulateAmxPass final : PassWrapper<EmulateAmxPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EmulateAmxPass)
  StringRef getArgument() const override { return "test-emulate-amx"; }
  StringRef getDescription() const override { return "Say in the vector dialect what AMX operations on bf16 mean"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    TypeConverter converter;
    converter.addConversion([](Type type) { return type; });
    converter.addConversion([](amx::TileType type) -> Type { return vectorOf(type); });
    ConversionTarget target(*context);
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalDialect<amx::AMXDialect>();
    RewritePatternSet patterns(context);
    patterns.add<Zero, Load, Store, Multiply>(converter, context);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns, target);
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

void lexon::test::registerEmulateAmx() { PassRegistration<EmulateAmxPass>(); }
