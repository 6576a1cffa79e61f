//===- Passes.h - passes for how threads share work ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_THREADS_PASSES_H
#define LEXON_THREADS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Threads/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Threads/Passes.h.inc"
} // namespace lexon

#endif // LEXON_THREADS_PASSES_H
