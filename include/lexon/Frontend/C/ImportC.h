//===- ImportC.h - C to MLIR, and to machine code ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_FRONTEND_C_IMPORTC_H
#define LEXON_FRONTEND_C_IMPORTC_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm
namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace lexon {

/// Registers the dialects that imported programs use.
void registerImportCDialects(mlir::DialectRegistry &registry);

/// Where Clang's own executable is, beside which its headers are.
llvm::StringRef clangExecutable();

/// Imports one C file as func, scf, memref, arith, math, cf and llvm. `cc1Arguments` are those of Clang's `-cc1`, the
/// file among them. Clang's diagnostics, and ours for what cannot be imported, go to stderr with Clang's carets; all
/// constructs that are not supported are reported in one run. Pragmas of OpenMP are errors unless `ignoresOpenMP`. Null
/// after an error.
mlir::OwningOpRef<mlir::ModuleOp> importC(mlir::MLIRContext &context, llvm::ArrayRef<const char *> cc1Arguments,
                                          bool ignoresOpenMP);

/// How code is to be made, as the command line says.
struct CodeGeneration {
  unsigned optimizationLevel = 0; ///< -O0 to -O3
  bool optimizesForSize = false;  ///< -Os, -Oz
  bool hasLibrary = true;         ///< not -ffreestanding or -fno-builtin: code may call malloc of its own accord
  /// A CPU and its features, as `targetFacts` takes them.
  std::string target;
};

/// Lowers an imported module to LLVM IR; null after a message.
using LowerFn =
    llvm::function_ref<std::unique_ptr<llvm::Module>(mlir::ModuleOp, llvm::LLVMContext &, const CodeGeneration &)>;

/// Compiles one C file, as Clang's `-cc1` with these arguments would: imported, lowered by `lower`, then optimized and
/// written by Clang's back end. False after an error; no output file is left then. Pragmas of OpenMP are errors unless
/// `ignoresOpenMP`.
bool compileC(mlir::MLIRContext &context, llvm::ArrayRef<const char *> cc1Arguments, bool ignoresOpenMP, LowerFn lower);

} // namespace lexon

#endif // LEXON_FRONTEND_C_IMPORTC_H
