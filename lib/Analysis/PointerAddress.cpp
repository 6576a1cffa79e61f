//===- PointerAddress.cpp - addresses linear in loop counters -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/PointerAddress.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using lexon::IndexSum;
using lexon::IndexTerm;
using lexon::PointerAddress;

namespace {
/// Sums are followed twice at each operation: not far.
constexpr unsigned kMaxDepth = 12;
/// Pointers are moved once for each dimension.
constexpr unsigned kMaxSteps = 16;

int64_t wrapped(uint64_t value) { return static_cast<int64_t>(value); }

/// `a + factor * b`.
IndexSum plus(IndexSum a, const IndexSum &b, int64_t factor) {
  for (const IndexTerm &term : b) {
    int64_t coefficient = wrapped(static_cast<uint64_t>(term.coefficient) * static_cast<uint64_t>(factor));
    auto *found = llvm::find_if(
        a, [&](const IndexTerm &other) { return other.loop == term.loop && other.factors == term.factors; });
    if (found == a.end()) {
      a.push_back(term);
      a.back().coefficient = coefficient;
    } else {
      found->coefficient = wrapped(static_cast<uint64_t>(found->coefficient) + static_cast<uint64_t>(coefficient));
    }
  }
  llvm::erase_if(a, [](const IndexTerm &term) { return term.coefficient == 0; });
  return a;
}

/// The product, unless two loop counters would be multiplied.
std::optional<IndexSum> multiply(const IndexSum &a, const IndexSum &b) {
  IndexSum product;
  for (const IndexTerm &x : a)
    for (const IndexTerm &y : b) {
      if (x.loop && y.loop)
        return std::nullopt;
      IndexTerm term;
      term.loop = x.loop ? x.loop : y.loop;
      llvm::append_range(term.factors, x.factors);
      llvm::append_range(term.factors, y.factors);
      llvm::sort(term.factors, [](Value u, Value v) { return u.getAsOpaquePointer() < v.getAsOpaquePointer(); });
      term.coefficient = wrapped(static_cast<uint64_t>(x.coefficient) * static_cast<uint64_t>(y.coefficient));
      product = plus(std::move(product), {term}, 1);
    }
  return product;
}

/// True if arithmetic in the type of `op` never differs from arithmetic on addresses.
template <typename OpTy> bool cannotWrap(OpTy op) {
  return op.getType().isIndex() || op.getType().getIntOrFloatBitWidth() == 64 ||
         bitEnumContainsAll(op.getOverflowFlags(), arith::IntegerOverflowFlags::nsw);
}

/// True if a counter's bound, an end if it is not its first value, surely keeps it in `type`, as a signed or an
/// unsigned number.
bool fits(Value bound, Type type, bool isSigned, bool isEnd, unsigned depth = 0) {
  auto sum = bound.getDefiningOp<arith::AddIOp>();
  bool isNext = sum && getConstantIntValue(sum.getRhs()) == 1;
  if (isNext && isEnd)
    bound = sum.getLhs(); // i <= n
  // Another loop's counter, or the next one: not behind that loop's end.
  if (auto counter = dyn_cast<BlockArgument>(isNext ? sum.getLhs() : bound))
    if (auto loop = dyn_cast<scf::ForOp>(counter.getOwner()->getParentOp());
        loop && loop.getInductionVar() == counter && depth < kMaxDepth)
      return fits(loop.getLowerBound(), type, isSigned, /*isEnd=*/false, depth + 1) &&
             fits(loop.getUpperBound(), type, isSigned, /*isEnd=*/!isNext || isEnd, depth + 1);
  auto bits = static_cast<unsigned>(type.getIntOrFloatBitWidth());
  if (std::optional<int64_t> constant = getConstantIntValue(OpFoldResult(bound)))
    return isSigned ? llvm::isIntN(bits, *constant) : *constant >= 0 && llvm::isUIntN(bits, *constant);
  Operation *op = bound.getDefiningOp();
  if (isa_and_nonnull<arith::IndexCastOp, arith::ExtSIOp>(op) && isSigned)
    return op->getOperand(0).getType().isInteger() && op->getOperand(0).getType().getIntOrFloatBitWidth() <= bits;
  if (isa_and_nonnull<arith::IndexCastUIOp, arith::ExtUIOp>(op))
    return op->getOperand(0).getType().isInteger() &&
           op->getOperand(0).getType().getIntOrFloatBitWidth() < bits + (isSigned ? 0 : 1);
  return false;
}
} // namespace

void lexon::PointerAddressReader::addLoop(Value counter, unsigned loop, ValueRange bounds) {
  loopOf[counter] = loop;
  boundsOf[counter] = llvm::to_vector(bounds);
}

