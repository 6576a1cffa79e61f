//===- PackOperands.cpp - panels of operands that change from call to call ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "Panels.h"

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

  /// Why the rhs of `contract` should stay as it is; empty if it should not.
  std::string reasonAgainst(ContractOp contract) {
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(contract);
    auto type = cast<RankedTensorType>(contract.getRhs().getType());
    if (failed(contraction) || !type.hasStaticShape())
      return "its size is not static";
    for (Value value = contract.getRhs(); value;) {
      if (auto argument = dyn_cast<BlockArgument>(value)) {
        auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
        if (function && function.getArgAttr(argument.getArgNumber(), kConstantAttr))
          return "it is constant: pack-weights packs it once, or nothing does";
        break;
      }
      Operation *op = value.getDefiningOp();
      value =
          isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp>(op) ? op->getOperand(0) : Value();
    }
    int64_t rows = 1;
    for (unsigned dim : contraction->m)
      rows = ShapedType::isDynamic(contraction->sizes[dim]) ? 0 : rows * contraction->sizes[dim];
    if (rows < minRows)
      return "fewer than " + std::to_string(minRows) + " rows use it";
    if (type.getNumElements() * std::max<int64_t>(1, type.getElementTypeBitWidth() / 8) < minBytes)
      return "it is smaller than " + std::to_string(minBytes) + " bytes";
    // Only whole runs of columns are copied; a transposition would cost more than it brings.
    auto last = dyn_cast<AffineDimExpr>(contraction->rhsMap.getResults().back());
    if (!last || !llvm::is_contained(contraction->n, last.getPosition()))
      return "its columns are no neighbours in memory";
    return "";
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<ContractOp> contractions;
    getOperation()->walk([&](ContractOp op) { contractions.push_back(op); });
    for (ContractOp contract : contractions) {
      std::string reason = reasonAgainst(contract);
      std::optional<Panels> panels = reason.empty() ? planPanels(contract, panel, reason) : std::nullopt;
      if (!panels) {
        remark::missed(contract.getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      remark::passed(contract.getLoc(), kEvent) << panels->text();
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
