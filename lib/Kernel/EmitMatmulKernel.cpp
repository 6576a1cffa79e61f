//===- EmitMatmulKernel.cpp - loops around the tiles of a kernel ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "KernelFacts.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

bool Operand::isContiguousAlong(int64_t dim) const {
  if (dim < 0 || map.getNumResults() == 0 || !cast<MemRefType>(memref.getType()).isLastDimUnitStride())
    return false;
  for (AffineExpr expr : map.getResults().drop_back())
    if (expr.isFunctionOfDim(dim))
      return false;
  // The last index grows by one with the dimension: the dimension, or a sum in which it stands without a factor.
  AffineExpr last = map.getResults().back();
  while (auto sum = dyn_cast<AffineBinaryOpExpr>(last)) {
    if (sum.getKind() != AffineExprKind::Add ||
        (sum.getLHS().isFunctionOfDim(dim) && sum.getRHS().isFunctionOfDim(dim)))
      return false;
    last = sum.getLHS().isFunctionOfDim(dim) ? sum.getLHS() : sum.getRHS();
  }
  auto plain = dyn_cast<AffineDimExpr>(last);
  return plain && static_cast<int64_t>(plain.getPosition()) == dim;
}

/// `operand` with its last two dimensions, columns and pairs, as one.
Operand KernelEmitter::withPairsInRow(const Operand &operand) {
  SmallVector<ReassociationIndices> groups;
  unsigned rank = operand.map.getNumResults();
  for (unsigned i = 0; i + 1 < rank; ++i)
    groups.push_back({i});
  groups.back().push_back(rank - 1);
  Value row = memref::CollapseShapeOp::create(b, loc, operand.memref, groups);
  SmallVector<AffineExpr> results(operand.map.getResults().drop_back());
  results.back() = results.back() * 2;
  return {row, AffineMap::get(operand.map.getNumDims(), 0, results, b.getContext())};
}

KernelEmitter::KernelEmitter(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel)
    : b(builder), contraction(contraction), kernel(kernel), loc(contraction.op->getLoc()) {
  rowOperand = {contraction.lhs(), contraction.lhsMap, contraction.lhsUnsigned};
  columnOperand = {contraction.rhs(), contraction.rhsMap, contraction.rhsUnsigned};
  for (unsigned number : contraction.asLhs)
    moreRows.push_back({contraction.op->getOperand(number), contraction.lhsMap});
  for (unsigned number : contraction.asRhs)
    moreColumns.push_back({contraction.op->getOperand(number), contraction.rhsMap});
  if (kernel.vectorize == VectorDim::M) {
    std::swap(rowOperand, columnOperand);
    std::swap(moreRows, moreColumns);
  }
  if (kernel.pairDim >= 0)
    columnOperand = withPairsInRow(columnOperand);
  out = {contraction.out(), contraction.outMap};
  accumulator = accumulatorType(contraction);
  vectorType = vectorOf(accumulator);
  isFloat = isa<FloatType>(accumulator);
  isTransposing = kernel.transposes;
  storesVectors = kernel::storesVectors(contraction, kernel);
  if (core::ContractOp contract = contraction.contractOp()) {
    SmallVector<AffineMap> maps = contract.getMaps();
    for (auto [operand, map] : llvm::zip(contract.getWith(), ArrayRef(maps).drop_front(2)))
      with.push_back({operand, map});
    if ((partSums = contract.getSums())) {
      partPosition = *contract.getColumnPosition();
      partColumns = *contract.getPartColumns();
    }
  }
  for (unsigned dim = 0; dim < contraction.sizes.size(); ++dim)
    extents.push_back(ShapedType::isDynamic(contraction.sizes[dim]) ? dynamicExtent(dim)
                                                                    : constant(contraction.sizes[dim]));
  loops.assign(extents.size(), constant(0));
  if (Value factor = contraction.scale) {
    Operation *definition = factor.getDefiningOp();
    if (definition && contraction.op->isProperAncestor(definition)) // a constant of the body
      factor = b.clone(*definition)->getResult(0);
    scale = widen(factor, /*isUnsigned=*/false);
    bool ofRows = contraction.scalesRhs == (kernel.vectorize == VectorDim::M);
    if (contraction.isOrdered)
      std::swap(scale, ofRows ? rowScale : columnScale);
  }
}

