//===- LexonDialect.cpp - the lexon dialect and its operations ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon::core;

#include "lexon/Dialect/Lexon/IR/LexonDialect.cpp.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Lexon/IR/LexonOps.cpp.inc"

void LexonDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "lexon/Dialect/Lexon/IR/LexonOps.cpp.inc"
      >();
}

/// Checks that a tensor of `type` lies at `offset` in `buffer`.
static LogicalResult verifyPlace(Operation *op, RankedTensorType type, int64_t offset, RankedTensorType buffer) {
  Type element = type.getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  if (!element.isIntOrFloat() || (element.getIntOrFloatBitWidth() % 8 != 0 && !element.isInteger(1)))
    return op->emitOpError("element type ") << type.getElementType() << " is not made of whole bytes (weight_c1)";
  int64_t elementBytes = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  if (isa<ComplexType>(type.getElementType()))
    elementBytes *= 2;
  if (offset < 0 || offset % elementBytes != 0)
    return op->emitOpError("offset ") << offset << " is not a non-negative multiple of " << elementBytes
                                      << " bytes (weight_c2)";
  int64_t bytes = elementBytes, end = 0;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return op->emitOpError("has more bytes than 64 bits can count (weight_c3)");
  if (llvm::AddOverflow(offset, bytes, end))
    return op->emitOpError("ends past what 64 bits can count (weight_c3)");
  if (!buffer.isDynamicDim(0) && end > buffer.getDimSize(0))
    return op->emitOpError("ends at byte ")
           << end << " of a buffer of " << buffer.getDimSize(0) << " bytes (weight_c3)";
  return success();
}

LogicalResult WeightOp::verify() {
  return verifyPlace(*this, cast<RankedTensorType>(getResult().getType()), getOffset(),
                     cast<RankedTensorType>(getBuffer().getType()));
}

LogicalResult AssembleOp::verify() {
  if (getPieces().size() != getOffsets().size())
    return emitOpError("has ") << getOffsets().size() << " offsets for " << getPieces().size()
                               << " tensors (assemble_c1)";
  for (auto [piece, offset] : llvm::zip(getPieces(), getOffsets()))
    if (failed(verifyPlace(*this, cast<RankedTensorType>(piece.getType()), offset,
                           cast<RankedTensorType>(getOut().getType()))))
      return failure();
  return success();
}
