//===- BufferizableOpInterfaceImpl.cpp - blas operations on buffers -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Bufferization may hand over a view that CBLAS cannot take (every second column of a tensor, say). The operation is
// then given a contiguous copy, so that the tensor form of the dialect never depends on how its operands are stored.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::bufferization;
using lexon::blas::Product;

namespace {
FailureOr<Value> contiguousCopy(RewriterBase &rewriter, Location loc, Value buffer, bool withContents,
                                const BufferizationOptions &options) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(memref::DimOp::create(rewriter, loc, buffer, dim));
  FailureOr<Value> copy =
      options.createAlloc(rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()), sizes);
  if (succeeded(copy) && withContents && failed(options.createMemCpy(rewriter, loc, buffer, *copy)))
    return failure();
  return copy;
}

template <typename OpTy>
struct ProductInterface final : DstBufferizableOpInterfaceExternalModel<ProductInterface<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return operand.getOperandNumber() != 4 || !Product{op}.overwrites();
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &operand, const AnalysisState &) const {
    return operand.getOperandNumber() == 4;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    Product product{op};
    if (product.onBuffers())
      return success();
    SmallVector<Value> buffers;
    for (Value operand : {product.lhs(), product.rhs(), product.out()}) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    Value out = buffers[2];
    for (auto [index, buffer] : llvm::enumerate(buffers)) {
      if (lexon::blas::hasCblasLayout(cast<MemRefType>(buffer.getType()), /*isOutput=*/index == 2))
        continue;
      bool isRead = index < 2 || !product.overwrites();
      FailureOr<Value> copy = contiguousCopy(rewriter, op->getLoc(), buffer, isRead, options);
      if (failed(copy))
        return failure();
      buffers[index] = *copy;
    }
    OperationState newState(op->getLoc(), op->getName(),
                            {product.alpha(), buffers[0], buffers[1], product.beta(), buffers[2]}, TypeRange(),
                            op->getAttrs());
    rewriter.create(newState);
    if (out != buffers[2] && failed(options.createMemCpy(rewriter, op->getLoc(), buffers[2], out)))
      return failure();
    replaceOpWithBufferizedValues(rewriter, op, out);
    return success();
  }
};
} // namespace

void lexon::blas::registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, BlasDialect *) {
    GemmOp::attachInterface<ProductInterface<GemmOp>>(*context);
    BatchGemmOp::attachInterface<ProductInterface<BatchGemmOp>>(*context);
    GemvOp::attachInterface<ProductInterface<GemvOp>>(*context);
    DotOp::attachInterface<ProductInterface<DotOp>>(*context);
    context->loadDialect<memref::MemRefDialect>();
  });
}
