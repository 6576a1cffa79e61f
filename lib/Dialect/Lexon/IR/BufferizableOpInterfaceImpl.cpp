//===- BufferizableOpInterfaceImpl.cpp - lexon.weight is a view -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace {
struct WeightOpInterface final : BufferizableOpInterface::ExternalModel<WeightOpInterface, lexon::core::WeightOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &, const AnalysisState &) const { return false; }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &, const AnalysisState &) const { return false; }
  AliasingValueList getAliasingValues(Operation *op, OpOperand &, const AnalysisState &) const {
    return {{op->getResult(0), BufferRelation::Unknown}};
  }
  bool isWritable(Operation *, Value, const AnalysisState &) const { return false; }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto weight = cast<lexon::core::WeightOp>(op);
    FailureOr<Value> buffer = getBuffer(rewriter, weight.getBuffer(), options, state);
    if (failed(buffer))
      return failure();
    auto bufferType = dyn_cast<MemRefType>(buffer->getType());
    if (!bufferType || !bufferType.getLayout().isIdentity())
      return op->emitError("the weights buffer is not contiguous");
    auto tensor = cast<RankedTensorType>(weight.getResult().getType());
    auto type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    Value offset = arith::ConstantIndexOp::create(rewriter, op->getLoc(), weight.getOffset());
    replaceOpWithNewBufferizedOp<memref::ViewOp>(rewriter, op, type, *buffer, offset, ValueRange());
    return success();
  }
};
} // namespace

void lexon::core::registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, LexonDialect *) {
    WeightOp::attachInterface<WeightOpInterface>(*context);
    context->loadDialect<arith::ArithDialect, memref::MemRefDialect>();
  });
}
