//===- PackOperands.cpp - panels of operands that change from call to call ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "Panels.h"

#include "lexon/Dialect/Lexon/Transforms/ContractCost.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"

namespace lexon::core {
#define GEN_PASS_DEF_PACKOPERANDSPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("packed").category("pack-operands");

struct PackOperandsPass final : lexon::core::impl::PackOperandsPassBase<PackOperandsPass> {
  using PackOperandsPassBase::PackOperandsPassBase;

  /// What is to be done with the rhs of `contract`: the attribute `lexon.pack` says it for one operation.
  PackKind kindFor(ContractOp contract) {
    if (auto asked = contract->getAttrOfType<BoolAttr>(kPackAttr))
      return asked.getValue() ? PackKind::Always : PackKind::Never;
    return pack;
  }

  /// Why the rhs of `contract` should stay as it is; empty if it should not.
  std::string reasonAgainst(ContractOp contract) {
    if (kindFor(contract) == PackKind::Never)
      return "as asked";
    if (isConstant(contract.getRhs()))
      return "it is constant: pack-weights packs it once, or nothing does";
    return "";
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<ContractOp> contractions;
    getOperation()->walk([&](ContractOp op) { contractions.push_back(op); });
    const lexon::MatmulTarget target{vectorBits, vectorRegisters, cacheBytes, bf16Products, threads};
    for (ContractOp contract : contractions) {
      std::string reason = reasonAgainst(contract), gain = "as asked";
      std::optional<Panels> panels = reason.empty() ? planPanels(contract, panel, reason) : std::nullopt;
      if (panels && kindFor(contract) == PackKind::Auto) {
        std::optional<ContractCost> expected = expectedContractCost(contract, panel, target, gain);
        if (expected)
          gain = expected->text();
        if (!expected || !expected->isPackedBetter())
          reason = gain;
      }
      if (!reason.empty()) {
        remark::missed(contract.getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      remark::passed(contract.getLoc(), kEvent) << panels->text() + ", " + gain;
      Location loc = contract.getLoc();
      rewriter.setInsertionPoint(contract);
      Value rhs = contract.getRhs();
      auto makeEmpty = [&](ArrayRef<int64_t> shape) -> Value {
        return tensor::EmptyOp::create(rewriter, loc, shape, cast<RankedTensorType>(rhs.getType()).getElementType());
      };
      Value packed = packInto(rewriter, loc, rhs, *panels, makeEmpty(panels->packedShape()));
      Value rest = panels->hasRest() ? restOf(rewriter, loc, rhs, *panels, makeEmpty) : Value();
      contractPanels(rewriter, contract, *panels, packed, rest);
    }
  }
};
} // namespace
