//===- LinearIndex.cpp - indices linear in loop counters ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/LinearIndex.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using lexon::LinearIndex;

namespace {
/// Longer chains of operations are not followed: recursion must not depend on the input's size.
constexpr unsigned kMaxDepth = 200;
/// Sums are followed twice at each operation, so less far.
constexpr unsigned kMaxSumDepth = 12;

bool isInvariantIn(const lexon::OpRange &range, Value value, llvm::SmallDenseMap<Value, bool> &known, unsigned depth) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return !range.contains(cast<BlockArgument>(value).getOwner()->getParentOp());
  if (!range.contains(op))
    return true;
  if (auto it = known.find(value); it != known.end())
    return it->second;
  bool invariant =
      depth < kMaxDepth && op->getNumRegions() == 0 && isPure(op) &&
      llvm::all_of(op->getOperands(), [&](Value operand) { return isInvariantIn(range, operand, known, depth + 1); });
  known[value] = invariant;
  return invariant;
}

/// Adds `coefficient` of `key` to `terms`; false if it overflows.
template <typename Key> bool addTerm(SmallVectorImpl<std::pair<Key, int64_t>> &terms, Key key, int64_t coefficient) {
  auto it = llvm::find_if(terms, [&](auto &term) { return term.first == key; });
  if (it == terms.end()) {
    if (coefficient != 0)
      terms.push_back({key, coefficient});
    return true;
  }
  if (llvm::AddOverflow(it->second, coefficient, it->second))
    return false;
  if (it->second == 0)
    terms.erase(it);
  return true;
}

/// `a + factor * terms of b`.
template <typename Key>
bool addTerms(SmallVectorImpl<std::pair<Key, int64_t>> &a, ArrayRef<std::pair<Key, int64_t>> b, int64_t factor) {
  for (auto [key, coefficient] : b) {
    int64_t product;
    if (llvm::MulOverflow(coefficient, factor, product) || !addTerm(a, key, product))
      return false;
  }
  return true;
}

/// True if integer arithmetic in the type of `op` never differs from arithmetic on indices.
template <typename OpTy> bool cannotWrap(OpTy op) {
  return op.getType().isIndex() || bitEnumContainsAll(op.getOverflowFlags(), arith::IntegerOverflowFlags::nsw);
}

std::optional<LinearIndex> multiply(const std::optional<LinearIndex> &a, const std::optional<LinearIndex> &b) {
  if (!a || !b || (!a->isConstant() && !b->isConstant()))
    return std::nullopt;
  return a->isConstant() ? lexon::addScaled({}, *b, a->constant) : lexon::addScaled({}, *a, b->constant);
}

std::optional<LinearIndex> add(const std::optional<LinearIndex> &a, const std::optional<LinearIndex> &b,
                               int64_t factor) {
  return a && b ? lexon::addScaled(*a, *b, factor) : std::nullopt;
}
} // namespace

bool lexon::OpRange::contains(Operation *op) const {
  Operation *ancestor = op ? first->getBlock()->findAncestorOpInBlock(*op) : nullptr;
  return ancestor && !ancestor->isBeforeInBlock(first) && !last->isBeforeInBlock(ancestor);
}

bool lexon::OpRange::isInvariant(Value value) const {
  llvm::SmallDenseMap<Value, bool> known;
  return isInvariantIn(*this, value, known, 0);
}

bool LinearIndex::operator==(const LinearIndex &other) const {
  std::optional<LinearIndex> difference = addScaled(*this, other, -1);
  return difference && difference->isConstant() && difference->constant == 0;
}

std::optional<LinearIndex> lexon::addScaled(const LinearIndex &a, const LinearIndex &b, int64_t factor) {
  LinearIndex sum = a;
  int64_t product;
  if (!addTerms<unsigned>(sum.loops, b.loops, factor) || !addTerms<Value>(sum.invariants, b.invariants, factor) ||
      llvm::MulOverflow(b.constant, factor, product) || llvm::AddOverflow(sum.constant, product, sum.constant))
    return std::nullopt;
  return sum;
}

std::optional<LinearIndex> lexon::LinearIndexReader::read(Value value, unsigned depth) const {
  LinearIndex index;
  if (auto it = loopOf.find(value); it != loopOf.end()) {
    index.loops.push_back({it->second, 1});
    return index;
  }
  if (std::optional<int64_t> constant = getConstantIntValue(OpFoldResult(value))) {
    index.constant = *constant;
    return index;
  }
  if (Operation *op = value.getDefiningOp())
    if (std::optional<LinearIndex> arithmetic = readArithmetic(op, depth + 1))
      return arithmetic;
  if (!value.getType().isIntOrIndex() || (!value.getType().isIndex() && value.getType().getIntOrFloatBitWidth() > 64))
    return std::nullopt;
  if (!range.isInvariant(value))
    return std::nullopt;
  index.invariants.push_back({value, 1});
  return index;
}

std::optional<LinearIndex> lexon::LinearIndexReader::readArithmetic(Operation *op, unsigned depth) const {
  if (depth > kMaxSumDepth)
    return std::nullopt;
  if (auto cast = dyn_cast<arith::IndexCastOp>(op)) {
    bool keepsAll = cast.getType().isIndex() ? cast.getIn().getType().getIntOrFloatBitWidth() <= 64
                                             : cast.getType().getIntOrFloatBitWidth() >= 64;
    return keepsAll ? read(cast.getIn(), depth) : std::nullopt;
  }
  if (auto cut = dyn_cast<arith::TruncIOp>(op);
      cut && bitEnumContainsAll(cut.getOverflowFlags(), arith::IntegerOverflowFlags::nsw))
    return read(cut.getIn(), depth);
  if (auto extension = dyn_cast<arith::ExtSIOp>(op))
    return extension.getType().isInteger() && extension.getType().getIntOrFloatBitWidth() <= 64
               ? read(extension.getIn(), depth)
               : std::nullopt;
  if (auto sum = dyn_cast<arith::AddIOp>(op); sum && cannotWrap(sum))
    return add(read(sum.getLhs(), depth), read(sum.getRhs(), depth), 1);
  if (auto difference = dyn_cast<arith::SubIOp>(op); difference && cannotWrap(difference))
    return add(read(difference.getLhs(), depth), read(difference.getRhs(), depth), -1);
  if (auto product = dyn_cast<arith::MulIOp>(op); product && cannotWrap(product))
    return multiply(read(product.getLhs(), depth), read(product.getRhs(), depth));
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    return read(apply.getAffineMap().getResult(0), apply.getAffineMap().getNumDims(), apply.getMapOperands(), depth);
  return std::nullopt;
}

std::optional<LinearIndex> lexon::LinearIndexReader::read(AffineExpr expr, unsigned numDims, ValueRange operands,
                                                          unsigned depth) const {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return read(operands[dim.getPosition()], depth);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return read(operands[numDims + symbol.getPosition()], depth);
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    LinearIndex index;
    index.constant = constant.getValue();
    return index;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  if (binary.getKind() != AffineExprKind::Add && binary.getKind() != AffineExprKind::Mul)
    return std::nullopt;
  std::optional<LinearIndex> lhs = read(binary.getLHS(), numDims, operands, depth);
  std::optional<LinearIndex> rhs = read(binary.getRHS(), numDims, operands, depth);
  return binary.getKind() == AffineExprKind::Add ? add(lhs, rhs, 1) : multiply(lhs, rhs);
}
