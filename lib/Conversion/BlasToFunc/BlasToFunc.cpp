//===- BlasToFunc.cpp - BLAS operations become CBLAS calls ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CblasCall.h"
#include "ThreadRegions.h"

#include "lexon/Conversion/BlasToLinalg/BlasToLinalg.h"
#include "lexon/Conversion/Passes.h"
#include "lexon/Dialect/Blas/Transforms/Batch.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace lexon {
#define GEN_PASS_DEF_CONVERTBLASTOFUNCPASS
#include "lexon/Conversion/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("called").category("convert-blas-to-func");

/// The same in plain loops, in the order in which linalg's dimensions stand.
void createLoops(OpBuilder &builder, blas::Product product) {
  SmallVector<linalg::LinalgOp> ops;
  createLinalgOfBlas(builder, product, ops);
  IRRewriter rewriter(builder);
  for (linalg::LinalgOp op : ops) {
    rewriter.setInsertionPoint(op);
    if (succeeded(linalg::linalgOpToLoops(rewriter, op)))
      rewriter.eraseOp(op);
  }
}

struct ConvertBlasToFuncPass final : lexon::impl::ConvertBlasToFuncPassBase<ConvertBlasToFuncPass> {
  using ConvertBlasToFuncPassBase::ConvertBlasToFuncPassBase;

  /// The declaration of a CBLAS function; null, after an error, if the module uses its name for something else.
  func::FuncOp declare(CblasCall &call, ModuleOp module, Location loc) {
    std::string name = call.name();
    FunctionType type = call.functionType();
    if (Operation *existing = module.lookupSymbol(name)) {
      auto function = dyn_cast<func::FuncOp>(existing);
      if (function && function.getFunctionType() == type)
        return function;
      InFlightDiagnostic error = emitError(loc) << "needs the function '" << name << "' of CBLAS";
      error.attachNote(existing->getLoc()) << "the module defines something else of this name; rename it";
      return nullptr;
    }
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto function = func::FuncOp::create(builder, loc, name, type);
    function.setPrivate();
    return function;
  }

  /// Null if the operation became loops only, failure after an error.
  FailureOr<func::CallOp> convert(blas::Product product) {
    Operation *op = product.op;
    OpBuilder builder(op);
    CblasCall call(builder, product);
    std::string impossible;
    SmallVector<Value> checks = call.createChecks(impossible);
    ModuleOp module = blas::hostModuleOf(op);
    if (!module)
      impossible = "inside '" + SymbolTable::getNearestSymbolTable(op)->getName().getStringRef().str() +
                   "', which cannot call CBLAS";
    if (!impossible.empty()) {
      remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", impossible);
      createLoops(builder, product);
      op->erase();
      return func::CallOp();
    }
    func::FuncOp function = declare(call, module, op->getLoc());
    if (!function)
      return failure();
    if (!checks.empty()) {
      Value all = checks.front();
      for (Value check : ArrayRef(checks).drop_front())
        all = arith::AndIOp::create(builder, op->getLoc(), all, check);
      auto choice = scf::IfOp::create(builder, op->getLoc(), all, /*withElseRegion=*/true);
      builder.setInsertionPointToStart(choice.elseBlock());
      createLoops(builder, product);
      builder.setInsertionPointToStart(choice.thenBlock());
    }
    func::CallOp result = call.createCall(function);
    remark::passed(op->getLoc(), kEvent) << function.getSymName();
    op->erase();
    return result;
  }

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      std::optional<blas::Product> product = blas::Product::match(op);
      if (product && !product->onBuffers())
        remark::missed(op->getLoc(), kEvent) << remark::reason("works on tensors: bufferize it first");
      else if (product)
        ops.push_back(op);
    });
    llvm::MapVector<ModuleOp, SmallVector<func::CallOp>> calls;
    for (Operation *op : ops) {
      if (auto batch = dyn_cast<blas::BatchGemmOp>(op))
        op = blas::expandBatch(batch);
      FailureOr<func::CallOp> call = convert(blas::Product{op});
      if (failed(call))
        return signalPassFailure();
      if (*call)
        calls[(*call)->getParentOfType<ModuleOp>()].push_back(*call);
    }
    for (auto &[module, itsCalls] : calls)
      if (failed(createThreadRegions(module, itsCalls, threads)))
        return signalPassFailure();
  }
};
} // namespace
