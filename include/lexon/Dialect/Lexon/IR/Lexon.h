//===- Lexon.h - the lexon dialect -------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_LEXON_H
#define LEXON_DIALECT_LEXON_IR_LEXON_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lexon/Dialect/Lexon/IR/LexonDialect.h.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Lexon/IR/LexonOps.h.inc"

namespace lexon::core {
/// The argument attribute of a function's constant arguments: a model's weights, the same in every call.
inline constexpr llvm::StringLiteral kConstantAttr = "lexon.constant";
/// A contraction's attribute that says, true or false, whether its rhs is copied into panels in each call.
inline constexpr llvm::StringLiteral kPackAttr = "lexon.pack";
/// A contraction's attribute that says what computes it: "vector" (generated code) or "blas" (OpenBLAS, if it can).
inline constexpr llvm::StringLiteral kMatmulAttr = "lexon.matmul";
/// Passes these two on, from the attributes of a contraction to the operation that it becomes.
void keepChoices(mlir::DictionaryAttr from, mlir::Operation *to);

/// True if `expr` is a dimension, a constant, or a sum of constants and of dimensions times constants.
bool isSumOfDims(mlir::AffineExpr expr);

/// Lets one-shot bufferization turn `lexon.weight` into `memref.view`, and `lexon.contract` and `lexon.attention` into
/// themselves on memrefs.
void registerBufferizableOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_IR_LEXON_H
