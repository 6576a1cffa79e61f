//===- Registration.cpp - dialects lexon-translate reads ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

void lexon::registerDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<core::LexonDialect>();
}
