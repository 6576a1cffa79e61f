//===- SelectBf16Kernel.cpp - kernels of bf16 instructions ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Bf16/Passes.h"

#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_SELECTBF16KERNELPASS
#include "lexon/Bf16/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("selected").category("select-bf16-kernel");

struct SelectBf16KernelPass final : lexon::impl::SelectBf16KernelPassBase<SelectBf16KernelPass> {
  using SelectBf16KernelPassBase::SelectBf16KernelPassBase;

  void runOnOperation() override {
    lexon::MatmulTarget target;
    target.vectorBits = vectorBits;
    target.vectorRegisters = vectorRegisters;
    target.cacheBytes = cacheBytes;
    target.bf16Products = products;
    getOperation()->walk([&](Operation *op) {
      FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
      if (failed(contraction) || op->hasAttr("lexon.kernel"))
        return;
      std::string reason;
      std::optional<lexon::MatmulKernel> kernel = lexon::selectMatmulKernel(*contraction, target, reason);
      if (!kernel || kernel->product == lexon::Product::MultiplyAdd)
        return;
      DictionaryAttr attribute = lexon::toAttribute(&getContext(), *kernel);
      std::string text;
      llvm::raw_string_ostream(text) << attribute;
      remark::passed(op->getLoc(), kEvent) << text;
      op->setAttr("lexon.kernel", attribute);
    });
  }
};
} // namespace
