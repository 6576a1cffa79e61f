//===- VerifyStage.cpp - only the stated dialects may remain --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace lexon {
#define GEN_PASS_DEF_VERIFYSTAGEPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
bool isTensor(Type type) { return isa<TensorType>(type); }

struct VerifyStagePass final : lexon::impl::VerifyStagePassBase<VerifyStagePass> {
  using VerifyStagePassBase::VerifyStagePassBase;

  void runOnOperation() override {
    llvm::StringSet<> allowed;
    for (const std::string &dialect : dialects)
      allowed.insert(dialect);
    // Enough to see them all in most programs, few enough to read.
    constexpr int maxReports = 20;
    int reports = 0;
    // Outside in: what stands inside an operation already reported is its business.
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<ModuleOp>(op))
        return WalkResult::advance();
      if (reports >= maxReports)
        return WalkResult::interrupt();
      if (!allowed.contains(op->getName().getDialectNamespace())) {
        ++reports;
        InFlightDiagnostic error = op->emitError()
                                   << "'" << op->getName() << "' op has no lowering in stage '" << stage << "'";
        error.attachNote() << "after this stage only these dialects may remain: "
                           << llvm::join(SmallVector<std::string>(dialects.begin(), dialects.end()), ", ");
        return WalkResult::skip();
      }
      if (!tensors && (llvm::any_of(op->getOperandTypes(), isTensor) || llvm::any_of(op->getResultTypes(), isTensor))) {
        ++reports;
        op->emitError() << "'" << op->getName() << "' op still uses tensors after stage '" << stage << "'";
      }
      return WalkResult::advance();
    });
    if (reports > 0)
      signalPassFailure();
  }
};
} // namespace
