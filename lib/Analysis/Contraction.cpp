//===- Contraction.cpp - is this operation a contraction? -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

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

/// The factors of a product of the body, in any association; `value` itself if it is none.
void collectFactors(Value value, SmallVectorImpl<Value> &factors) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::MulFOp, arith::MulIOp>(op) && factors.size() < 3) {
    collectFactors(op->getOperand(0), factors);
    collectFactors(op->getOperand(1), factors);
    return;
  }
  factors.push_back(value);
}

/// The scalar that `value` is in every iteration: an operand of `op` that is no tensor or memref, a value from outside,
/// or a constant; null if it is none of these.
Value invariantScalar(Value value, linalg::LinalgOp op) {
  if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == op.getBlock()) {
    Value operand = op->getOperand(argument.getArgNumber());
    return isa<ShapedType>(operand.getType()) ? Value() : operand;
  }
  Operation *definition = value.getDefiningOp();
  bool isOutside = !definition || !op->isProperAncestor(definition);
  return isOutside || definition->hasTrait<OpTrait::ConstantLike>() ? value : Value();
}

/// Matches cast(lhs) * cast(rhs), with at most one more factor.
bool matchProduct(Value product, lexon::Contraction &contraction) {
  SmallVector<Value> factors;
  collectFactors(product, factors);
  if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product.getDefiningOp()) || factors.size() > 3)
    return false;
  bool found[2] = {false, false};
  for (Value factor : factors) {
    bool isUnsigned = false;
    int argument = widenedArgument(factor, cast<linalg::LinalgOp>(contraction.op).getBlock(), isUnsigned);
    if ((argument == 0 || argument == 1) && !found[argument]) {
      found[argument] = true;
      (argument == 0 ? contraction.lhsUnsigned : contraction.rhsUnsigned) = isUnsigned;
    } else if (Value scalar =
                   contraction.scale ? Value() : invariantScalar(factor, cast<linalg::LinalgOp>(contraction.op))) {
      contraction.scale = scalar;
    } else {
      return false;
    }
  }
  return found[0] && found[1];
}

/// Matches yield(out ± product). i1 is left out: there the operations mean `and` and `xor`.
bool matchBody(lexon::Contraction &contraction) {
  Block *body = cast<linalg::LinalgOp>(contraction.op).getBlock();
  auto yield = cast<linalg::YieldOp>(body->getTerminator());
  if (yield.getNumOperands() != 1)
    return false;
  Operation *sum = yield.getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp, arith::SubFOp>(sum) || sum->getResult(0).getType().isInteger(1))
    return false;
  contraction.negated = isa<arith::SubFOp>(sum);
  for (int side : {0, 1}) {
    Operation *product = sum->getOperand(1 - side).getDefiningOp();
    bool isFloat = !isa<arith::AddIOp>(sum);
    if (sum->getOperand(side) != body->getArguments().back() || (contraction.negated && side == 1) ||
        !(isFloat ? isa_and_nonnull<arith::MulFOp>(product) : isa_and_nonnull<arith::MulIOp>(product)))
      continue;
    contraction.scale = {};
    if (matchProduct(product->getResult(0), contraction))
      return true;
  }
  return false;
}

/// Matches one factor of an ordered product: a widened element, multiplied by a scalar, negated.
bool matchOrderedFactor(Value value, lexon::Contraction &contraction, bool (&found)[2], bool &negated) {
  auto op = cast<linalg::LinalgOp>(contraction.op);
  if (auto negation = value.getDefiningOp<arith::NegFOp>()) {
    negated = !negated;
    value = negation.getOperand();
  }
  auto product = value.getDefiningOp<arith::MulFOp>();
  Value scalar;
  if (product && op->isProperAncestor(product)) {
    Value first = invariantScalar(product.getLhs(), op), second = invariantScalar(product.getRhs(), op);
    if (contraction.scale || static_cast<bool>(first) == static_cast<bool>(second))
      return false;
    scalar = first ? first : second;
    value = first ? product.getRhs() : product.getLhs();
  }
  bool isUnsigned = false;
  int argument = widenedArgument(value, op.getBlock(), isUnsigned);
  if (argument < 0 || argument > 1 || found[argument])
    return false;
  found[argument] = true;
  if (scalar) {
    contraction.scale = scalar;
    contraction.scalesRhs = argument == 1;
  }
  return true;
}

/// Matches yield(out ± product) or yield(fma(x, y, out)), where every rounding is as it stands.
bool matchOrderedBody(lexon::Contraction &contraction) {
  Block *body = cast<linalg::LinalgOp>(contraction.op).getBlock();
  auto yield = cast<linalg::YieldOp>(body->getTerminator());
  Operation *sum = yield.getNumOperands() == 1 ? yield.getOperand(0).getDefiningOp() : nullptr;
  Value out = body->getArguments().back();
  Value x, y;
  if (auto fma = dyn_cast_or_null<math::FmaOp>(sum); fma && fma.getC() == out) {
    contraction.isFused = true;
    x = fma.getA();
    y = fma.getB();
  } else if (isa_and_nonnull<arith::AddFOp, arith::SubFOp>(sum)) {
    bool isSecond = isa<arith::AddFOp>(sum) && sum->getOperand(1) == out;
    auto product = sum->getOperand(isSecond ? 0 : 1).getDefiningOp<arith::MulFOp>();
    if (!product || sum->getOperand(isSecond ? 1 : 0) != out)
      return false;
    contraction.negated = isa<arith::SubFOp>(sum);
    x = product.getLhs();
    y = product.getRhs();
  } else {
    return false;
  }
  bool found[2] = {false, false};
  return matchOrderedFactor(x, contraction, found, contraction.negated) &&
         matchOrderedFactor(y, contraction, found, contraction.negated);
}

