//===- lexon-lsp-server.cpp - MLIR in an editor ---------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// MLIR's own language server with Lexon's dialects: diagnostics, definitions, hover and completion in .mlir files.
// docs/editor.md says how an editor starts it.
//
//===----------------------------------------------------------------------===//

#include "lexon/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lexon::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
