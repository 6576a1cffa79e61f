//===- Level1.cpp - the dialect, its verifier, and the plugin's doors -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Level1.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

#include "Level1Dialect.cpp.inc"

#define GET_OP_CLASSES
#include "Level1Ops.cpp.inc"

void level1::Level1Dialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "Level1Ops.cpp.inc"
      >();
}

LogicalResult level1::AxpyOp::verify() {
  // What the types alone say, the record has said. Sizes may be unknown, so equality of types would be too much.
  if (failed(verifyCompatibleShape(getX().getType(), getY().getType())))
    return emitOpError("adds vectors of ")
           << getX().getType().getDimSize(0) << " and " << getY().getType().getDimSize(0) << " elements (axpy_c1)";
  return success();
}

// lexon-opt asks one file twice: for dialects and for passes.
extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "level1", "1",
          [](DialectRegistry *registry) { registry->insert<level1::Level1Dialect>(); }};
}

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "level1", "1", level1::registerPasses};
}
