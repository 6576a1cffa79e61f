//===- CanonicalizeMemRefsExtents.cpp - sizes and indices as polynomials --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A size in C is `(size_t)n * sizeof(float *)`, the loop over it ends at `(index)n`: equal only once casts are seen
// through. Narrow arithmetic is, where it cannot wrap (nsw, nuw).
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon::arrays;

static constexpr unsigned kMaxDepth = 16;

Polynomial Polynomial::constant(int64_t value) {
  Polynomial result;
  if (value)
    result.terms[{}] = value;
  return result;
}

std::optional<int64_t> Polynomial::asConstant() const {
  if (terms.empty())
    return 0;
  if (terms.size() == 1 && terms.begin()->first.empty())
    return terms.begin()->second;
  return std::nullopt;
}

int64_t Polynomial::coefficient(unsigned atom) const {
  auto found = terms.find({atom});
  return found == terms.end() ? 0 : found->second;
}

bool Polynomial::uses(unsigned atom) const {
  return llvm::any_of(terms, [&](auto &term) { return llvm::is_contained(term.first, atom); });
}

Polynomial Polynomial::plus(const Polynomial &other, int64_t factor) const {
  Polynomial result = *this;
  for (auto &[product, coefficient] : other.terms)
    if ((result.terms[product] += coefficient * static_cast<uint64_t>(factor)) == 0)
      result.terms.erase(product);
  return result;
}

Polynomial Polynomial::times(const Polynomial &other) const {
  Polynomial result;
  for (auto &[a, x] : terms)
    for (auto &[b, y] : other.terms) {
      SmallVector<unsigned, 2> product(a);
      product.append(b.begin(), b.end());
      llvm::sort(product);
      if ((result.terms[product] += x * y) == 0)
        result.terms.erase(product);
    }
  return result;
}

std::optional<Polynomial> Polynomial::dividedBy(int64_t divisor) const {
  Polynomial result;
  for (auto &[product, coefficient] : terms) {
    if (static_cast<int64_t>(coefficient) % divisor != 0)
      return std::nullopt;
    result.terms[product] = static_cast<int64_t>(coefficient) / divisor;
  }
  return result;
}

std::map<SmallVector<unsigned, 2>, uint64_t>::const_iterator Polynomial::leading() const {
  // Of products with as many factors the order of the map is one, too, that multiplying keeps.
  return llvm::max_element(
      terms, [](auto &a, auto &b) { return std::pair(a.first.size(), a.first) < std::pair(b.first.size(), b.first); });
}

std::pair<Polynomial, Polynomial> Polynomial::dividedBy(const Polynomial &divisor) const {
  Polynomial quotient, remainder, rest = *this;
  auto by = divisor.leading();
  while (!rest.terms.empty()) {
    auto [product, coefficient] = *rest.leading();
    SmallVector<unsigned, 2> factors;
    bool contains = std::includes(product.begin(), product.end(), by->first.begin(), by->first.end());
    std::set_difference(product.begin(), product.end(), by->first.begin(), by->first.end(),
                        std::back_inserter(factors));
    auto number = static_cast<int64_t>(coefficient), unit = static_cast<int64_t>(by->second);
    int64_t times = contains && unit > 0 && (divisor.asConstant() || number % unit == 0) ? number / unit : 0;
    Polynomial term;
    if (times) {
      term.terms[factors] = times;
      quotient = quotient.plus(term);
      rest = rest.plus(term.times(divisor), -1);
    }
    if (times && (divisor.asConstant() == std::nullopt || number % unit == 0))
      continue;
    // What remains of the term stays.
    if (auto left = rest.terms.find(product); left != rest.terms.end()) {
      remainder.terms[product] = left->second;
      rest.terms.erase(left);
    }
  }
  return {quotient, remainder};
}

static unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

unsigned Reader::atom(Value value, bool isSigned) {
  if (widthOf(value.getType()) == 64)
    isSigned = true; // both are the same
  auto [found, isNew] = numbers.try_emplace({value, isSigned}, atoms.size());
  if (isNew)
    atoms.push_back({value, isSigned});
  return found->second;
}

Polynomial Reader::read(Value value, bool isSigned) {
  return widthOf(value.getType()) == 64 ? readWide(value, 0) : readNarrow(value, isSigned, 0);
}

/// The widths of what `bound` was widened from, and how; nothing for others.
std::optional<int64_t> Reader::bitsOf(Value bound, bool &isSigned) {
  Operation *op = bound.getDefiningOp();
  if (!op)
    return std::nullopt;
  isSigned = isa<arith::IndexCastOp, arith::ExtSIOp>(op);
  if (!isSigned && !isa<arith::IndexCastUIOp, arith::ExtUIOp>(op))
    return std::nullopt;
  return widthOf(op->getOperand(0).getType());
}

