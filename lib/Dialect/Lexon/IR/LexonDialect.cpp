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

LogicalResult WeightOp::verify() {
  auto type = cast<RankedTensorType>(getResult().getType());
  Type element = type.getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  if (!element.isIntOrFloat() || (element.getIntOrFloatBitWidth() % 8 != 0 && !element.isInteger(1)))
    return emitOpError("element type ") << type.getElementType() << " is not made of whole bytes (weight_c1)";
  int64_t elementBytes = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  if (isa<ComplexType>(type.getElementType()))
    elementBytes *= 2;
  int64_t offset = getOffset();
  if (offset < 0 || offset % elementBytes != 0)
    return emitOpError("offset ") << offset << " is not a non-negative multiple of " << elementBytes
                                  << " bytes (weight_c2)";
  auto buffer = cast<RankedTensorType>(getBuffer().getType());
  int64_t bytes = elementBytes, end = 0;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return emitOpError("has more bytes than 64 bits can count (weight_c3)");
  if (llvm::AddOverflow(offset, bytes, end))
    return emitOpError("ends past what 64 bits can count (weight_c3)");
  if (!buffer.isDynamicDim(0) && end > buffer.getDimSize(0))
    return emitOpError("ends at byte ") << end << " of a buffer of " << buffer.getDimSize(0) << " bytes (weight_c3)";
  return success();
}
