//===- SelectMatmulKernel.cpp - choose the kernel of each contraction -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Kernel/KernelTable.h"
#include "lexon/Kernel/MatmulKernel.h"
#include "lexon/Support/Debug.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lexon {
#define GEN_PASS_DEF_SELECTMATMULKERNELPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("selected").category("select-matmul-kernel");

/// What a kernel is expected to take, and what limits it, for people.
std::string describe(const lexon::KernelCost &cost) {
  if (cost.cycles() == 0)
    return "nothing to compute";
  auto thousands = [](double cycles) { return llvm::formatv("{0:F1}", cycles / 1000).str(); };
  return "expected " + thousands(cost.cycles()) + " kcycles, limited by " +
         (cost.isLimitedByMemory() ? "memory" : "arithmetic") + " (memory " + thousands(cost.memory) + ", arithmetic " +
         thousands(cost.arithmetic) + ", all multiply-add units busy " + thousands(cost.fullRate) + ")";
}

struct SelectMatmulKernelPass final : lexon::impl::SelectMatmulKernelPassBase<SelectMatmulKernelPass> {
  using SelectMatmulKernelPassBase::SelectMatmulKernelPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (kernels.empty())
      return success();
    std::string problem;
    FailureOr<lexon::KernelTable> read = lexon::KernelTable::read(context, kernels, problem);
    if (failed(read))
      return emitError(UnknownLoc::get(context), "option 'kernels': " + problem);
    table = std::make_shared<const lexon::KernelTable>(std::move(*read));
    return success();
  }

  /// Chooses for one contraction, and says so.
  LogicalResult select(Operation *op, const lexon::Contraction &contraction, const lexon::MatmulTarget &target) {
    std::string reason;
    std::optional<lexon::MatmulKernel> kernel = lexon::selectMatmulKernel(contraction, target, reason);
    if (!kernel) {
      remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", reason);
      return success();
    }
    StringRef origin;
    if (DictionaryAttr measured = table ? table->lookup(contraction, threads) : DictionaryAttr()) {
      FailureOr<lexon::MatmulKernel> checked = lexon::fromAttribute(contraction, measured);
      if (failed(checked))
        return failure();
      kernel = *checked;
      origin = "measured as the fastest, ";
    }
    DictionaryAttr attribute = lexon::toAttribute(&getContext(), *kernel);
    std::string text;
    llvm::raw_string_ostream(text) << attribute << ", " << origin
                                   << describe(lexon::expectedCost(contraction, *kernel, target));
    remark::passed(op->getLoc(), kEvent) << text;
    op->setAttr("lexon.kernel", attribute);
    return success();
  }

  void runOnOperation() override {
    const lexon::MatmulTarget target{vectorBits, vectorRegisters, cacheBytes, bf16Products, threads};
    WalkResult result = getOperation()->walk([&](Operation *op) {
      FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op, /*mayHaveBody=*/true);
      if (!isa<linalg::LinalgOp, lexon::core::ContractOp>(op))
        return WalkResult::advance();
      LEXON_DEBUG("select-matmul-kernel", os << op->getLoc() << ": " << op->getName()
                                             << (failed(contraction) ? " is no contraction" : " is one"));
      if (failed(contraction) || op->hasAttr("lexon.kernel"))
        return WalkResult::advance();
      return failed(select(op, *contraction, target)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  std::shared_ptr<const lexon::KernelTable> table;
};
} // namespace