/// The size of a dimension that is not static, from an operand that has it as one of its own.
Value KernelEmitter::dynamicExtent(unsigned dim) {
  for (const Operand &operand : {rowOperand, columnOperand, out})
    for (auto [position, expr] : llvm::enumerate(operand.map.getResults()))
      if (auto plain = dyn_cast<AffineDimExpr>(expr); plain && plain.getPosition() == dim)
        return memref::DimOp::create(b, loc, operand.memref, position);
  llvm_unreachable("each dimension of a contraction is one of lhs or rhs");
}

//===----------------------------------------------------------------------===//
// Small pieces
//===----------------------------------------------------------------------===//

Value KernelEmitter::widen(Value value, bool isUnsigned) {
  Type type = value.getType();
  Type wanted = isa<VectorType>(type) ? Type(vectorType) : accumulator;
  if (type == wanted)
    return value;
  if (isFloat)
    return arith::ExtFOp::create(b, loc, wanted, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, loc, wanted, value);
  return arith::ExtSIOp::create(b, loc, wanted, value);
}

Value KernelEmitter::narrow(Value value, Type element) {
  if (element == accumulator)
    return value;
  Type wanted = isa<VectorType>(value.getType()) ? Type(vectorOf(element)) : element;
  return arith::TruncFOp::create(b, loc, wanted, value);
}

Value KernelEmitter::plus(Value x, Value y) {
  if (isFloat)
    return arith::AddFOp::create(b, loc, x, y);
  return arith::AddIOp::create(b, loc, x, y);
}

Value KernelEmitter::multiplyAdd(const Factors &x, const Factors &y, Value sum) {
  if (contraction.hasBody)
    return applyBody(x, y, sum);
  for (auto [left, right] : llvm::zip_equal(x, y))
    if (kernel.product == Product::Dot)
      sum = x86vector::DotBF16Op::create(b, loc, sum.getType(), sum, left, right);
    else if (contraction.isOrdered && isFloat)
      sum = orderedMultiplyAdd(left, right, sum);
    else if (isFloat)
      sum = vector::FMAOp::create(b, loc, left, right, sum);
    else
      sum = arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, left, right));
  return sum;
}

SmallVector<Value> KernelEmitter::zeros(unsigned count) {
  return SmallVector<Value>(count, arith::ConstantOp::create(b, loc, vectorType, b.getZeroAttr(vectorType)));
}

SmallVector<Value> KernelEmitter::indices(const Operand &operand, ArrayRef<Value> at) {
  SmallVector<Value> result;
  for (AffineExpr expr : operand.map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    result.push_back(dim ? at[dim.getPosition()] : affine::expandAffineExpr(b, loc, expr, at, ValueRange()));
  }
  return result;
}

