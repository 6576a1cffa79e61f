//===- CallGemm.cpp - step 2: every matrix product becomes a call ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Right for the program it was written for, wrong for others: chapter 5 shows which, and step 3 repairs it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {
// From cblas.h.
constexpr int32_t kRowMajor = 101, kNoTrans = 111;

/// Creates the values that a call needs, in front of one matrix product.
struct CallBuilder {
  Value integer(int64_t value) { return arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), value); }
  Value number(double value) {
    return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(static_cast<float>(value)));
  }
  Value pointer(Value memref) {
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
    Value bits = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), address);
    return LLVM::IntToPtrOp::create(builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), bits);
  }

  OpBuilder builder;
  Location loc;
};

struct CallGemmPass : PassWrapper<CallGemmPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CallGemmPass)

  StringRef getArgument() const override { return "call-gemm"; }
  StringRef getDescription() const override { return "Turn every linalg.matmul into a call of cblas_sgemm"; }
  // A pass must name the dialects of the operations it creates, or they may not be loaded.
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    SmallVector<linalg::MatmulOp> matmuls;
    getOperation()->walk([&](linalg::MatmulOp op) { matmuls.push_back(op); });
    for (linalg::MatmulOp op : matmuls)
      replace(op);
  }

  void replace(linalg::MatmulOp op) {
    CallBuilder make{OpBuilder(op), op.getLoc()};
    Value a = op.getInputs()[0], b = op.getInputs()[1], c = op.getOutputs()[0];
    ArrayRef<int64_t> left = cast<MemRefType>(a.getType()).getShape(), right = cast<MemRefType>(b.getType()).getShape();
    int64_t m = left[0], k = left[1], n = right[1];
    // linalg.matmul adds to its output, so beta is 1.
    Value arguments[] = {make.integer(kRowMajor), make.integer(kNoTrans), make.integer(kNoTrans), make.integer(m),
                         make.integer(n),         make.integer(k),        make.number(1),         make.pointer(a),
                         make.integer(k),         make.pointer(b),        make.integer(n),        make.number(1),
                         make.pointer(c),         make.integer(n)};
    func::CallOp::create(make.builder, op.getLoc(), declaration("cblas_sgemm", ValueRange(arguments).getTypes()),
                         ValueRange(arguments));
    op.erase();
  }

  /// The declaration of that function, made at its first call.
  func::FuncOp declaration(StringRef name, TypeRange types) {
    if (auto function = getOperation().lookupSymbol<func::FuncOp>(name))
      return function;
    OpBuilder builder = OpBuilder::atBlockBegin(getOperation().getBody());
    auto function =
        func::FuncOp::create(builder, getOperation().getLoc(), name, builder.getFunctionType(types, TypeRange()));
    function.setPrivate();
    return function;
  }
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "call-gemm", "1", [] { PassRegistration<CallGemmPass>(); }};
}