bool Reader::fits(Value index, unsigned bits, bool isSigned) {
  // A position that starts at 0 or more and ends before what has that many bits, or the distance to its end.
  Value counter = index, end;
  if (auto difference = index.getDefiningOp<arith::SubIOp>()) {
    end = difference.getLhs();
    counter = difference.getRhs();
  }
  auto argument = dyn_cast<BlockArgument>(counter);
  auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : scf::ForOp();
  APInt first, step;
  if (!loop || counter != loop.getInductionVar() || !matchPattern(loop.getLowerBound(), m_ConstantInt(&first)) ||
      first.isNegative() || !matchPattern(loop.getStep(), m_ConstantInt(&step)) || !step.isStrictlyPositive())
    return false;
  Polynomial last = read(loop.getUpperBound());
  Value bound = loop.getUpperBound();
  if (end) {
    // 0 <= end - counter <= end if counter <= end, that is, if it stays below end + 1.
    std::optional<int64_t> distance = last.plus(read(end), -1).asConstant();
    if (!distance || *distance > 1)
      return false;
    bound = end;
  } else if (auto sum = bound.getDefiningOp<arith::AddIOp>(); sum && matchPattern(sum.getRhs(), m_One())) {
    bound = sum.getLhs();
  }
  APInt constant;
  if (matchPattern(bound, m_ConstantInt(&constant)))
    return constant.getSExtValue() < (int64_t(1) << (bits - 1)) && constant.getSExtValue() >= 0;
  bool boundIsSigned = false;
  std::optional<int64_t> from = bitsOf(bound, boundIsSigned);
  if (!from)
    return false;
  // What is not negative and below 2^(n-1) fits either way.
  unsigned needed = boundIsSigned ? *from - 1 : *from;
  return needed <= (isSigned ? bits - 1 : bits);
}

Polynomial Reader::readWide(Value value, unsigned depth) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return Polynomial::constant(constant.getSExtValue());
  Polynomial self;
  self.terms[{atom(value, true)}] = 1;
  Operation *op = value.getDefiningOp();
  if (!op || depth >= kMaxDepth)
    return self;
  if (isa<arith::AddIOp>(op))
    return readWide(op->getOperand(0), depth + 1).plus(readWide(op->getOperand(1), depth + 1));
  if (isa<arith::SubIOp>(op))
    return readWide(op->getOperand(0), depth + 1).plus(readWide(op->getOperand(1), depth + 1), -1);
  if (isa<arith::MulIOp>(op)) {
    Polynomial product = readWide(op->getOperand(0), depth + 1).times(readWide(op->getOperand(1), depth + 1));
    return product.terms.size() <= 16 ? product : self;
  }
  // A loop to more than 2^63 - 1 would have written behind the end of any array.
  if (isa<arith::MinUIOp>(op) && matchPattern(op->getOperand(1), m_ConstantInt(&constant)) &&
      constant.isMaxSignedValue())
    return readWide(op->getOperand(0), depth + 1);
  if (isa<arith::ShLIOp>(op) && matchPattern(op->getOperand(1), m_ConstantInt(&constant)) && constant.ult(63))
    return readWide(op->getOperand(0), depth + 1).times(Polynomial::constant(int64_t(1) << constant.getZExtValue()));
  if (isa<arith::ExtSIOp, arith::ExtUIOp, arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    Value from = op->getOperand(0);
    if (widthOf(from.getType()) == 64)
      return readWide(from, depth + 1);
    return readNarrow(from, isa<arith::ExtSIOp, arith::IndexCastOp>(op), depth + 1);
  }
  return self;
}

/// True if `op` adds less to a value than an operation before it, which cannot wrap: where `n + 2` is computed without
/// overflow, so is `n + 1`, whose flag folding may have lost.
static bool cannotWrapBeside(Operation *op) {
  APInt by, other;
  if (!isa<arith::AddIOp>(op) || !matchPattern(op->getOperand(1), m_ConstantInt(&by)))
    return false;
  return llvm::any_of(op->getOperand(0).getUsers(), [&](Operation *user) {
    auto sum = dyn_cast<arith::AddIOp>(user);
    if (!sum || sum.getLhs() != op->getOperand(0) || !matchPattern(sum.getRhs(), m_ConstantInt(&other)) ||
        !bitEnumContainsAny(sum.getOverflowFlags(), arith::IntegerOverflowFlags::nsw))
      return false;
    bool isBefore = user->getBlock() == op->getBlock()
                        ? user->isBeforeInBlock(op)
                        : user->getBlock()->isEntryBlock() && user->getParentOp()->isProperAncestor(op);
    return isBefore && (by.isNegative() ? other.sle(by) : other.sge(by));
  });
}

