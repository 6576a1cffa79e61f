//===- Passes.h - passes for where intermediate results live ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_MEMORY_PASSES_H
#define LEXON_MEMORY_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Memory/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Memory/Passes.h.inc"
} // namespace lexon

#endif // LEXON_MEMORY_PASSES_H
