//===- Level1.h - a dialect of vector operations ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEVEL1_H
#define LEVEL1_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "Level1Dialect.h.inc"

#define GET_OP_CLASSES
#include "Level1Ops.h.inc"

namespace level1 {
/// Makes the flag `convert-level1-to-linalg` known.
void registerPasses();
} // namespace level1

#endif // LEVEL1_H
