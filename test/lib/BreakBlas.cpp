//===- BreakBlas.cpp - plants a defect into calls of BLAS -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The four mistakes that turning a matrix product into a call invites. test/Differential must find each of them.
//
//===----------------------------------------------------------------------===//

#include "TestPasses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace {
enum class Defect { Accumulator, LeadingDimension, Offset, Transpose };

/// Positions of a function's arguments; -1 for what it does not have.
struct Positions {
  int transA = -1, transB = -1, m = -1, n = -1, k = -1, lda = -1, ldb = -1, beta = -1, ldc = -1;
  SmallVector<unsigned> pointers;
};

std::optional<Positions> positionsOf(StringRef function) {
  if (!function.consume_front("cblas_s") && !function.consume_front("cblas_d"))
    return std::nullopt;
  Positions at;
  if (function == "gemm") {
    at.transA = 1, at.transB = 2, at.m = 3, at.n = 4, at.k = 5;
    at.lda = 8, at.ldb = 10, at.beta = 11, at.ldc = 13;
    at.pointers = {7, 9, 12};
  } else if (function == "gemv") { // M and N are those of the matrix as it is stored
    at.transA = 1, at.m = 2, at.n = 3, at.lda = 6, at.beta = 9;
    at.pointers = {5, 7, 10};
  } else if (function == "dot") {
    at.pointers = {1, 3};
  } else {
    return std::nullopt;
  }
  return at;
}

constexpr int64_t kNoTrans = 111, kTrans = 112;

class Breaker {
public:
  Breaker(func::CallOp call, Positions at) : call(call), at(std::move(at)), b(call) {}

  /// False if the call has nothing to break in this way.
  bool run(Defect defect) {
    switch (defect) {
    case Defect::Accumulator:
      return ignoreAccumulator();
    case Defect::LeadingDimension:
      return shapeAsLeadingDimension();
    case Defect::Offset:
      return dropOffsets();
    case Defect::Transpose:
      return swapTransposes();
    }
    return false;
  }

private:
  bool isTransposed(int position) {
    APInt value;
    return matchPattern(call.getOperand(position), m_ConstantInt(&value)) && value == kTrans;
  }

  bool ignoreAccumulator() {
    if (at.beta >= 0) {
      Type type = call.getOperand(at.beta).getType();
      Value zero = arith::ConstantOp::create(b, call.getLoc(), b.getFloatAttr(type, 0));
      call.setOperand(at.beta, zero);
      return true;
    }
    for (Operation *user : call.getResult(0).getUsers())
      if (auto sum = dyn_cast<arith::AddFOp>(user)) {
        sum.getResult().replaceAllUsesWith(call.getResult(0));
        return true;
      }
    return false;
  }

  bool shapeAsLeadingDimension() {
    if (at.lda < 0)
      return false;
    if (at.k < 0) {
      call.setOperand(at.lda, call.getOperand(at.n));
      return true;
    }
    call.setOperand(at.lda, call.getOperand(isTransposed(at.transA) ? at.m : at.k));
    call.setOperand(at.ldb, call.getOperand(isTransposed(at.transB) ? at.k : at.n));
    call.setOperand(at.ldc, call.getOperand(at.n));
    return true;
  }

  /// base + offset becomes base.
  bool dropOffsets() {
    bool changed = false;
    for (unsigned pointer : at.pointers) {
      auto address = call.getOperand(pointer).getDefiningOp<LLVM::IntToPtrOp>();
      auto cast = address ? address.getArg().getDefiningOp<arith::IndexCastOp>() : nullptr;
      auto sum = cast ? cast.getIn().getDefiningOp<arith::AddIOp>() : nullptr;
      if (!sum)
        continue;
      for (Value side : sum->getOperands()) {
        if (!side.getDefiningOp<memref::ExtractAlignedPointerAsIndexOp>())
          continue;
        Value bits = arith::IndexCastOp::create(b, call.getLoc(), cast.getType(), side);
        call.setOperand(pointer, LLVM::IntToPtrOp::create(b, call.getLoc(), address.getType(), bits));
        changed = true;
      }
    }
    return changed;
  }

  bool swapTransposes() {
    for (int position : {at.transA, at.transB})
      if (position >= 0) {
        int64_t value = isTransposed(position) ? kNoTrans : kTrans;
        call.setOperand(position, arith::ConstantIntOp::create(b, call.getLoc(), b.getI32Type(), value));
      }
    return at.transA >= 0;
  }

  func::CallOp call;
  Positions at;
  OpBuilder b;
};

struct BreakBlasPass final : PassWrapper<BreakBlasPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BreakBlasPass)

  BreakBlasPass() = default;
  BreakBlasPass(const BreakBlasPass &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "test-break-blas"; }
  StringRef getDescription() const override { return "Plant a defect into every call of CBLAS"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect>();
  }

  void runOnOperation() override {
    unsigned broken = 0;
    getOperation()->walk([&](func::CallOp call) {
      if (std::optional<Positions> at = positionsOf(call.getCallee()))
        broken += Breaker(call, *at).run(defect);
    });
    if (broken == 0) {
      getOperation()->emitError("no call of CBLAS in which this defect could be planted");
      signalPassFailure();
    }
  }

  Option<Defect> defect{
      *this, "defect", llvm::cl::desc("The defect"), llvm::cl::init(Defect::Accumulator),
      llvm::cl::values(
          clEnumValN(Defect::Accumulator, "accumulator", "what is in the output before is ignored"),
          clEnumValN(Defect::LeadingDimension, "leading-dimension", "leading dimensions are those of dense matrices"),
          clEnumValN(Defect::Offset, "offset", "offsets of the operands are dropped"),
          clEnumValN(Defect::Transpose, "transpose", "each matrix is transposed if it is not to be, and the reverse"))};
};
} // namespace

void lexon::test::registerBreakBlas() { PassRegistration<BreakBlasPass>(); }
