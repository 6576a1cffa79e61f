//===- Passes.h - instructions for bf16 --------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_BF16_PASSES_H
#define LEXON_BF16_PASSES_H

#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Bf16/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Bf16/Passes.h.inc"
} // namespace lexon

#endif // LEXON_BF16_PASSES_H
