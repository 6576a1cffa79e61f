//===- GuardAssertions.cpp - a failed check ends the call, not the process ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_GUARDASSERTIONSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("guarded").category("guard-assertions");
constexpr StringLiteral kCount = "lexon_failure_count", kMessage = "lexon_failure_message";

/// A type that a value of nothing can be made of.
bool hasFallback(Type type) {
  if (auto memref = dyn_cast<MemRefType>(type))
    return memref.getLayout().isIdentity();
  auto vector = dyn_cast<VectorType>(type);
  return type.isIntOrIndexOrFloat() || (vector && !vector.isScalable());
}

class Guard {
public:
  explicit Guard(ModuleOp module) : module(module), rewriter(module.getContext()) {}

  /// True if what follows `op` can be made to depend on it.
  static bool canGuard(cf::AssertOp op) {
    Block *block = op->getBlock();
    return llvm::hasSingleElement(*block->getParent()) &&
           llvm::all_of(block->getTerminator()->getOperandTypes(), hasFallback);
  }

  void guard(cf::AssertOp op) {
    Block *block = op->getBlock();
    Operation *terminator = block->getTerminator();
    SmallVector<OpOperand *> needed;
    SmallVector<Value> values;
    for (OpOperand &operand : terminator->getOpOperands())
      if (Operation *def = operand.get().getDefiningOp(); def && def->getBlock() == block && op->isBeforeInBlock(def)) {
        needed.push_back(&operand);
        values.push_back(operand.get());
      }
    Location loc = op.getLoc();
    rewriter.setInsertionPoint(op);
    auto branch = scf::IfOp::create(rewriter, loc, ValueRange(values).getTypes(), op.getArg(), /*withElseRegion=*/true);
    Block *then = branch.thenBlock(), *otherwise = branch.elseBlock();
    for (Block *side : {then, otherwise})
      if (!side->empty())
        side->back().erase();
    then->getOperations().splice(then->end(), block->getOperations(), std::next(op->getIterator()),
                                 terminator->getIterator());
    rewriter.setInsertionPointToEnd(then);
    scf::YieldOp::create(rewriter, loc, values);
    rewriter.setInsertionPointToEnd(otherwise);
    record(loc, op.getMsg());
    SmallVector<Value> fallbacks;
    for (Value value : values)
      fallbacks.push_back(fallback(loc, value.getType()));
    scf::YieldOp::create(rewriter, loc, fallbacks);
    for (auto [operand, result] : llvm::zip(needed, branch.getResults()))
      operand->set(result);
    op.erase();
  }

private:
  Value fallback(Location loc, Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref)
      return arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    return memref::AllocOp::create(rewriter, loc, memref, SmallVector<Value>(memref.getNumDynamicDims(), zero));
  }

  /// Counts the failure, after saying what failed. The runtime compares the count before and after a call.
  void record(Location loc, StringRef message) {
    Type pointer = LLVM::LLVMPointerType::get(module.getContext());
    Value text = LLVM::AddressOfOp::create(rewriter, loc, pointer, messageGlobal(loc, message).getSymName());
    Value place = LLVM::AddressOfOp::create(rewriter, loc, pointer, weakGlobal(kMessage, pointer).getSymName());
    LLVM::StoreOp::create(rewriter, loc, text, place, /*alignment=*/8, /*isVolatile=*/false, /*isNonTemporal=*/false,
                          /*isInvariantGroup=*/false, LLVM::AtomicOrdering::release);
    Value count =
        LLVM::AddressOfOp::create(rewriter, loc, pointer, weakGlobal(kCount, rewriter.getI64Type()).getSymName());
    Value one = LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), 1);
    LLVM::AtomicRMWOp::create(rewriter, loc, LLVM::AtomicBinOp::add, count, one, LLVM::AtomicOrdering::release);
  }

  /// A variable that all modules linked together share.
  LLVM::GlobalOp weakGlobal(StringRef name, Type type) {
    if (auto global = module.lookupSymbol<LLVM::GlobalOp>(name))
      return global;
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(module.getBody());
    auto global = LLVM::GlobalOp::create(rewriter, module.getLoc(), type, /*isConstant=*/false, LLVM::Linkage::Weak,
                                         name, Attribute(), /*alignment=*/8);
    rewriter.createBlock(&global.getInitializerRegion());
    LLVM::ReturnOp::create(rewriter, module.getLoc(),
                           LLVM::ZeroOp::create(rewriter, module.getLoc(), type).getResult());
    return global;
  }

  LLVM::GlobalOp messageGlobal(Location loc, StringRef message) {
    std::string text = message.str();
    text.push_back('\0');
    Attribute value = rewriter.getStringAttr(text);
    for (auto global : module.getOps<LLVM::GlobalOp>())
      if (global.getSymName().starts_with("lexon_check_") && global.getValueAttr() == value)
        return global;
    std::string name;
    do
      name = "lexon_check_" + std::to_string(messages++);
    while (module.lookupSymbol(name));
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(module.getBody());
    return LLVM::GlobalOp::create(rewriter, module.getLoc(),
                                  LLVM::LLVMArrayType::get(rewriter.getI8Type(), text.size()), /*isConstant=*/true,
                                  LLVM::Linkage::Internal, name, value);
  }

  ModuleOp module;
  IRRewriter rewriter;
  unsigned messages = 0;
};

struct GuardAssertionsPass final : lexon::impl::GuardAssertionsPassBase<GuardAssertionsPass> {
  using GuardAssertionsPassBase::GuardAssertionsPassBase;

  void runOnOperation() override {
    SmallVector<cf::AssertOp> assertions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](cf::AssertOp op) { assertions.push_back(op); });
    Guard guard(getOperation());
    // Last first: what follows the last one then moves with it behind those before.
    for (cf::AssertOp op : llvm::reverse(assertions)) {
      if (Guard::canGuard(op)) {
        remark::passed(op.getLoc(), kEvent) << op.getMsg();
        guard.guard(op);
      } else {
        remark::missed(op.getLoc(), kEvent) << remark::reason("in unstructured control flow, or before a value that "
                                                              "cannot be left out; it ends the process");
      }
    }
  }
};
} // namespace
