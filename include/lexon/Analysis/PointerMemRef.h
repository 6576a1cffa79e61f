//===- PointerMemRef.h - memory behind a pointer, as a memref ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// An object of a C program is a memref by an `unrealized_conversion_cast` of its address (an !llvm.ptr) and its dynamic
// sizes (index, in the order of the dimensions). Rows lie one behind the other.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_POINTERMEMREF_H
#define LEXON_ANALYSIS_POINTERMEMREF_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

namespace lexon {

/// On loads and stores of such a memref: the `tbaa` tags they have as accesses of memory behind a pointer.
inline constexpr llvm::StringLiteral kAliasTags = "llvm.tbaa";

/// True if `op` makes such a memref.
inline bool isPointerMemRef(mlir::UnrealizedConversionCastOp op) {
  return op.getNumResults() == 1 && op.getNumOperands() > 0 && llvm::isa<mlir::MemRefType>(op.getType(0)) &&
         llvm::isa<mlir::LLVM::LLVMPointerType>(op.getOperand(0).getType()) &&
         op.getNumOperands() == 1 + llvm::cast<mlir::MemRefType>(op.getType(0)).getNumDynamicDims() &&
         llvm::cast<mlir::MemRefType>(op.getType(0)).getLayout().isIdentity();
}

/// The element that an !llvm.ptr points to, as a memref of rank 0: its descriptor, which lowers to nothing.
inline mlir::Value memrefOfPointer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value pointer,
                                   mlir::Type element) {
  auto type = mlir::MemRefType::get({}, element);
  auto descriptor = mlir::LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {pointer.getType(), pointer.getType(), builder.getI64Type()});
  mlir::Value value = mlir::LLVM::PoisonOp::create(builder, loc, descriptor);
  mlir::Value zero = mlir::LLVM::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  const mlir::Value parts[] = {pointer, pointer, zero}; // as allocated, aligned, offset
  for (int64_t position = 0; position < 3; ++position)
    value = mlir::LLVM::InsertValueOp::create(builder, loc, value, parts[position], position);
  return mlir::UnrealizedConversionCastOp::create(builder, loc, type, value).getResult(0);
}

} // namespace lexon

#endif // LEXON_ANALYSIS_POINTERMEMREF_H
