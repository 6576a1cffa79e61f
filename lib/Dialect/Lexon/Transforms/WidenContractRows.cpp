//===- WidenContractRows.cpp - rows of f16 and bf16 in f32 ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon::core {
#define GEN_PASS_DEF_WIDENCONTRACTROWSPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("widened").category("widen-contract-rows");

/// True if a kernel for `op` multiplies single elements of a narrow lhs by vectors of rhs's columns, in f32.
bool broadcastsRows(ContractOp op, const lexon::Contraction &contraction) {
  auto elementOf = [](Value value) { return cast<ShapedType>(value.getType()).getElementType(); };
  Type lhs = elementOf(op.getLhs()), out = elementOf(op.getOut());
  bool isNarrow = lhs.isF16() || lhs.isBF16();
  bool sumsF32 = out.isF16() || out.isBF16() || out.isF32();
  AffineMap rhsMap = contraction.rhsMap;
  return op.getResult() && isNarrow && sumsF32 && rhsMap.getNumResults() > 0 &&
         llvm::is_contained(contraction.n, rhsMap.getDimPosition(rhsMap.getNumResults() - 1));
}

/// `tensor` in f32.
Value widened(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value empty =
      tensor::EmptyOp::create(builder, loc, tensor::getMixedSizes(builder, loc, tensor), builder.getF32Type());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  auto body = [](OpBuilder &inner, Location at, ValueRange arguments) {
    Value wide = arith::ExtFOp::create(inner, at, inner.getF32Type(), arguments[0]);
    linalg::YieldOp::create(inner, at, wide);
  };
  return linalg::GenericOp::create(builder, loc, TypeRange{empty.getType()}, ValueRange{tensor}, ValueRange{empty},
                                   ArrayRef<AffineMap>{map, map}, iterators, body)
      .getResult(0);
}

struct WidenContractRowsPass final : lexon::core::impl::WidenContractRowsPassBase<WidenContractRowsPass> {
  using WidenContractRowsPassBase::WidenContractRowsPassBase;

  void runOnOperation() override {
    getOperation()->walk([](ContractOp op) {
      FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
      if (failed(contraction) || !broadcastsRows(op, *contraction))
        return;
      remark::passed(op.getLoc(), kEvent) << "lhs to f32";
      OpBuilder builder(op);
      op.getLhsMutable().assign(widened(builder, op.getLoc(), op.getLhs()));
    });
  }
};
} // namespace
