//===- ContractCost.cpp - what a contraction on tensors will take ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/ContractCost.h"

#include "Panels.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::core;

std::string ContractCost::text() const {
  return llvm::formatv("expected {0:F1} kcycles packed, {1:F1} of them copying; {2:F1} as it is",
                       (onPanels + copy) / 1000, copy / 1000, asItIs / 1000);
}

std::optional<double> core::expectedCycles(Operation *op, const MatmulTarget &target) {
  Block scratch;
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    Type type = operand.getType();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    operands.push_back(scratch.addArgument(type, op->getLoc()));
  }
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&scratch);
  IRMapping none;
  auto cloned = [&](OpBuilder &b) {
    Operation *onBuffers =
        Operation::create(op->getLoc(), op->getName(), TypeRange(), operands, op->getAttrDictionary(),
                          op->getPropertiesStorage(), BlockRange(), op->getNumRegions());
    for (auto [from, to] : llvm::zip(op->getRegions(), onBuffers->getRegions()))
      from.cloneInto(&to, none);
    return b.insert(onBuffers);
  };
  FailureOr<Contraction> contraction = matchContraction(cloned(builder));
  std::string reason;
  std::optional<MatmulKernel> kernel;
  if (succeeded(contraction))
    kernel = selectMatmulKernel(*contraction, target, reason);
  if (!kernel)
    return std::nullopt;
  return expectedCost(*contraction, *kernel, target, PanelAge::New).cycles();
}

std::optional<ContractCost> core::expectedContractCost(ContractOp contract, int64_t panel, const MatmulTarget &target,
                                                       std::string &reason) {
  // One row or a thousand: what is right for one is several times slower for the other.
  if (llvm::is_contained(contract.getStaticSizes(), ShapedType::kDynamic)) {
    reason = "its number of rows is not static";
    return std::nullopt;
  }
  std::optional<Panels> panels = planPanels(contract, panel, reason);
  if (!panels)
    return std::nullopt;
  reason = "there is no kernel for it";
  std::optional<double> asItIs = expectedCycles(contract, target);
  if (!asItIs)
    return std::nullopt;
  ContractCost cost;
  cost.asItIs = *asItIs;
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
  contractPanels(rewriter, copy, *panels, tensorOf(panels->packedShape()),
                 panels->hasRest() ? tensorOf(panels->restShape()) : Value());
  for (ContractOp part : scratch.getOps<ContractOp>()) {
    std::optional<double> cycles = expectedCycles(part, target);
    if (!cycles)
      return std::nullopt;
    cost.onPanels += *cycles;
  }
  cost.copy = expectedCopyCycles(contract.getRhs(), target);
  return cost;
}

bool core::isConstant(Value value) {
  while (value) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
      return function && function.getArgAttr(argument.getArgNumber(), kConstantAttr);
    }
    Operation *op = value.getDefiningOp();
    value =
        isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp>(op) ? op->getOperand(0) : Value();
  }
  return false;
}
