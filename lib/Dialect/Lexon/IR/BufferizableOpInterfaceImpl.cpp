//===- BufferizableOpInterfaceImpl.cpp - lexon operations on buffers -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace {
FailureOr<SmallVector<Value>> operandBuffers(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                                             BufferizationState &state) {
  SmallVector<Value> buffers;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return failure();
    buffers.push_back(*buffer);
  }
  return buffers;
}

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

struct AssembleOpInterface final
    : DstBufferizableOpInterfaceExternalModel<AssembleOpInterface, lexon::core::AssembleOp> {
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto assemble = cast<lexon::core::AssembleOp>(op);
    FailureOr<Value> out = getBuffer(rewriter, assemble.getOut(), options, state);
    if (failed(out))
      return failure();
    for (auto [piece, offset] : llvm::zip(assemble.getPieces(), assemble.getOffsets())) {
      FailureOr<Value> source = getBuffer(rewriter, piece, options, state);
      if (failed(source))
        return failure();
      auto tensor = cast<RankedTensorType>(piece.getType());
      auto type = MemRefType::get(tensor.getShape(), tensor.getElementType());
      Value start = arith::ConstantIndexOp::create(rewriter, op->getLoc(), offset);
      Value place = memref::ViewOp::create(rewriter, op->getLoc(), type, *out, start, ValueRange());
      memref::CopyOp::create(rewriter, op->getLoc(), *source, place);
    }
    replaceOpWithBufferizedValues(rewriter, op, *out);
    return success();
  }
};

/// A contraction writes its output once, each element after reading `with` at the same place; `lhs` and `rhs` are read
/// elsewhere, too.
struct ContractOpInterface final
    : DstBufferizableOpInterfaceExternalModel<ContractOpInterface, lexon::core::ContractOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !cast<lexon::core::ContractOp>(op).isDpsInit(&operand);
  }
  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return cast<lexon::core::ContractOp>(op).isDpsInit(&operand);
  }
  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &, ArrayRef<OpOperand *> operands) const {
    auto contract = cast<lexon::core::ContractOp>(op);
    SmallVector<AffineMap> maps = contract.getMaps();
    return llvm::all_of(operands, [&](OpOperand *operand) {
      unsigned number = operand->getOperandNumber();
      // The sums of parts have no map: they are written where no other operand is read.
      return number >= 2 && number < maps.size() && maps[number] == maps.back();
    });
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto contract = cast<lexon::core::ContractOp>(op);
    if (!contract.getResult())
      return success();
    FailureOr<SmallVector<Value>> buffers = operandBuffers(op, rewriter, options, state);
    if (failed(buffers))
      return failure();
    unsigned numInits = contract.getNumDpsInits();
    ArrayRef<Value> inputs = ArrayRef(*buffers).drop_back(numInits), inits = ArrayRef(*buffers).take_back(numInits);
    auto created = lexon::core::ContractOp::create(rewriter, op->getLoc(), TypeRange(), inputs[0], inputs[1],
                                                   inputs.drop_front(2), inits.front(),
                                                   numInits > 1 ? inits.back() : Value(), contract.getIndexingMaps(),
                                                   contract.getStoredGroupAttr(), contract.getPartColumnsAttr());
    created->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    created.getEpilogue().takeBody(contract.getEpilogue());
    replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};

struct AttentionOpInterface final
    : DstBufferizableOpInterfaceExternalModel<AttentionOpInterface, lexon::core::AttentionOp> {
  // The output is written only, but row by row, while other rows of the inputs are still to be read.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return &operand != &cast<lexon::core::AttentionOp>(op).getOutMutable();
  }
  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return &operand == &cast<lexon::core::AttentionOp>(op).getOutMutable();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto attention = cast<lexon::core::AttentionOp>(op);
    if (isa<MemRefType>(attention.getOut().getType()))
      return success();
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> buffers = operandBuffers(op, rewriter, options, state);
    if (failed(buffers))
      return failure();
    OperationState newState(op->getLoc(), op->getName(), *buffers, TypeRange(), op->getAttrs());
    newState.addRegion()->takeBody(attention.getScore());
    Operation *created = rewriter.create(newState);
    replaceOpWithBufferizedValues(rewriter, op, cast<lexon::core::AttentionOp>(created).getOut());
    return success();
  }
};
} // namespace

void lexon::core::registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, LexonDialect *) {
    WeightOp::attachInterface<WeightOpInterface>(*context);
    AssembleOp::attachInterface<AssembleOpInterface>(*context);
    ContractOp::attachInterface<ContractOpInterface>(*context);
    AttentionOp::attachInterface<AttentionOpInterface>(*context);
    context->loadDialect<arith::ArithDialect, memref::MemRefDialect>();
  });
}
