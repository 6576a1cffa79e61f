//===- Passes.h - passes that make test cases small --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_REDUCER_PASSES_H
#define LEXON_REDUCER_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Reducer/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Reducer/Passes.h.inc"
} // namespace lexon

#endif // LEXON_REDUCER_PASSES_H
