//===- Contraction.cpp - is this operation a contraction? -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace {
/// The block argument that `value` is, through at most one widening conversion; -1 if it is none.
int widenedArgument(Value value, Block *body, bool &isUnsigned) {
  if (Operation *cast = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(cast))
      return -1;
    isUnsigned = isa<arith::ExtUIOp>(cast);
    value = cast->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && argument.getOwner() == body ? static_cast<int>(argument.getArgNumber()) : -1;
}

/// Matches yield(out + cast(a) * cast(b)). i1 is left out: there the operations mean `and` and `xor`.
bool matchBody(Block *body, lexon::Contraction &contraction) {
  auto yield = cast<linalg::YieldOp>(body->getTerminator());
  if (yield.getNumOperands() != 1 || body->getNumArguments() != 3)
    return false;
  Operation *add = yield.getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add) || add->getResult(0).getType().isInteger(1))
    return false;
  for (int side : {0, 1}) {
    Operation *mul = add->getOperand(1 - side).getDefiningOp();
    auto accumulator = dyn_cast<BlockArgument>(add->getOperand(side));
    bool isFloat = isa<arith::AddFOp>(add);
    if (!accumulator || accumulator.getOwner() != body || accumulator.getArgNumber() != 2 ||
        !(isFloat ? isa_and_nonnull<arith::MulFOp>(mul) : isa_and_nonnull<arith::MulIOp>(mul)))
      continue;
    bool firstUnsigned = false, secondUnsigned = false;
    int first = widenedArgument(mul->getOperand(0), body, firstUnsigned);
    int second = widenedArgument(mul->getOperand(1), body, secondUnsigned);
    if (first == 1 && second == 0) {
      std::swap(first, second);
      std::swap(firstUnsigned, secondUnsigned);
    }
    if (first != 0 || second != 1)
      continue;
    contraction.lhsUnsigned = firstUnsigned;
    contraction.rhsUnsigned = secondUnsigned;
    return true;
  }
  return false;
}

bool matchDimensions(lexon::Contraction &contraction) {
  auto kinds = contraction.op.getIteratorTypesArray();
  for (unsigned dim = 0; dim < kinds.size(); ++dim) {
    bool inLhs = contraction.lhsMap.isFunctionOfDim(dim), inRhs = contraction.rhsMap.isFunctionOfDim(dim);
    bool inOut = contraction.outMap.isFunctionOfDim(dim);
    if (inOut != (kinds[dim] == utils::IteratorType::parallel))
      return false;
    if (inLhs && inRhs)
      (inOut ? contraction.batch : contraction.k).push_back(dim);
    else if (inLhs && inOut)
      contraction.m.push_back(dim);
    else if (inRhs && inOut)
      contraction.n.push_back(dim);
    else
      return false;
  }
  return true;
}
} // namespace

FailureOr<lexon::Contraction> lexon::matchContraction(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || op->getNumRegions() != 1)
    return failure();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (AffineMap map : maps)
    if (!map.isProjectedPermutation())
      return failure();
  Contraction contraction;
  contraction.op = op;
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.outMap = maps[2];
  for (Value operand : op->getOperands())
    if (!isa<ShapedType>(operand.getType()))
      return failure();
  if (!matchBody(op.getBlock(), contraction) || !matchDimensions(contraction))
    return failure();
  return contraction;
}
