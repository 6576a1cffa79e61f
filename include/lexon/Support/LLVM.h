//===- LLVM.h - names Lexon takes from LLVM and MLIR ------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// One place that says which LLVM and MLIR names are used unqualified in namespace lexon.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_SUPPORT_LLVM_H
#define LEXON_SUPPORT_LLVM_H

#include "mlir/Support/LLVM.h"

namespace lexon {
// The whole of MLIR's namespace: Lexon is written as MLIR's own passes are.
using namespace mlir; // NOLINT(google-build-using-namespace)
} // namespace lexon

#endif // LEXON_SUPPORT_LLVM_H
