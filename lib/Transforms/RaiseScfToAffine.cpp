//===- RaiseScfToAffine.cpp - counted loops as affine ones ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Upstream's affine-raise-from-memref needs loops that are affine already, and indices that are computed as `index`.
// Programs from C compute them as i32 or i64, with casts in between; which casts change nothing is known from ranges.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"

namespace lexon {
#define GEN_PASS_DEF_RAISESCFTOAFFINEPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kLoop = remark::RemarkOpts::name("loop").category("raise-scf-to-affine");
constexpr auto kAccess = remark::RemarkOpts::name("access").category("raise-scf-to-affine");

unsigned widthOf(Type type) {
  return type.isIndex() ? IndexType::kInternalStorageBitWidth : type.getIntOrFloatBitWidth();
}

/// Which values integers may have, from the operations that compute them and the bounds of the loops around. MLIR's
/// IntegerRangeAnalysis does not widen: a variable that counts through blocks keeps it busy for 2^31 rounds.
class Ranges {
public:
  ConstantIntRanges of(Value value, unsigned depth = 0) {
    ConstantIntRanges any = ConstantIntRanges::maxRange(widthOf(value.getType()));
    auto known = ranges.find(value);
    if (known != ranges.end())
      return known->second;
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return ConstantIntRanges::constant(constant);
    auto op = value.getDefiningOp<InferIntRangeInterface>();
    if (!op || depth == kMaxDepth || op->getNumResults() != 1 ||
        llvm::any_of(op->getOperandTypes(), [](Type type) { return !type.isIntOrIndex(); }))
      return any;
    SmallVector<ConstantIntRanges> operands;
    for (Value operand : op->getOperands())
      operands.push_back(of(operand, depth + 1));
    ConstantIntRanges result = any;
    op.inferResultRanges(operands, [&](Value, const ConstantIntRanges &range) { result = range; });
    ranges.try_emplace(value, result);
    return result;
  }

  /// Remembers where the position of `loop` is. Loops around it come first.
  void add(scf::ForOp loop) {
    std::optional<int64_t> step = getConstantIntValue(loop.getStep());
    if (loop.getUnsignedCmp() || !step || *step <= 0)
      return;
    APInt first = of(loop.getLowerBound()).smin(), last = of(loop.getUpperBound()).smax();
    if (first.slt(last)) // else the body does not run
      ranges.try_emplace(loop.getInductionVar(), ConstantIntRanges::fromSigned(first, last - 1));
  }

private:
  static constexpr unsigned kMaxDepth = 32; ///< of expressions; deeper ones are taken to be anything
  DenseMap<Value, ConstantIntRanges> ranges;
};

/// What is known of the whole program.
struct Facts {
  Ranges ranges;
  DenseMap<Value, Value> casts; ///< symbols as index
};

/// Writes integer values as affine expressions of the dimensions and symbols around them. An expression stands for the
/// value as a signed number; where an operation may wrap around there is none.
class ExpressionReader {
public:
  ExpressionReader(Facts &facts, Region *scope) : ranges(facts.ranges), casts(facts.casts), scope(scope) {}

  /// Adds `value` to the results. False with `reason` set if it is not affine.
  bool add(Value value) {
    std::optional<AffineExpr> expr = read(value);
    if (expr)
      results.push_back(*expr);
    return expr.has_value();
  }
  /// As add; what is the largest (smallest) of several values is a result each.
  template <typename ExtremeOp> bool addExtreme(Value value) {
    if (auto extreme = value.getDefiningOp<ExtremeOp>())
      return addExtreme<ExtremeOp>(extreme.getLhs()) && addExtreme<ExtremeOp>(extreme.getRhs());
    return add(value);
  }

  /// The results as a map, and its operands. New casts of symbols stand beside their definitions.
  std::pair<AffineMap, SmallVector<Value>> take(MLIRContext *context) {
    SmallVector<Value> operands = dims;
    for (Value symbol : symbols)
      operands.push_back(asIndex(symbol));
    AffineMap map = AffineMap::get(dims.size(), symbols.size(), results, context);
    affine::fullyComposeAffineMapAndOperands(&map, &operands);
    affine::canonicalizeMapAndOperands(&map, &operands);
    return {map, operands};
  }

  StringRef reason;

private:
  std::optional<AffineExpr> fail(StringRef why) {
    reason = why;
    return std::nullopt;
  }

  bool isNonNegative(Value value) { return ranges.of(value).smin().isNonNegative(); }

