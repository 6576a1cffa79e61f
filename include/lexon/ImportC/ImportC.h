//===- ImportC.h - C to MLIR -------------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_IMPORTC_IMPORTC_H
#define LEXON_IMPORTC_IMPORTC_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace lexon {

/// Registers the dialects that imported programs use.
void registerImportCDialects(mlir::DialectRegistry &registry);

/// Compiles one C file to func, scf, memref, arith, math, cf and llvm. `arguments` are those of Clang's driver, the file
/// among them. Clang's diagnostics, and ours for what cannot be imported, go to stderr with Clang's carets; all
/// constructs that are not supported are reported in one run. Null after an error.
mlir::OwningOpRef<mlir::ModuleOp> importC(mlir::MLIRContext &context, const std::vector<std::string> &arguments);

} // namespace lexon

#endif // LEXON_IMPORTC_IMPORTC_H