/// Matches yield(out ± f(...)) and yield(fma(f(...), g(...), out)), where f and g are arithmetic on elements of the
/// inputs and invariant scalars, and the inputs behind lhs and rhs are indexed and stored as one of these.
bool matchArithmeticBody(lexon::Contraction &contraction) {
  auto op = cast<linalg::LinalgOp>(contraction.op);
  Block *body = op.getBlock();
  BlockArgument out = body->getArguments().back();
  Operation *sum = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!out.hasOneUse() || !isa_and_nonnull<arith::AddFOp, arith::SubFOp, math::FmaOp>(sum) ||
      *out.getUsers().begin() != sum || (isa<arith::SubFOp>(sum) && sum->getOperand(0) != out) ||
      (isa<math::FmaOp>(sum) && sum->getOperand(2) != out))
    return false;
  auto isElement = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == body && argument.getType() == out.getType();
  };
  for (Operation &inner : body->without_terminator()) {
    if (inner.hasTrait<OpTrait::ConstantLike>())
      continue;
    if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp, math::FmaOp>(inner))
      return false;
    for (Value operand : inner.getOperands())
      if (!isElement(operand) && (!operand.getDefiningOp() || operand.getDefiningOp()->getBlock() != body) &&
          !invariantScalar(operand, op))
        return false;
  }
  auto isStoredAs = [&](unsigned number, unsigned model) {
    auto type = cast<ShapedType>(op->getOperand(number).getType());
    auto memref = dyn_cast<MemRefType>(type), modelMemref = dyn_cast<MemRefType>(op->getOperand(model).getType());
    return op.getIndexingMapsArray()[number] == op.getIndexingMapsArray()[model] &&
           type.getElementType() == out.getType() && static_cast<bool>(memref) == static_cast<bool>(modelMemref) &&
           (!memref || memref.isLastDimUnitStride() == modelMemref.isLastDimUnitStride());
  };
  if (!isStoredAs(0, 0) || !isStoredAs(1, 1))
    return false;
  for (unsigned number = 2; number < op.getNumDpsInputs(); ++number) {
    if (!isStoredAs(number, 0) && !isStoredAs(number, 1))
      return false;
    (isStoredAs(number, 0) ? contraction.asLhs : contraction.asRhs).push_back(number);
  }
  contraction.hasBody = true;
  return true;
}

bool matchDimensions(lexon::Contraction &contraction) {
  for (unsigned dim = 0; dim < contraction.lhsMap.getNumDims(); ++dim) {
    bool inLhs = contraction.lhsMap.isFunctionOfDim(dim), inRhs = contraction.rhsMap.isFunctionOfDim(dim);
    bool inOut = contraction.outMap.isFunctionOfDim(dim);
    if (auto op = contraction.linalgOp();
        op && inOut != (op.getIteratorTypesArray()[dim] == utils::IteratorType::parallel))
      return false;
    if (lexon::core::ContractOp contract = contraction.contractOp(); contract && contract.getGroupDim() == dim)
      contraction.group = dim;
    else if (inLhs && inRhs)
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

namespace {
FailureOr<lexon::Contraction> matchLinalg(linalg::LinalgOp op, bool mayHaveBody) {
  if (op.getNumDpsInputs() < 2 || (op.getNumDpsInputs() > 3 && !mayHaveBody) || op.getNumDpsInits() != 1 ||
      op->getNumRegions() != 1 || op.getBlock()->getNumArguments() != op->getNumOperands())
    return failure();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  lexon::Contraction contraction;
  contraction.op = op;
  contraction.sizes = op.getStaticLoopRanges();
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.outMap = maps.back();
  for (AffineMap map : {maps[1], maps.back()})
    if (!map.isProjectedPermutation())
      return failure();
  if (!maps[0].isProjectedPermutation() && !llvm::all_of(maps[0].getResults(), lexon::core::isSumOfDims))
    return failure();
  for (Value operand : {contraction.lhs(), contraction.rhs(), contraction.out()})
    if (!isa<ShapedType>(operand.getType()))
      return failure();
  contraction.isOrdered = op->hasAttr(lexon::kOrderedAttr);
  bool isProduct = contraction.isOrdered ? matchOrderedBody(contraction) : matchBody(contraction);
  if (op.getNumDpsInputs() > 2)
    isProduct &= op.getNumDpsInputs() == 3 && contraction.scale == op->getOperand(2);
  if (!isProduct) {
    contraction.scale = {};
    contraction.negated = contraction.isFused = false;
    if (!contraction.isOrdered || !mayHaveBody || !matchArithmeticBody(contraction))
      return failure();
  }
  if (!matchDimensions(contraction))
    return failure();
  bool isFloat = isa<FloatType>(cast<ShapedType>(contraction.out().getType()).getElementType());
  bool isScaled = contraction.scale || contraction.negated;
  if (isScaled && !isFloat)
    return failure();
  return contraction;
}
} // namespace

Value lexon::Contraction::out() const {
  core::ContractOp contract = contractOp();
  return contract ? contract.getOut() : op->getOperands().back(); // behind it there may be sums of its parts
}

FailureOr<lexon::Contraction> lexon::matchContraction(Operation *op, bool mayHaveBody) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return matchLinalg(linalgOp, mayHaveBody);
  auto contract = dyn_cast<core::ContractOp>(op);
  if (!contract)
    return failure();
  Contraction contraction;
  contraction.op = op;
  contraction.sizes = contract.getStaticSizes();
  SmallVector<AffineMap> maps = contract.getMaps();
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.outMap = maps.back();
  if (!matchDimensions(contraction))
    return failure();
  return contraction;
}
