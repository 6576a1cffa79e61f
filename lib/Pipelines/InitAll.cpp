//===- InitAll.cpp - the one list of what Lexon registers -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/InitAll.h"

#include "lexon/Bf16/Passes.h"
#include "lexon/Conversion/Passes.h"
#include "lexon/Dialect/Blas/IR/Blas.h"
#include "lexon/Dialect/Blas/Transforms/Passes.h"
#include "lexon/Dialect/Lexon/IR/Lexon.h"
#include "lexon/Dialect/Lexon/Transforms/Passes.h"
#include "lexon/Math/Passes.h"
#include "lexon/Memory/Passes.h"
#include "lexon/Pipelines/Pipelines.h"
#include "lexon/Structured/Passes.h"
#include "lexon/Threads/Passes.h"
#include "lexon/Transforms/Convolution/Passes.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

void lexon::registerAllDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<blas::BlasDialect, core::LexonDialect>();
  blas::registerBufferizableOpInterfaceExternalModels(registry);
  core::registerBufferizableOpInterfaceExternalModels(registry);
}

void lexon::registerAllPasses() {
  mlir::registerAllPasses();
  blas::registerBlasTransformsPasses();
  core::registerLexonTransformsPasses();
  registerBf16Passes();
  registerConversionPasses();
  registerConvolutionPasses();
  registerMathPasses();
  registerStructuredPasses();
  registerMemoryPasses();
  registerThreadsPasses();
  registerTransformsPasses();
  registerPipelines();
}