/// Gives an operand the form of one row. All rows of a tile are then read at one address plus constants, which become
/// part of the instructions; an address of its own for each row would not fit into the registers.
void KernelEmitter::makeRow(Operand &operand) {
  auto type = cast<MemRefType>(operand.memref.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  if (type.getRank() < 2 || ShapedType::isDynamic(offset) || llvm::any_of(strides, ShapedType::isDynamic) ||
      llvm::any_of(type.getShape().drop_front(), ShapedType::isDynamic))
    return;
  int64_t last = 1;
  for (auto [size, stride] : llvm::drop_begin(llvm::zip(type.getShape(), strides)))
    last += std::max<int64_t>(0, size - 1) * stride;
  OpFoldResult length = b.getIndexAttr(std::max<int64_t>(0, type.getDimSize(0) - 1) * strides[0] + last);
  if (type.isDynamicDim(0))
    length = times(memref::DimOp::create(b, loc, operand.memref, 0), constant(strides[0]));
  int64_t size = type.isDynamicDim(0) ? ShapedType::kDynamic : *getConstantIntValue(length);
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, {1});
  auto rowType = MemRefType::get({size}, type.getElementType(), layout, type.getMemorySpace());
  operand.row =
      memref::ReinterpretCastOp::create(b, loc, rowType, operand.memref, b.getIndexAttr(offset),
                                        ArrayRef<OpFoldResult>{length}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  operand.strides = strides;
}

/// Where in its row the operand's element at `at` is: what changes first, constants last.
Value KernelEmitter::indexInRow(const Operand &operand, ArrayRef<Value> at) {
  Value index;
  // Elements from one value of each loop dimension to the next; windows are indexed by sums.
  SmallVector<int64_t> factors(at.size(), 0);
  int64_t distance = 0;
  for (auto [expr, stride] : llvm::zip(operand.map.getResults(), operand.strides))
    distance += addFactors(expr, stride, factors);
  SmallVector<unsigned> order; // the reduction's loops last: what stands before them leaves them
  for (unsigned dim = 0; dim < at.size(); ++dim)
    if (factors[dim] != 0)
      order.push_back(dim);
  std::stable_partition(order.begin(), order.end(),
                        [&](unsigned dim) { return !llvm::is_contained(contraction.k, dim); });
  for (unsigned dim : order) {
    Value value = at[dim];
    APInt summand;
    if (auto sum = value.getDefiningOp<arith::AddIOp>(); sum && matchPattern(sum.getRhs(), m_ConstantInt(&summand))) {
      distance += summand.getSExtValue() * factors[dim];
      value = sum.getLhs();
    }
    if (std::optional<int64_t> constantValue = known(value)) {
      distance += *constantValue * factors[dim];
      continue;
    }
    Value scaled = factors[dim] == 1 ? value : times(value, constant(factors[dim]));
    index = index ? add(index, scaled) : scaled;
  }
  return index ? add(index, distance) : constant(distance);
}

std::pair<Value, SmallVector<Value>> KernelEmitter::placeOf(const Operand &operand, ArrayRef<Value> at) {
  if (operand.row)
    return {operand.row, {indexInRow(operand, at)}};
  return {operand.memref, indices(operand, at)};
}

/// A vector of the operand's own type, of `perLane` elements for each lane; masked elements are zero.
Value KernelEmitter::loadVector(const Operand &operand, ArrayRef<Value> at, Value mask, int64_t perLane) {
  auto type = VectorType::get({kernel.lanes * perLane}, operand.elementType());
  auto [memref, place] = placeOf(operand, at);
  if (!mask)
    return vector::LoadOp::create(b, loc, type, memref, place);
  Value zero = arith::ConstantOp::create(b, loc, type, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, place, mask, zero);
}

/// Pairs of bf16 numbers, as integers of both, in the form they are multiplied in. A bf16 number is the upper half of
/// an f32 number, and the first of a pair the lower half of the integer (all targets are little-endian).
Factors KernelEmitter::factorsOf(Value bits) {
  if (kernel.product == Product::Dot)
    return {vector::BitCastOp::create(b, loc, VectorType::get({2 * kernel.lanes}, b.getBF16Type()), bits)};
  auto splat = [&](int64_t value) {
    auto type = cast<VectorType>(bits.getType());
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, b.getI32IntegerAttr(value)));
  };
  Value first = arith::ShLIOp::create(b, loc, bits, splat(16));
  Value second = arith::AndIOp::create(b, loc, bits, splat(static_cast<int32_t>(0xffff0000)));
  return {vector::BitCastOp::create(b, loc, vectorType, first), vector::BitCastOp::create(b, loc, vectorType, second)};
}

