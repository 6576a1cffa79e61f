//===- PackOperands.cpp - panels of operands that change from call to call ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "Panels.h"

#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lexon::core {
#define GEN_PASS_DEF_PACKOPERANDSPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("packed").category("pack-operands");

/// What a contraction is expected to take, in cycles of one core.
struct Expected {
  double asItIs = 0, onPanels = 0, copy = 0;

  /// The copy needs memory, too: a few percent are not worth it.
  bool isPackedBetter() const { return onPanels + copy < 0.95 * asItIs; }
  std::string text() const {
    return llvm::formatv("expected {0:F1} kcycles packed, {1:F1} of them copying; {2:F1} as it is",
                         (onPanels + copy) / 1000, copy / 1000, asItIs / 1000);
  }
};

/// The cost of `contract` (on tensors) by the kernel that will be chosen for it, if its operands become contiguous
/// buffers; nothing if there is no kernel.
std::optional<double> costOf(ContractOp contract, const lexon::MatmulTarget &target) {
  Block scratch;
  Location loc = contract.getLoc();
  SmallVector<Value> buffers;
  for (Value operand : contract->getOperands()) {
    auto type = cast<RankedTensorType>(operand.getType());
    buffers.push_back(scratch.addArgument(MemRefType::get(type.getShape(), type.getElementType()), loc));
  }
  OpBuilder builder(contract.getContext());
  builder.setInsertionPointToEnd(&scratch);
  auto onBuffers =
      ContractOp::create(builder, loc, Type(), buffers[0], buffers[1], ArrayRef(buffers).drop_front(2).drop_back(),
                         buffers.back(), contract.getIndexingMaps());
  builder.cloneRegionBefore(contract.getEpilogue(), onBuffers.getEpilogue(), onBuffers.getEpilogue().end());
  FailureOr<lexon::Contraction> contraction = lexon::matchContraction(onBuffers);
  std::string reason;
  std::optional<lexon::MatmulKernel> kernel;
  if (succeeded(contraction))
    kernel = lexon::selectMatmulKernel(*contraction, target, reason);
  if (!kernel)
    return std::nullopt;
  return lexon::expectedCost(*contraction, *kernel, target, lexon::PanelAge::New).cycles();
}

/// What `contract` is expected to take as it is and packed; nothing, with a reason, if that cannot be said.
std::optional<Expected> expect(ContractOp contract, const Panels &panels, const lexon::MatmulTarget &target,
                               std::string &reason) {
  // One row or a thousand: what is right for one is several times slower for the other.
  if (llvm::is_contained(contract.getStaticSizes(), ShapedType::kDynamic)) {
    reason = "its number of rows is not static";
    return std::nullopt;
  }
  reason = "there is no kernel for it";
  std::optional<double> asItIs = costOf(contract, target);
  if (!asItIs)
    return std::nullopt;
  Expected expected;
  expected.asItIs = *asItIs;
  Block scratch;
  Location loc = contract.getLoc();
  IRMapping mapping;
  for (Value operand : contract->getOperands())
    if (!mapping.contains(operand))
      mapping.map(operand, scratch.addArgument(operand.getType(), loc));
  IRRewriter rewriter(contract.getContext());
  rewriter.setInsertionPointToEnd(&scratch);
  auto copy = cast<ContractOp>(rewriter.clone(*contract, mapping));
  auto type = cast<RankedTensorType>(contract.getRhs().getType());
  auto tensorOf = [&](ArrayRef<int64_t> shape) -> Value { return scratch.addArgument(type.clone(shape), loc); };
  contractPanels(rewriter, copy, panels, tensorOf(panels.packedShape()),
                 panels.hasRest() ? tensorOf(panels.restShape()) : Value());
  for (ContractOp part : scratch.getOps<ContractOp>()) {
    std::optional<double> cost = costOf(part, target);
    if (!cost)
      return std::nullopt;
    expected.onPanels += *cost;
  }
  expected.copy = lexon::expectedCopyCycles(contract.getRhs(), target);
  return expected;
}

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
        std::optional<Expected> expected = expect(contract, *panels, target, gain);
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
