//===- Passes.h - conversions between dialects -------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_PASSES_H
#define LEXON_CONVERSION_PASSES_H

#include "lexon/Support/TargetFacts.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon {
#define GEN_PASS_DECL
#include "lexon/Conversion/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Conversion/Passes.h.inc"
} // namespace lexon

#endif // LEXON_CONVERSION_PASSES_H
