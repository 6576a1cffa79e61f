//===- DecomposeConcatenations.cpp - parts written where they belong ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Bufferization of a whole tensor.concat makes a buffer of its own and copies each part into it, however it came about.
//
//===----------------------------------------------------------------------===//

#include "lexon/Structured/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace lexon {
#define GEN_PASS_DEF_DECOMPOSECONCATENATIONSPASS
#include "lexon/Structured/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("decomposed").category("decompose-concatenations");

struct DecomposeConcatenationsPass final : lexon::impl::DecomposeConcatenationsPassBase<DecomposeConcatenationsPass> {
  using DecomposeConcatenationsPassBase::DecomposeConcatenationsPassBase;

  void runOnOperation() override {
    getOperation()->walk([](tensor::ConcatOp op) {
      remark::passed(op.getLoc(), kEvent) << std::to_string(op.getInputs().size()) + " parts";
    });
    RewritePatternSet patterns(&getContext());
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