  std::optional<AffineExpr> read(Value value) {
    MLIRContext *context = value.getContext();
    if (++valuesRead > kMaxValues)
      return fail("an expression of too many operations");
    if (!value.getType().isIndex() && (!value.getType().isInteger() || widthOf(value.getType()) > 64))
      return fail("an integer of more than 64 bits");
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return getAffineConstantExpr(constant.getSExtValue(), context);
    if (value.getType().isIndex() && affine::isValidDim(value, scope) && !affine::isValidSymbol(value, scope))
      return getAffineDimExpr(position(dims, value), context);
    if (value.getType().isIndex() ? affine::isValidSymbol(value, scope) : affine::isTopLevelValue(value, scope))
      return getAffineSymbolExpr(position(symbols, value), context);
    Operation *op = value.getDefiningOp();
    if (!op)
      return fail("depends on a value that changes from trip to trip and is no affine loop's position");
    if (isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
      return readArithmetic(op);
    if (isa<arith::ExtSIOp>(op) || (isa<arith::IndexCastOp>(op) && !value.getType().isIndex() &&
                                    widthOf(value.getType()) >= widthOf(op->getOperand(0).getType())))
      return read(op->getOperand(0));
    if (isa<arith::IndexCastOp, arith::TruncIOp>(op)) {
      ConstantIntRanges range = ranges.of(op->getOperand(0));
      unsigned width = widthOf(value.getType());
      if (width < widthOf(op->getOperand(0).getType()) &&
          !(range.smin().isSignedIntN(width) && range.smax().isSignedIntN(width)))
        return fail("a cast may cut off high bits");
      return read(op->getOperand(0));
    }
    if (isa<arith::ExtUIOp, arith::IndexCastUIOp>(op)) {
      if (widthOf(value.getType()) < widthOf(op->getOperand(0).getType()) || !isNonNegative(op->getOperand(0)))
        return fail("a cast from unsigned of what may have the highest bit set");
      return read(op->getOperand(0));
    }
    if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op)) {
      if (!matchPattern(op->getOperand(1), m_ConstantInt(&constant)) || !constant.isStrictlyPositive())
        return fail("a division by what is no positive constant");
      if (!isNonNegative(op->getOperand(0))) // C rounds to zero, affine expressions down
        return fail("a division of what may be negative");
      std::optional<AffineExpr> dividend = read(op->getOperand(0));
      if (!dividend)
        return std::nullopt;
      bool isQuotient = isa<arith::DivSIOp, arith::DivUIOp>(op);
      return isQuotient ? dividend->floorDiv(constant.getSExtValue()) : *dividend % constant.getSExtValue();
    }
    return fail("depends on an operation that is not affine");
  }

  std::optional<AffineExpr> readArithmetic(Operation *op) {
    if (!staysInRange(op))
      return fail("arithmetic that may wrap around");
    std::optional<AffineExpr> left = read(op->getOperand(0));
    std::optional<AffineExpr> right = left ? read(op->getOperand(1)) : std::nullopt;
    if (!right)
      return std::nullopt;
    if (isa<arith::MulIOp>(op)) {
      if (!isa<AffineConstantExpr>(*left) && !isa<AffineConstantExpr>(*right))
        return fail("a product of two values that are no constants");
      return *left * *right;
    }
    return isa<arith::AddIOp>(op) ? *left + *right : *left - *right;
  }

  /// True if the result is what signed numbers of any size would give.
  bool staysInRange(Operation *op) {
    auto flags = cast<arith::ArithIntegerOverflowFlagsInterface>(op).getOverflowAttr().getValue();
    if (bitEnumContainsAll(flags, arith::IntegerOverflowFlags::nsw))
      return true;
    ConstantIntRanges left = ranges.of(op->getOperand(0)), right = ranges.of(op->getOperand(1));
    for (const APInt &a : {left.smin(), left.smax()})
      for (const APInt &b : {right.smin(), right.smax()}) {
        bool overflows = false;
        if (isa<arith::AddIOp>(op))
          (void)a.sadd_ov(b, overflows);
        else if (isa<arith::SubIOp>(op))
          (void)a.ssub_ov(b, overflows);
        else
          (void)a.smul_ov(b, overflows);
        if (overflows)
          return false;
      }
    return true;
  }

  static unsigned position(SmallVector<Value> &values, Value value) {
    auto found = llvm::find(values, value);
    if (found == values.end()) {
      values.push_back(value);
      return values.size() - 1;
    }
    return found - values.begin();
  }

  Value asIndex(Value value) {
    if (value.getType().isIndex())
      return value;
    Value &cast = casts[value];
    if (!cast) {
      OpBuilder builder(value.getContext());
      builder.setInsertionPointAfterValue(value);
      cast = arith::IndexCastOp::create(builder, value.getLoc(), builder.getIndexType(), value);
    }
    return cast;
  }

