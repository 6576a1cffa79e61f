//===- Passes.h - mathematical functions as arithmetic -----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_MATH_PASSES_H
#define LEXON_MATH_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Math/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Math/Passes.h.inc"
} // namespace lexon

#endif // LEXON_MATH_PASSES_H
