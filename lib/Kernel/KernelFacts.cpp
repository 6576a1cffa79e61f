//===- KernelFacts.cpp - what is true of a contraction and a kernel -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelFacts.h"

#include "KernelEmitter.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

Type lexon::accumulatorType(const Contraction &contraction) {
  Type type = cast<ShapedType>(contraction.out().getType()).getElementType();
  if (type.isF16() || type.isBF16())
    return Float32Type::get(type.getContext());
  if (type.isF32() || type.isF64() || type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
      type.isInteger(64))
    return type;
  return {};
}

bool lexon::kernel::isContiguousAlong(Value operand, AffineMap map, int64_t dim) {
  return isa<MemRefType>(operand.getType()) && kernel::Operand{operand, map}.isContiguousAlong(dim);
}

bool lexon::kernel::isPairOf(const Contraction &c, int64_t dim, int64_t columnDim) {
  auto type = dyn_cast<MemRefType>(c.rhs().getType());
  int64_t offset = 0;
  SmallVector<int64_t> strides;
  if (!type || type.getRank() < 2 || failed(type.getStridesAndOffset(strides, offset)))
    return false;
  unsigned last = type.getRank() - 1;
  bool isBF16 = type.getElementType().isBF16() && cast<ShapedType>(c.lhs().getType()).getElementType().isBF16();
  return isBF16 && accumulatorType(c).isF32() && c.k.size() > 1 && dim >= 0 && c.sizes[dim] == 2 &&
         isContiguousAlong(c.lhs(), c.lhsMap, dim) && isContiguousAlong(c.rhs(), c.rhsMap, dim) &&
         strides[last - 1] == 2 && static_cast<int64_t>(c.rhsMap.getDimPosition(last - 1)) == columnDim;
}

bool lexon::kernel::tilesFit(const Contraction &c, const MatmulKernel &kernel) {
  constexpr int64_t tileSide = 16, registers = 8;
  int64_t rows = c.sizeOf(kernel.rowDim), columns = c.sizeOf(kernel.columnDim), depth = c.sizeOf(kernel.reductionDim);
  if (kernel.pairDim < 0 || c.k.size() != 2 || kernel.rowDim < 0 || ShapedType::isDynamic(rows) ||
      ShapedType::isDynamic(columns) || ShapedType::isDynamic(depth))
    return false;
  int64_t sums = kernel.rows * kernel.columns * c.numGroups();
  return kernel.lanes == tileSide && kernel.tileRows >= 1 && kernel.tileRows <= std::min(tileSide, rows) &&
         sums + 2 <= registers && columns % (tileSide * kernel.columns) == 0 && depth % tileSide == 0 &&
         kernel::Operand{c.lhs(), c.lhsMap}.strideAlong(kernel.rowDim) &&
         kernel::Operand{c.lhs(), c.lhsMap}.strideAlong(kernel.reductionDim) == 2 && // pair after pair
         kernel::Operand{c.rhs(), c.rhsMap}.strideAlong(kernel.reductionDim);
}

bool lexon::kernel::canCopyColumns(const Contraction &c, const MatmulKernel &kernel) {
  if (kernel.vectorize != VectorDim::N && kernel.vectorize != VectorDim::M)
    return false;
  AffineMap map = kernel.vectorize == VectorDim::N ? c.rhsMap : c.lhsMap;
  auto isDim = [&](unsigned position, int64_t dim) {
    auto plain = dyn_cast<AffineDimExpr>(map.getResult(position));
    return plain && static_cast<int64_t>(plain.getPosition()) == dim;
  };
  return map.getNumResults() == 2 && isDim(kernel.transposes ? 1 : 0, kernel.reductionDim) &&
         isDim(kernel.transposes ? 0 : 1, kernel.columnDim);
}

