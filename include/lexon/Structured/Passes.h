//===- Passes.h - passes on structured operations ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_STRUCTURED_PASSES_H
#define LEXON_STRUCTURED_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Structured/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Structured/Passes.h.inc"
} // namespace lexon

#endif // LEXON_STRUCTURED_PASSES_H