Polynomial Reader::readNarrow(Value value, bool isSigned, unsigned depth) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return Polynomial::constant(isSigned ? constant.getSExtValue() : constant.getZExtValue());
  Polynomial self;
  self.terms[{atom(value, isSigned)}] = 1;
  Operation *op = value.getDefiningOp();
  if (!op || depth >= kMaxDepth)
    return self;
  if (auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op)) {
    if (!bitEnumContainsAny(flags.getOverflowAttr().getValue(),
                            isSigned ? arith::IntegerOverflowFlags::nsw : arith::IntegerOverflowFlags::nuw) &&
        !(isSigned && cannotWrapBeside(op)))
      return self;
    // What is cut off is known to be the sign, or nothing.
    if (isa<arith::TruncIOp>(op) && widthOf(op->getOperand(0).getType()) == 64)
      return readWide(op->getOperand(0), depth + 1);
    auto operand = [&](unsigned i) { return readNarrow(op->getOperand(i), isSigned, depth + 1); };
    Polynomial result = self;
    if (isa<arith::AddIOp>(op))
      result = operand(0).plus(operand(1));
    else if (isa<arith::SubIOp>(op))
      result = operand(0).plus(operand(1), -1);
    else if (isa<arith::MulIOp>(op))
      result = operand(0).times(operand(1));
    else if (isa<arith::ShLIOp>(op) && matchPattern(op->getOperand(1), m_ConstantInt(&constant)) && constant.ult(31))
      result = operand(0).times(Polynomial::constant(int64_t(1) << constant.getZExtValue()));
    if (result.terms.size() > 16)
      return self;
    wholes[result.terms].push_back({value, isSigned});
    return result;
  }
  if (isa<arith::ExtUIOp>(op) || (isSigned && isa<arith::ExtSIOp>(op)))
    return readNarrow(op->getOperand(0), isa<arith::ExtSIOp>(op), depth + 1);
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp, arith::TruncIOp>(op)) {
    Value from = op->getOperand(0);
    if (auto cast = from.getDefiningOp<arith::IndexCastOp>(); cast && widthOf(cast.getIn().getType()) == 64)
      from = cast.getIn();
    if (widthOf(from.getType()) == 64 && fits(from, widthOf(value.getType()), isSigned))
      return readWide(from, depth + 1);
  }
  return self;
}

Polynomial Reader::substitute(const Polynomial &polynomial, ValueRange from, ValueRange to) {
  Polynomial result;
  for (auto &[product, coefficient] : polynomial.terms) {
    Polynomial term = Polynomial::constant(coefficient);
    for (unsigned number : product) {
      auto [value, isSigned] = atoms[number];
      Polynomial factor;
      factor.terms[{number}] = 1;
      for (auto [old, replacement] : llvm::zip_equal(from, to))
        if (old == value)
          factor = read(replacement, isSigned);
      term = term.times(factor);
    }
    result = result.plus(term);
  }
  return result;
}

bool Reader::isNarrow(const Polynomial &polynomial) const {
  if (polynomial.asConstant())
    return true;
  if (wholes.count(polynomial.terms))
    return true;
  return polynomial.terms.size() == 1 && polynomial.terms.begin()->first.size() == 1 &&
         polynomial.terms.begin()->second == 1 &&
         widthOf(atoms[polynomial.terms.begin()->first.front()].first.getType()) <= 32;
}

bool Reader::isAvailable(const Polynomial &polynomial, Operation *op, const DominanceInfo &dominance) const {
  for (auto &[product, coefficient] : polynomial.terms)
    for (unsigned number : product)
      if (!dominance.properlyDominates(atoms[number].first, op))
        return false;
  return true;
}

Value Reader::materializeExtent(const Polynomial &polynomial, OpBuilder &builder, Operation *op,
                                const DominanceInfo &dominance) const {
  auto found = wholes.find(polynomial.terms);
  if (found != wholes.end() && !polynomial.asConstant())
    for (auto [value, isSigned] : found->second)
      if (dominance.properlyDominates(value, op)) {
        if (isSigned)
          return arith::IndexCastOp::create(builder, op->getLoc(), builder.getIndexType(), value);
        return arith::IndexCastUIOp::create(builder, op->getLoc(), builder.getIndexType(), value);
      }
  return materialize(polynomial, builder, op->getLoc());
}

Value Reader::materialize(const Polynomial &polynomial, OpBuilder &builder, Location loc) const {
  Value sum;
  for (auto &[product, coefficient] : polynomial.terms) {
    Value term;
    auto multiply = [&](Value factor) {
      term = term ? arith::MulIOp::create(builder, loc, term, factor).getResult() : factor;
    };
    for (unsigned number : product) {
      auto [value, isSigned] = atoms[number];
      if (value.getType().isIndex())
        multiply(value);
      else if (isSigned)
        multiply(arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value));
      else
        multiply(arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), value));
    }
    if (coefficient != 1 || !term)
      multiply(arith::ConstantIndexOp::create(builder, loc, coefficient));
    sum = sum ? arith::AddIOp::create(builder, loc, sum, term).getResult() : term;
  }
  return sum ? sum : arith::ConstantIndexOp::create(builder, loc, 0).getResult();
}

std::string Reader::print(const Polynomial &polynomial) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  OpPrintingFlags flags;
  flags.useLocalScope();
  llvm::ListSeparator plus(" + ");
  for (auto &[product, coefficient] : polynomial.terms) {
    os << plus;
    if (coefficient != 1 || product.empty())
      os << static_cast<int64_t>(coefficient) << (product.empty() ? "" : "*");
    llvm::ListSeparator times("*");
    for (unsigned number : product) {
      os << times;
      atoms[number].first.printAsOperand(os, flags);
    }
  }
  return text.empty() ? "0" : text;
}