  Ranges &ranges;
  DenseMap<Value, Value> &casts;
  Region *scope;
  SmallVector<Value> dims, symbols;
  SmallVector<AffineExpr> results;
  static constexpr unsigned kMaxValues = 256; ///< operands that are used twice are read twice: the time is bounded
  unsigned valuesRead = 0;
};

/// Null, or why `loop` stays.
std::optional<std::string> raise(scf::ForOp loop, Facts &facts) {
  Region *scope = affine::getAffineScope(loop);
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  if (!scope)
    return "not in a function";
  if (!loop.getInductionVar().getType().isIndex())
    return "counts in a type other than index";
  if (loop.getUnsignedCmp())
    return "compares without sign";
  if (!step || *step <= 0)
    return "the step is no positive constant";
  ExpressionReader lower(facts, scope), upper(facts, scope);
  if (!lower.addExtreme<arith::MaxSIOp>(loop.getLowerBound()))
    return "the first position: " + lower.reason.str();
  if (!upper.addExtreme<arith::MinSIOp>(loop.getUpperBound()))
    return "the end: " + upper.reason.str();
  OpBuilder builder(loop);
  auto [lowerMap, lowerOperands] = lower.take(loop.getContext());
  auto [upperMap, upperOperands] = upper.take(loop.getContext());
  auto raised = affine::AffineForOp::create(builder, loop.getLoc(), lowerOperands, lowerMap, upperOperands, upperMap,
                                            *step, loop.getInitArgs());
  // The same values stay the loop's position and sums, so that what is known of their ranges stays too.
  raised.getRegion().takeBody(loop.getRegion());
  Operation *yield = raised.getBody()->getTerminator();
  builder.setInsertionPoint(yield);
  affine::AffineYieldOp::create(builder, yield->getLoc(), yield->getOperands());
  yield->erase();
  raised->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  loop.replaceAllUsesWith(raised.getResults());
  loop.erase();
  return std::nullopt;
}

/// Null, or why the access stays.
template <typename RaisedOp, typename AccessOp> std::optional<std::string> raiseAccess(AccessOp access, Facts &facts) {
  Region *scope = affine::getAffineScope(access);
  if (!scope)
    return "not in a function";
  // What these say to the code generator an affine access cannot.
  if (access.getNontemporal() || access->hasAttr("volatile"))
    return "volatile or nontemporal";
  if (access.getAlignmentAttr())
    return "states an alignment";
  ExpressionReader indices(facts, scope);
  for (Value index : access.getIndices())
    if (!indices.add(index))
      return indices.reason.str();
  auto [map, operands] = indices.take(access.getContext());
  OpBuilder builder(access);
  RaisedOp raised;
  if constexpr (std::is_same_v<AccessOp, memref::LoadOp>)
    raised = RaisedOp::create(builder, access.getLoc(), access.getMemRef(), map, operands);
  else
    raised = RaisedOp::create(builder, access.getLoc(), access.getValueToStore(), access.getMemRef(), map, operands);
  for (NamedAttribute attribute : access->getDiscardableAttrs())
    raised->setAttr(attribute.getName(), attribute.getValue());
  access->replaceAllUsesWith(raised->getResults());
  access.erase();
  return std::nullopt;
}

struct RaiseScfToAffinePass final : lexon::impl::RaiseScfToAffinePassBase<RaiseScfToAffinePass> {
  using RaiseScfToAffinePassBase::RaiseScfToAffinePassBase;

  void runOnOperation() override {
    Facts facts;
    SmallVector<Operation *> ops; // outer loops first: inner bounds may depend on their positions
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<scf::ForOp, memref::LoadOp, memref::StoreOp>(op))
        ops.push_back(op);
      if (auto loop = dyn_cast<scf::ForOp>(op))
        facts.ranges.add(loop);
    });
    for (Operation *op : ops) {
      Location loc = op->getLoc();
      if (auto loop = dyn_cast<scf::ForOp>(op))
        report(kLoop, raise(loop, facts), loc);
      else if (auto load = dyn_cast<memref::LoadOp>(op))
        report(kAccess, raiseAccess<affine::AffineLoadOp>(load, facts), loc);
      else
        report(kAccess, raiseAccess<affine::AffineStoreOp>(cast<memref::StoreOp>(op), facts), loc);
    }
  }

  static void report(const remark::RemarkOpts &event, const std::optional<std::string> &reason, Location loc) {
    if (reason)
      remark::missed(loc, event) << remark::reason("{0}", *reason);
    else
      remark::passed(loc, event) << "raised";
  }
};
} // namespace