/// A vector or an element times a factor of all elements.
Value KernelEmitter::scaled(Value value, Value factor) {
  if (auto type = dyn_cast<VectorType>(value.getType()))
    factor = vector::BroadcastOp::create(b, loc, type, factor);
  return arith::MulFOp::create(b, loc, factor, value);
}

/// One vector of lanes of an operand, contiguous in memory.
Factors KernelEmitter::load(const Operand &operand, ArrayRef<Value> at, Value mask) {
  Value loaded = loadVector(operand, at, mask, perLane());
  if (kernel.product == Product::Dot)
    return {loaded};
  if (kernel.pairDim >= 0)
    return factorsOf(vector::BitCastOp::create(b, loc, vectorOf(b.getI32Type()), loaded));
  Value widened = widen(loaded, operand.isUnsigned);
  bool isColumn = &operand == &columnOperand;
  Value factor = isColumn ? columnScale : rowScale;
  Factors factors{factor ? scaled(widened, factor) : widened};
  for (const Operand &more : isColumn ? moreColumns : moreRows)
    factors.push_back(loadVector(more, at, mask));
  return factors;
}

/// One element, or pair, of the row operand in all lanes.
Factors KernelEmitter::loadRow(ArrayRef<Value> at) {
  if (kernel.pairDim < 0) {
    Value element = loadScalar(rowOperand, at);
    if (rowScale)
      element = scaled(element, rowScale);
    Factors factors{vector::BroadcastOp::create(b, loc, vectorType, element)};
    for (const Operand &more : moreRows)
      factors.push_back(vector::BroadcastOp::create(b, loc, vectorType, loadScalar(more, at)));
    return factors;
  }
  auto pairType = VectorType::get({2}, rowOperand.elementType());
  auto [memref, place] = placeOf(rowOperand, at);
  Value pair = vector::LoadOp::create(b, loc, pairType, memref, place);
  Value bits = vector::BitCastOp::create(b, loc, VectorType::get({1}, b.getI32Type()), pair);
  Value element = vector::ExtractOp::create(b, loc, bits, 0);
  return factorsOf(vector::BroadcastOp::create(b, loc, vectorOf(b.getI32Type()), element));
}

/// True for the first `count` of `lanes` lanes.
Value KernelEmitter::maskOf(int64_t lanes, Value count) {
  return vector::CreateMaskOp::create(b, loc, VectorType::get({lanes}, b.getI1Type()), count);
}

void KernelEmitter::storeVector(Value value, ArrayRef<Value> at, Value mask) {
  if (mask)
    vector::MaskedStoreOp::create(b, loc, out.memref, indices(out, at), mask, value);
  else
    vector::StoreOp::create(b, loc, value, out.memref, indices(out, at));
}

Value KernelEmitter::loadScalar(const Operand &operand, ArrayRef<Value> at) {
  auto [memref, place] = placeOf(operand, at);
  return widen(memref::LoadOp::create(b, loc, memref, place), operand.isUnsigned);
}

/// Emits a branch, or only the side that is known to be taken. `condition` null: always true.
void KernelEmitter::ifElse(Value condition, function_ref<void()> then, function_ref<void()> otherwise) {
  if (!condition)
    return then();
  auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/static_cast<bool>(otherwise));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  then();
  if (!otherwise)
    return;
  b.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

//===----------------------------------------------------------------------===//
// Loops around tiles
//===----------------------------------------------------------------------===//

/// The reduction in blocks, one after the other: each adds to the result of the last.
void KernelEmitter::emit() {
  makeRow(rowOperand);
  makeRow(columnOperand);
  for (Operand &operand : moreRows)
    makeRow(operand);
  for (Operand &operand : moreColumns)
    makeRow(operand);
  depthBegin = constant(0);
  depthEnd = extents[kernel.reductionDim];
  if (kernel.copiesColumns)
    allocateColumns();
  if (kernel.blockK == 0)
    emitTiles();
  else
    emitBlocks();
  for (Value copy : columnCopies)
    memref::DeallocOp::create(b, loc, copy);
}

