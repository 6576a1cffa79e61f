//===- PointerAddress.cpp - addresses linear in loop counters -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/PointerAddress.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

/// True if arithmetic in the type of `op` never differs from arithmetic on addresses.
template <typename OpTy> bool cannotWrap(OpTy op) {
  return op.getType().isIndex() || op.getType().getIntOrFloatBitWidth() == 64 ||
         bitEnumContainsAll(op.getOverflowFlags(), arith::IntegerOverflowFlags::nsw);
}
} // namespace

std::optional<IndexSum> lexon::PointerAddressReader::readArithmetic(Operation *op, unsigned depth) const {
  if (depth > kMaxDepth)
    return std::nullopt;
  auto both = [&](auto binary) -> std::optional<std::pair<IndexSum, IndexSum>> {
    std::optional<IndexSum> a = readIndex(binary.getLhs(), depth), b = readIndex(binary.getRhs(), depth);
    if (!a || !b || !cannotWrap(binary))
      return std::nullopt;
    return std::make_pair(*a, *b);
  };
  if (auto cast = dyn_cast<arith::IndexCastOp>(op))
    return widthOf(cast.getType()) >= widthOf(cast.getIn().getType()) ? readIndex(cast.getIn(), depth) : std::nullopt;
  if (auto extension = dyn_cast<arith::ExtSIOp>(op))
    return readIndex(extension.getIn(), depth);
  auto losesNothing = [](arith::TruncIOp cut, arith::IntegerOverflowFlags flag) {
    return bitEnumContainsAll(cut.getOverflowFlags(), flag);
  };
  if (auto cut = dyn_cast<arith::TruncIOp>(op); cut && losesNothing(cut, arith::IntegerOverflowFlags::nsw))
    return readIndex(cut.getIn(), depth);
  // Of extensions without a sign only those of such: sums in between may wrap.
  if (auto extension = dyn_cast<arith::ExtUIOp>(op))
    if (auto cut = extension.getIn().getDefiningOp<arith::TruncIOp>();
        cut && losesNothing(cut, arith::IntegerOverflowFlags::nuw))
      return readIndex(cut.getIn(), depth);
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
    if (std::optional<IndexSum> arithmetic = readArithmetic(op, depth + 1)) {
      if (isInvariant && arithmetic->size() == 1 && arithmetic->front().coefficient == 1)
        arithmetic->front().product = value;
      return arithmetic;
    }
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

std::optional<PointerAddress> lexon::PointerAddressReader::read(Value pointer, Value base) const {
  PointerAddress address;
  while (base ? pointer != base : !range.isInvariant(pointer)) {
    auto gep = pointer.getDefiningOp<LLVM::GEPOp>();
    if (!gep || address.steps.size() > kMaxSteps || !isa<LLVM::LLVMPointerType>(gep.getBase().getType()) ||
        !addSteps(gep, address))
      return std::nullopt;
    pointer = gep.getBase();
  }
  address.base = pointer;
  return address;
}
