//===- Passes.h - passes of the lexon dialect --------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_PASSES_H
#define LEXON_DIALECT_LEXON_TRANSFORMS_PASSES_H

#include "lexon/Support/TargetFacts.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon::core {
/// Which right-hand sides that change from call to call are copied into panels.
enum class PackKind { Auto, Always, Never };

#define GEN_PASS_DECL
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_PASSES_H