void KernelEmitter::emitBlocks() {
  Value depth = depthEnd;
  auto loop = scf::ForOp::create(b, loc, depthBegin, depth, constant(kernel.blockK));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  depthBegin = loop.getInductionVar();
  depthEnd = add(depthBegin, kernel.blockK);
  if (!known(depth) || *known(depth) % kernel.blockK != 0)
    depthEnd = min(depthEnd, depth);
  emitTiles();
}

/// All tiles of the result in parallel: rows that are not tiled, blocks of rows, other columns, tiles of columns, rows
/// within a block. So the columns' panel stays in the cache while a block of rows passes over it. With
/// `kernel.columnsOuter`: blocks of rows, other columns, rows that are not tiled, and so on.
void KernelEmitter::emitTiles() {
  auto tilesOf = [&](Value extent, int64_t size) -> Value {
    if (std::optional<int64_t> value = known(extent))
      return constant(llvm::divideCeil(*value, size));
    return arith::CeilDivSIOp::create(b, loc, extent, constant(size));
  };
  Value one = constant(1);
  int64_t columnStep = kernel.columns * (countsElements() ? 1 : kernel.lanes);
  Value rowTiles = kernel.rowDim < 0 ? one : tilesOf(extents[kernel.rowDim], kernel.rowsOfTile());
  Value columnTiles = kernel.columnDim < 0 ? one : tilesOf(extents[kernel.columnDim], columnStep);
  Value blocks = kernel.blockRows == 0 ? one : tilesOf(rowTiles, kernel.blockRows);
  tilesInBlock = kernel.blockRows == 0 ? rowTiles : constant(kernel.blockRows);
  if (kernel.prefetch != 0)
    prefetchMemref = flattened(columnOperand.memref);

  bool byM = kernel.vectorize == VectorDim::M;
  auto untiled = [&](ArrayRef<unsigned> dims) {
    return llvm::make_filter_range(dims, [&](unsigned dim) {
      return static_cast<int64_t>(dim) != kernel.rowDim && static_cast<int64_t>(dim) != kernel.columnDim;
    });
  };
  SmallVector<unsigned> outer(untiled(contraction.batch));
  SmallVector<unsigned> rows(untiled(byM ? contraction.n : contraction.m));
  if (!kernel.columnsOuter)
    llvm::append_range(outer, rows);
  unsigned blockPosition = outer.size();
  llvm::append_range(outer, untiled(byM ? contraction.m : contraction.n));
  if (kernel.columnsOuter)
    llvm::append_range(outer, rows);
  SmallVector<Value> upper = llvm::to_vector(llvm::map_range(outer, [&](unsigned dim) { return extents[dim]; }));
  upper.insert(upper.begin() + blockPosition, blocks);
  upper.append({columnTiles, kernel.copiesColumns ? one : tilesInBlock});
  SmallVector<Value> lower(upper.size(), constant(0)), steps(upper.size(), one);
  auto parallel = scf::ParallelOp::create(b, loc, lower, upper, steps);

  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(parallel.getBody());
  SmallVector<Value> ivs = parallel.getInductionVars();
  Value tile = ivs.pop_back_val(), columnTile = ivs.pop_back_val(), block = ivs[blockPosition];
  ivs.erase(ivs.begin() + blockPosition);
  for (auto [dim, iv] : llvm::zip(outer, ivs))
    loops[dim] = iv;
  Value column = times(columnTile, constant(columnStep));
  if (kernel.prefetch != 0) {
    Value passed = tile; // tiles of this panel before this one
    if (kernel.columnsOuter) {
      passed = constant(0);
      for (unsigned dim : rows)
        passed = add(times(passed, extents[dim]), loops[dim]);
      passed = add(times(passed, tilesInBlock), tile);
    }
    planPrefetch(passed);
  }
  auto emitTile = [&](Value tileInBlock) {
    Value number = tileInBlock, guarded;
    if (kernel.blockRows != 0) {
      number = add(times(block, tilesInBlock), tileInBlock);
      if (!known(rowTiles) || *known(rowTiles) % kernel.blockRows != 0)
        guarded = less(number, rowTiles);
    }
    ifElse(guarded, [&] { emitRowTile(number, column); }, nullptr);
  };
  if (!kernel.copiesColumns)
    return emitTile(tile);
  emitCopiedColumns(column, [&] {
    auto loop = scf::ForOp::create(b, loc, constant(0), tilesInBlock, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitTile(loop.getInductionVar());
  });
}

/// A tile of rows: full, or the last one with fewer.
void KernelEmitter::emitRowTile(Value rowTile, Value column) {
  if (kernel.rowDim < 0)
    return emitColumns(constant(0), 1, column);
  if (contraction.isOrdered)
    return emitOrderedRows(rowTile, column);
  Value extent = extents[kernel.rowDim];
  const int64_t rows = kernel.rowsOfTile();
  Value row = arith::MulIOp::create(b, loc, rowTile, constant(rows));
  std::optional<int64_t> count = known(extent);
  bool even = count && *count % rows == 0;
  Value full = even ? Value() : arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(row, rows), extent);
  auto tail = [&] {
    if (count)
      return emitColumns(row, *count % rows, column);
    // Eight rows, four, two, one, as far as there are so many.
    Value next = row;
    for (int64_t size = llvm::bit_floor(static_cast<uint64_t>(rows - 1)); size > 0; size /= 2) {
      Value end = add(next, size);
      Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, end, extent);
      ifElse(fits, [&] { emitColumns(next, size, column); }, nullptr);
      next = arith::SelectOp::create(b, loc, fits, end, next);
    }
  };
  ifElse(full, [&] { emitColumns(row, rows, column); }, tail);
}

