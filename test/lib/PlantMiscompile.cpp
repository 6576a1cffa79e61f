//===- PlantMiscompile.cpp - a pass with a defect, to be found -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// exp(a - b) is 1 / exp(b - a). The pass rewrites the one as the other and forgets the reciprocal: the sort of mistake
// that passes the verifier and runs. docs/debugging-example.md shows how it is found.
//
//===----------------------------------------------------------------------===//

#include "TestPasses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace {
struct PlantMiscompilePass final : PassWrapper<PlantMiscompilePass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlantMiscompilePass)

  StringRef getArgument() const override { return "test-plant-miscompile"; }
  StringRef getDescription() const override { return "Rewrite exp(a - b) as exp(b - a), which is wrong"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](math::ExpOp exp) {
      auto difference = exp.getOperand().getDefiningOp<arith::SubFOp>();
      if (!difference)
        return;
      rewriter.setInsertionPoint(exp);
      Value swapped = arith::SubFOp::create(rewriter, difference.getLoc(), difference.getRhs(), difference.getLhs());
      rewriter.replaceOpWithNewOp<math::ExpOp>(exp, swapped);
    });
  }
};
} // namespace

void lexon::test::registerPlantMiscompile() { PassRegistration<PlantMiscompilePass>(); }