/// A counter in a narrower type, in which it has the same value.
std::optional<IndexSum> lexon::PointerAddressReader::readCounter(Value value, bool isSigned) const {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<arith::IndexCastOp, arith::IndexCastUIOp>(op) || !op->getOperand(0).getType().isIndex())
    return std::nullopt;
  auto counter = boundsOf.find(op->getOperand(0));
  if (counter == boundsOf.end() || counter->second.empty() ||
      !fits(counter->second[0], value.getType(), isSigned, /*isEnd=*/false) ||
      !fits(counter->second[1], value.getType(), isSigned, /*isEnd=*/true))
    return std::nullopt;
  return IndexSum{{loopOf.lookup(counter->first), {}, 1}};
}

std::optional<IndexSum> lexon::PointerAddressReader::readArithmetic(Operation *op, unsigned depth) const {
  if (depth > kMaxDepth)
    return std::nullopt;
  auto both = [&](auto binary) -> std::optional<std::pair<IndexSum, IndexSum>> {
    std::optional<IndexSum> a = readIndex(binary.getLhs(), depth), b = readIndex(binary.getRhs(), depth);
    if (!a || !b || !cannotWrap(binary))
      return std::nullopt;
    return std::make_pair(*a, *b);
  };
  if (auto cast = dyn_cast<arith::IndexCastOp>(op)) {
    bool isWide = !cast.getType().isIndex() && cast.getType().getIntOrFloatBitWidth() == 64;
    if (isWide || (cast.getType().isIndex() && cast.getIn().getType().getIntOrFloatBitWidth() <= 64))
      return readIndex(cast.getIn(), depth);
    return readCounter(cast, /*isSigned=*/true);
  }
  if (auto extension = dyn_cast<arith::ExtSIOp>(op))
    return readIndex(extension.getIn(), depth);
  // Of the casts without a sign only those of counters: sums in between may wrap.
  if (auto extension = dyn_cast<arith::ExtUIOp>(op))
    return readCounter(extension.getIn(), /*isSigned=*/false);
  if (auto cast = dyn_cast<arith::IndexCastUIOp>(op); cast && cast.getType().isInteger(64))
    return readIndex(cast.getIn(), depth);
  if (auto sum = dyn_cast<arith::AddIOp>(op)) {
    auto operands = both(sum);
    return operands ? std::optional(plus(operands->first, operands->second, 1)) : std::nullopt;
  }
  if (auto difference = dyn_cast<arith::SubIOp>(op)) {
    auto operands = both(difference);
    return operands ? std::optional(plus(operands->first, operands->second, -1)) : std::nullopt;
  }
  if (auto product = dyn_cast<arith::MulIOp>(op)) {
    auto operands = both(product);
    return operands ? multiply(operands->first, operands->second) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<IndexSum> lexon::PointerAddressReader::readIndex(Value value, unsigned depth) const {
  if (auto it = loopOf.find(value); it != loopOf.end())
    return IndexSum{{it->second, {}, 1}};
  if (std::optional<int64_t> constant = getConstantIntValue(OpFoldResult(value)))
    return plus({}, {{std::nullopt, {}, *constant}}, 1);
  Operation *op = value.getDefiningOp();
  bool isInvariant = range.isInvariant(value);
  // Of invariants only products and casts are taken apart: the factors are the strides that other accesses have, too.
  if (op && (!isInvariant || isa<arith::MulIOp, arith::IndexCastOp, arith::ExtSIOp>(op)))
    if (std::optional<IndexSum> arithmetic = readArithmetic(op, depth + 1))
      return arithmetic;
  if (!isInvariant || !value.getType().isIntOrIndex() ||
      (!value.getType().isIndex() && value.getType().getIntOrFloatBitWidth() > 64))
    return std::nullopt;
  return IndexSum{{std::nullopt, {value}, 1}};
}

/// The steps that one `llvm.getelementptr` makes.
bool lexon::PointerAddressReader::addSteps(Operation *op, PointerAddress &address) const {
  auto gep = cast<LLVM::GEPOp>(op);
  DataLayout layout = DataLayout::closest(op);
  Type type = gep.getElemType();
  for (auto [position, index] : llvm::enumerate(gep.getIndices())) {
    if (position > 0) {
      auto array = dyn_cast<LLVM::LLVMArrayType>(type);
      if (!array)
        return false;
      type = array.getElementType();
    }
    auto bytes = static_cast<int64_t>(layout.getTypeSize(type).getFixedValue());
    std::optional<IndexSum> count;
    if (auto constant = dyn_cast<IntegerAttr>(index))
      count = plus({}, {{std::nullopt, {}, constant.getValue().getSExtValue()}}, 1);
    else
      count = readIndex(cast<Value>(index), 0);
    if (!count || bytes <= 0)
      return false;
    if (!count->empty())
      address.steps.push_back({*count, bytes});
  }
  return true;
}

std::optional<PointerAddress> lexon::PointerAddressReader::read(Value pointer) const {
  PointerAddress address;
  while (!range.isInvariant(pointer)) {
    auto gep = pointer.getDefiningOp<LLVM::GEPOp>();
    if (!gep || address.steps.size() > kMaxSteps || !isa<LLVM::LLVMPointerType>(gep.getBase().getType()) ||
        !addSteps(gep, address))
      return std::nullopt;
    pointer = gep.getBase();
  }
  address.base = pointer;
  return address;
}
