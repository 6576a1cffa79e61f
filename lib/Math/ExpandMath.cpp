//===- ExpandMath.cpp - mathematical functions as arithmetic --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Why not upstream's approximations (populateMathPolynomialApproximationPatterns): they flush denormal results, call
// roundeven, and are off by more than the bounds promised here.
//
//===----------------------------------------------------------------------===//

#include "lexon/Math/Passes.h"

#include "Functions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/TypeSwitch.h"

namespace lexon {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "lexon/Math/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using lexon::math::Emitter;
using lexon::math::Expr;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("expanded").category("expand-math");

using Unary = Expr (*)(Expr);
using Binary = Expr (*)(Expr, Expr);

Unary unaryFormula(Operation *op) {
  return TypeSwitch<Operation *, Unary>(op)
      .Case([](math::ExpOp) { return lexon::math::emitExp; })
      .Case([](math::Exp2Op) { return lexon::math::emitExp2; })
      .Case([](math::ExpM1Op) { return lexon::math::emitExpM1; })
      .Case([](math::LogOp) { return lexon::math::emitLog; })
      .Case([](math::Log2Op) { return lexon::math::emitLog2; })
      .Case([](math::Log10Op) { return lexon::math::emitLog10; })
      .Case([](math::Log1pOp) { return lexon::math::emitLog1p; })
      .Case([](math::TanhOp) { return lexon::math::emitTanh; })
      .Case([](math::SinhOp) { return lexon::math::emitSinh; })
      .Case([](math::CoshOp) { return lexon::math::emitCosh; })
      .Case([](math::ErfOp) { return lexon::math::emitErf; })
      .Case([](math::CbrtOp) { return lexon::math::emitCbrt; })
      .Case([](math::AsinhOp) { return lexon::math::emitAsinh; })
      .Case([](math::AcoshOp) { return lexon::math::emitAcosh; })
      .Case([](math::AtanhOp) { return lexon::math::emitAtanh; })
      .Case([](math::SinOp) { return lexon::math::emitSin; })
      .Case([](math::CosOp) { return lexon::math::emitCos; })
      .Case([](math::TanOp) { return lexon::math::emitTan; })
      .Case([](math::AtanOp) { return lexon::math::emitAtan; })
      .Case([](math::AsinOp) { return lexon::math::emitAsin; })
      .Case([](math::AcosOp) { return lexon::math::emitAcos; })
      .Default([](Operation *) { return nullptr; });
}

Binary binaryFormula(Operation *op) {
  return TypeSwitch<Operation *, Binary>(op)
      .Case([](math::PowFOp) { return lexon::math::emitPow; })
      .Case([](math::Atan2Op) { return lexon::math::emitAtan2; })
      .Default([](Operation *) { return nullptr; });
}

/// Scalars and vectors with a known number of lanes, of f32.
bool isSupported(Operation *op) {
  Type type = op->getResult(0).getType();
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getElementType().isF32() && !vector.isScalable() : type.isF32();
}

struct ExpandMathPass final : lexon::impl::ExpandMathPassBase<ExpandMathPass> {
  using ExpandMathPassBase::ExpandMathPassBase;

  void runOnOperation() override {
    SmallVector<Operation *> functions;
    getOperation()->walk([&](Operation *op) {
      if ((unaryFormula(op) || binaryFormula(op)) && isSupported(op))
        functions.push_back(op);
    });
    OperationFolder constants(&getContext());
    for (Operation *op : functions) {
      remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
      expand(op, constants);
    }
  }

  void expand(Operation *op, OperationFolder &constants) {
    OpBuilder builder(op);
    Emitter emitter(builder, op->getLoc(), constants, ldexp);
    Expr first = emitter.wrap(op->getOperand(0));
    Unary unary = unaryFormula(op);
    Expr result = unary ? unary(first) : binaryFormula(op)(first, emitter.wrap(op->getOperand(1)));
    op->getResult(0).replaceAllUsesWith(result.value);
    op->erase();
  }
};
} // namespace
