//===- SelectMatmulKernel.cpp - choose the kernel of each contraction -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Kernel/MatmulKernel.h"
#include "lexon/Support/Debug.h"

#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_SELECTMATMULKERNELPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("selected").category("select-matmul-kernel");

struct SelectMatmulKernelPass final : lexon::impl::SelectMatmulKernelPassBase<SelectMatmulKernelPass> {
  using SelectMatmulKernelPassBase::SelectMatmulKernelPassBase;

  void runOnOperation() override {
    lexon::MatmulTarget target;
    target.vectorBits = vectorBits;
    target.vectorRegisters = vectorRegisters;
    target.cacheBytes = cacheBytes;
    getOperation()->walk([&](Operation *op) {
      FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
      if (!isa<linalg::LinalgOp, lexon::core::ContractOp>(op))
        return;
      LEXON_DEBUG("select-matmul-kernel", os << op->getLoc() << ": " << op->getName()
                                             << (failed(contraction) ? " is no contraction" : " is one"));
      if (failed(contraction) || op->hasAttr("lexon.kernel"))
        return;
      std::string reason;
      std::optional<lexon::MatmulKernel> kernel = lexon::selectMatmulKernel(*contraction, target, reason);
      if (!kernel) {
        remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", reason);
        return;
      }
      DictionaryAttr attribute = lexon::toAttribute(&getContext(), *kernel);
      std::string text;
      llvm::raw_string_ostream(text) << attribute;
      remark::passed(op->getLoc(), kEvent) << text;
      op->setAttr("lexon.kernel", attribute);
    });
  }
};
} // namespace
