//===- ListMatmuls.cpp - step 1: a pass that finds matrix products --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Changes nothing. Shows what every pass and every plugin needs.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("matmul").category("list-matmuls");

struct ListMatmulsPass : PassWrapper<ListMatmulsPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ListMatmulsPass)

  StringRef getArgument() const override { return "list-matmuls"; }
  StringRef getDescription() const override { return "Say where matrix products are"; }

  void runOnOperation() override {
    getOperation()->walk([](linalg::MatmulOp op) {
      ArrayRef<int64_t> sizes = cast<ShapedType>(op.getOutputs()[0].getType()).getShape();
      remark::analysis(op.getLoc(), kEvent) << llvm::formatv("{0} rows, {1} columns", sizes[0], sizes[1]).str();
    });
  }
};
} // namespace

// lexon-opt looks for this symbol in every file given to --load-pass-plugin.
extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "list-matmuls", "1", [] { PassRegistration<ListMatmulsPass>(); }};
}