/// A tile of columns: full, or the last one with fewer.
void KernelEmitter::emitColumns(Value row, int64_t rows, Value column) {
  bool counted = countsElements();
  auto elements = [&](Value begin, int64_t count) {
    if (kernel.vectorize == VectorDim::None)
      emitElements(row, rows, begin, count);
    else
      emitVectorReduction(row, rows, begin, count);
  };
  if (kernel.columnDim < 0) // only without vectors along it
    return elements(constant(0), 1);
  Value extent = extents[kernel.columnDim];
  int64_t step = kernel.columns * (counted ? 1 : kernel.lanes);
  std::optional<int64_t> count = known(extent);
  // Masks of AVX-512 cost nothing: less code, where a kernel is one of many loops of a program.
  bool masksAll =
      contraction.isOrdered && !counted && !isTransposing && kernel.lanes * accumulator.getIntOrFloatBitWidth() >= 512;
  if (masksAll && isCopied)
    return emitVectorColumns(row, rows, column, kernel.columns, Value());
  bool even = count && *count % step == 0;
  if (masksAll && !even)
    return emitVectorColumns(row, rows, column, kernel.columns, extent);
  Value full = even ? Value() : arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(column, step), extent);
  auto body = [&] {
    if (kernel.product == Product::Tiles)
      emitAmxTiles(row, rows, column);
    else if (counted)
      elements(column, kernel.columns);
    else
      emitVectorColumns(row, rows, column, kernel.columns, Value());
  };
  auto tail = [&] {
    if (!counted)
      return emitVectorColumns(row, rows, column,
                               count ? llvm::divideCeil(*count % step, kernel.lanes) : kernel.columns, extent);
    if (count)
      return elements(column, *count % step);
    auto loop = scf::ForOp::create(b, loc, column, extent, constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    elements(loop.getInductionVar(), 1);
  };
  ifElse(full, body, tail);
}

void lexon::emitMatmulKernel(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel) {
  KernelEmitter(builder, contraction, kernel).emit();
}
