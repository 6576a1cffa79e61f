//===- Lexon.h - the lexon dialect -------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_LEXON_H
#define LEXON_DIALECT_LEXON_IR_LEXON_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lexon/Dialect/Lexon/IR/LexonDialect.h.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Lexon/IR/LexonOps.h.inc"

namespace lexon::core {
/// Lets one-shot bufferization turn `lexon.weight` into `memref.view`.
void registerBufferizableOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_IR_LEXON_H
