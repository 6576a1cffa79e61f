//===- Passes.h - passes of the blas dialect ---------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_TRANSFORMS_PASSES_H
#define LEXON_DIALECT_BLAS_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lexon::blas {
#define GEN_PASS_DECL
#include "lexon/Dialect/Blas/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lexon/Dialect/Blas/Transforms/Passes.h.inc"
} // namespace lexon::blas

#endif // LEXON_DIALECT_BLAS_TRANSFORMS_PASSES_H
