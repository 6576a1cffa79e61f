//===- Batch.cpp - one matrix product of a batch --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Blas/Transforms/Batch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace lexon;

/// Element `indices` of a batch: its last two dimensions.
static Value matrixOf(OpBuilder &builder, Location loc, Value batch, ValueRange indices) {
  auto type = cast<MemRefType>(batch.getType());
  SmallVector<OpFoldResult> offsets(indices.begin(), indices.end()), sizes(indices.size(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  for (int64_t dim = type.getRank() - 2; dim < type.getRank(); ++dim) {
    offsets.push_back(builder.getIndexAttr(0));
    sizes.push_back(memref::getMixedSize(builder, loc, batch, dim));
  }
  MemRefType reduced =
      memref::SubViewOp::inferRankReducedResultType(type.getShape().take_back(2), type, offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, reduced, batch, offsets, sizes, strides);
}

blas::GemmOp blas::createGemmOfBatch(OpBuilder &builder, BatchGemmOp op, ValueRange indices) {
  Location loc = op.getLoc();
  Value lhs = matrixOf(builder, loc, op.getLhs(), indices), rhs = matrixOf(builder, loc, op.getRhs(), indices);
  Value out = matrixOf(builder, loc, op.getOut(), indices);
  return GemmOp::create(builder, loc, Type(), op.getAlpha(), lhs, rhs, op.getBeta(), out, op.getTransposeA(),
                        op.getTransposeB());
}

blas::GemmOp blas::expandBatch(BatchGemmOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
  SmallVector<Value> indices;
  for (unsigned dim = 0; dim < Product{op}.batchRank(); ++dim) {
    Value size = memref::DimOp::create(builder, loc, op.getOut(), dim);
    auto loop = scf::ForOp::create(builder, loc, zero, size, one);
    indices.push_back(loop.getInductionVar());
    builder.setInsertionPointToStart(loop.getBody());
  }
  GemmOp gemm = createGemmOfBatch(builder, op, indices);
  op.erase();
  return gemm;
}
