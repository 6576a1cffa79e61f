//===- LowerMatmulKernels.cpp - emit the chosen kernels -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_LOWERMATMULKERNELSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("lowered").category("lower-matmul-kernels");

struct LowerMatmulKernelsPass final : lexon::impl::LowerMatmulKernelsPassBase<LowerMatmulKernelsPass> {
  using LowerMatmulKernelsPassBase::LowerMatmulKernelsPassBase;

  /// Beside the declared ones those of bf16 instructions.
  void getDependentDialects(DialectRegistry &registry) const override {
    LowerMatmulKernelsPassBase::getDependentDialects(registry);
    registry.insert<amx::AMXDialect, x86vector::X86VectorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> chosen;
    getOperation()->walk([&](Operation *op) {
      if (op->hasAttr("lexon.kernel"))
        chosen.push_back(op);
    });
    for (Operation *op : chosen)
      if (failed(lower(op)))
        return signalPassFailure();
  }

  LogicalResult lower(Operation *op) {
    auto attribute = op->getAttrOfType<DictionaryAttr>("lexon.kernel");
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op, /*mayHaveBody=*/true);
    auto isBuffer = [](Type type) { return !isa<ShapedType>(type) || isa<MemRefType>(type); };
    bool onBuffers = llvm::all_of(op->getOperandTypes(), isBuffer);
    if (!attribute || failed(contraction) || !onBuffers || !lexon::accumulatorType(*contraction))
      return op->emitError("'") << op->getName() << "' op has a 'lexon.kernel', but is no contraction on memrefs";
    FailureOr<lexon::MatmulKernel> kernel = lexon::fromAttribute(*contraction, attribute);
    if (failed(kernel))
      return failure();
    IRRewriter rewriter(op);
    lexon::emitMatmulKernel(rewriter, *contraction, *kernel);
    remark::passed(op->getLoc(), kEvent) << "tiles of " << std::to_string(kernel->rows) << "x"
                                         << std::to_string(kernel->columns);
    rewriter.eraseOp(op);
    return success();
  }
};
} // namespace