bool lexon::kernel::isTransposable(const Contraction &c, const MatmulKernel &kernel) {
  bool byN = kernel.vectorize == VectorDim::N;
  return (byN || kernel.vectorize == VectorDim::M) &&
         isContiguousAlong(byN ? c.rhs() : c.lhs(), byN ? c.rhsMap : c.lhsMap, kernel.reductionDim);
}

bool lexon::kernel::hasPanels(const Contraction &c, const MatmulKernel &kernel) {
  auto type = cast<MemRefType>(c.rhs().getType());
  if (kernel.vectorize != VectorDim::N || !type.hasStaticShape() || !type.getLayout().isIdentity() ||
      type.getRank() < 3 || type.getNumElements() == 0)
    return false;
  unsigned panels = c.rhsMap.getDimPosition(0);
  return llvm::is_contained(c.n, panels) && static_cast<int64_t>(panels) != kernel.columnDim;
}

ArrayRef<int64_t> lexon::kernel::panelCounts(const Contraction &c, const MatmulKernel &kernel) {
  ArrayRef<int64_t> shape = cast<MemRefType>(c.rhs().getType()).getShape();
  unsigned count = 0;
  while (count < shape.size()) {
    unsigned dim = c.rhsMap.getDimPosition(count);
    if (!llvm::is_contained(c.n, dim) || static_cast<int64_t>(dim) == kernel.columnDim)
      break;
    ++count;
  }
  return shape.take_front(count);
}

bool lexon::kernel::storesVectors(const Contraction &c, const MatmulKernel &kernel) {
  if (kernel.vectorize == VectorDim::K || !isContiguousAlong(c.out(), c.outMap, kernel.columnDim))
    return false;
  core::ContractOp contract = c.contractOp();
  if (!contract)
    return true;
  SmallVector<AffineMap> maps = contract.getMaps();
  return llvm::all_of(llvm::zip(contract.getWith(), ArrayRef(maps).drop_front(2)), [&](auto pair) {
    auto [operand, map] = pair;
    return isContiguousAlong(operand, map, kernel.columnDim) || !map.isFunctionOfDim(kernel.columnDim);
  });
}

bool lexon::kernel::holdsWholeParts(const Contraction &c, const MatmulKernel &kernel) {
  core::ContractOp contract = c.contractOp();
  if (!contract || !contract.getSums())
    return true;
  int64_t part = *contract.getPartColumns(), step = kernel.columns * kernel.lanes;
  if (kernel.vectorize != VectorDim::N || !storesVectors(c, kernel) || part % kernel.lanes != 0)
    return false;
  // One tile holds all columns of this dimension, or tiles begin where parts do.
  int64_t columns = c.sizeOf(kernel.columnDim);
  if (step % part != 0 && (ShapedType::isDynamic(columns) || columns > step))
    return false;
  // What the other dimensions add to the column's index moves it by whole parts.
  SmallVector<int64_t> factors(c.sizes.size(), 0);
  if (addFactors(c.outMap.getResult(*contract.getColumnPosition()), 1, factors) % part != 0)
    return false;
  for (auto [dim, factor] : llvm::enumerate(factors))
    if (static_cast<int64_t>(dim) != kernel.columnDim && c.sizes[dim] != 1 && factor % part != 0)
      return false;
  return factors[kernel.columnDim] == 1;
}

int64_t lexon::kernel::addFactors(AffineExpr expr, int64_t stride, MutableArrayRef<int64_t> factors) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    factors[dim.getPosition()] += stride;
    return 0;
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() * stride;
  auto binary = cast<AffineBinaryOpExpr>(expr);
  if (binary.getKind() == AffineExprKind::Add)
    return addFactors(binary.getLHS(), stride, factors) + addFactors(binary.getRHS(), stride, factors);
  return addFactors(binary.getLHS(), stride * cast<AffineConstantExpr>(binary.getRHS()).getValue(), factors);
}

int64_t lexon::kernel::elementsOfStep(const MatmulKernel &kernel) { return kernel.pairDim >= 0 ? 2 : 1; }
