//===- EmitMatmulKernel.cpp - loops and vector code of a kernel -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Accumulators are SSA values of rank-one vectors, carried by the loop over the reduction: LLVM keeps them in registers
// without having to prove anything about memory. Tails come from the same functions as full tiles.
//
//===----------------------------------------------------------------------===//

#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon;

namespace {

/// One operand: where an element is, for given values of all loop dimensions.
struct Operand {
  Value memref;
  AffineMap map;
  bool isUnsigned = false;

  SmallVector<Value> indices(ArrayRef<Value> loops) const {
    SmallVector<Value> result;
    for (unsigned i = 0; i < map.getNumResults(); ++i)
      result.push_back(loops[map.getDimPosition(i)]);
    return result;
  }
  Type elementType() const { return cast<MemRefType>(memref.getType()).getElementType(); }
};

/// The part of a column tile that one vector covers.
struct Column {
  Value index; // of the first element
  Value mask;  // null: all lanes
};

class Emitter {
public:
  Emitter(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel);
  void emit();

private:
  // Loops around tiles.
  void emitReductionBlocks();
  void emitTiles();
  void emitRowTile(Value rowTile, Value column);
  void emitColumns(Value row, int64_t rows, Value column);
  // Kernels of one tile.
  void emitVectorColumns(Value row, int64_t rows, Value column, int64_t columns, Value columnEnd);
  void emitVectorReduction(Value row, int64_t rows, Value column, int64_t columns);
  SmallVector<Value> reduce(ArrayRef<Value> init, int64_t step, Value depthBegin, Value depthEnd,
                            function_ref<SmallVector<Value>(ArrayRef<Value> loops, ValueRange accumulators)> body);
  void accumulate(ArrayRef<Value> loops, const Column &column, Value sum);
  void accumulateElement(ArrayRef<Value> loops, Value sum);

  // Small pieces.
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value add(Value x, int64_t y) { return y == 0 ? x : arith::AddIOp::create(b, loc, x, constant(y)).getResult(); }
  Value min(Value x, Value y) { return arith::MinSIOp::create(b, loc, x, y); }
  Value less(Value x, Value y) { return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x, y); }
  VectorType vectorOf(Type element) { return VectorType::get({kernel.lanes}, element); }
  Value zeroVector() { return arith::ConstantOp::create(b, loc, vectorType, b.getZeroAttr(vectorType)); }
  Value widen(Value value, bool isUnsigned);
  Value narrow(Value value, Type element);
  Value plus(Value x, Value y);
  Value update(Value old, Value sum);
  Value multiplyAdd(Value x, Value y, Value accumulator);
  Value load(const Operand &operand, ArrayRef<Value> loops, Value mask);
  Value loadScalar(const Operand &operand, ArrayRef<Value> loops);
  void ifElse(Value condition, function_ref<void()> then, function_ref<void()> otherwise);
  /// `value` as a constant, if it is one.
  static std::optional<int64_t> known(Value value) { return getConstantIntValue(value); }

  OpBuilder &b;
  const Contraction &contraction;
  const MatmulKernel &kernel;
  Location loc;
  Operand rowOperand, columnOperand, out;
  Type accumulator;
  VectorType vectorType;
  bool isFloat, storesVectors;
  Value scale; // in the accumulator's type; null if there is none
  /// Extents of the loop dimensions, and their current values while emitting.
  SmallVector<Value> extents, loops;
  Value depthBegin, depthEnd; // of the reduction dimension, in the current block
};

Emitter::Emitter(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel)
    : b(builder), contraction(contraction), kernel(kernel), loc(contraction.op->getLoc()) {
  rowOperand = {contraction.lhs(), contraction.lhsMap, contraction.lhsUnsigned};
  columnOperand = {contraction.rhs(), contraction.rhsMap, contraction.rhsUnsigned};
  if (kernel.vectorize == VectorDim::M)
    std::swap(rowOperand, columnOperand);
  out = {contraction.out(), contraction.outMap};
  accumulator = accumulatorType(contraction);
  vectorType = vectorOf(accumulator);
  isFloat = isa<FloatType>(accumulator);
  AffineMap map = contraction.outMap;
  storesVectors = kernel.vectorize != VectorDim::K && kernel.columnDim >= 0 && map.getNumResults() > 0 &&
                  map.getDimPosition(map.getNumResults() - 1) == kernel.columnDim &&
                  cast<MemRefType>(out.memref.getType()).isLastDimUnitStride();
  linalg::LinalgOp op = contraction.op;
  for (Range range : op.createLoopRanges(b, loc))
    extents.push_back(getValueOrCreateConstantIndexOp(b, loc, range.size));
  loops.assign(extents.size(), constant(0));
  if (Value factor = contraction.scale) {
    Operation *definition = factor.getDefiningOp();
    if (definition && op->isProperAncestor(definition)) // a constant of the body
      factor = b.clone(*definition)->getResult(0);
    scale = widen(factor, /*isUnsigned=*/false);
  }
}

//===----------------------------------------------------------------------===//
// Small pieces
//===----------------------------------------------------------------------===//

Value Emitter::widen(Value value, bool isUnsigned) {
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

Value Emitter::narrow(Value value, Type element) {
  if (element == accumulator)
    return value;
  Type wanted = isa<VectorType>(value.getType()) ? Type(vectorOf(element)) : element;
  return arith::TruncFOp::create(b, loc, wanted, value);
}

Value Emitter::plus(Value x, Value y) {
  if (isFloat)
    return arith::AddFOp::create(b, loc, x, y);
  return arith::AddIOp::create(b, loc, x, y);
}

/// The result's old value with a whole sum of products.
Value Emitter::update(Value old, Value sum) {
  if (scale) {
    Value factor = isa<VectorType>(sum.getType()) ? vector::BroadcastOp::create(b, loc, sum.getType(), scale) : scale;
    sum = arith::MulFOp::create(b, loc, factor, sum);
  }
  return contraction.negated ? arith::SubFOp::create(b, loc, old, sum) : plus(old, sum);
}

Value Emitter::multiplyAdd(Value x, Value y, Value sum) {
  if (isFloat)
    return vector::FMAOp::create(b, loc, x, y, sum);
  return arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, x, y));
}

Value Emitter::load(const Operand &operand, ArrayRef<Value> at, Value mask) {
  VectorType type = vectorOf(operand.elementType());
  SmallVector<Value> indices = operand.indices(at);
  Value loaded;
  if (mask) {
    Value zero = arith::ConstantOp::create(b, loc, type, b.getZeroAttr(type));
    loaded = vector::MaskedLoadOp::create(b, loc, type, operand.memref, indices, mask, zero);
  } else {
    loaded = vector::LoadOp::create(b, loc, type, operand.memref, indices);
  }
  return widen(loaded, operand.isUnsigned);
}

Value Emitter::loadScalar(const Operand &operand, ArrayRef<Value> at) {
  return widen(memref::LoadOp::create(b, loc, operand.memref, operand.indices(at)), operand.isUnsigned);
}

/// Emits a branch, or only the side that is known to be taken. `condition` null: always true.
void Emitter::ifElse(Value condition, function_ref<void()> then, function_ref<void()> otherwise) {
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

void Emitter::emit() { emitReductionBlocks(); }

/// The reduction in blocks, one after the other: each adds to the result of the last.
void Emitter::emitReductionBlocks() {
  depthBegin = constant(0);
  depthEnd = extents[kernel.reductionDim];
  if (kernel.blockK == 0)
    return emitTiles();
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

/// All tiles of the result in parallel: outer dimensions, blocks of rows, columns, rows within a block.
void Emitter::emitTiles() {
  auto tilesOf = [&](Value extent, int64_t size) -> Value {
    if (std::optional<int64_t> value = known(extent))
      return constant(llvm::divideCeil(*value, size));
    return arith::CeilDivSIOp::create(b, loc, extent, constant(size));
  };
  Value one = constant(1);
  int64_t columnStep = kernel.columns * (kernel.vectorize == VectorDim::K ? 1 : kernel.lanes);
  Value rowTiles = kernel.rowDim < 0 ? one : tilesOf(extents[kernel.rowDim], kernel.rows);
  Value columnTiles = kernel.columnDim < 0 ? one : tilesOf(extents[kernel.columnDim], columnStep);
  Value blocks = kernel.blockRows == 0 ? one : tilesOf(rowTiles, kernel.blockRows);
  Value tilesInBlock = kernel.blockRows == 0 ? rowTiles : constant(kernel.blockRows);

  SmallVector<unsigned> outer;
  for (unsigned dim : llvm::concat<const unsigned>(contraction.batch, contraction.m, contraction.n))
    if (static_cast<int64_t>(dim) != kernel.rowDim && static_cast<int64_t>(dim) != kernel.columnDim)
      outer.push_back(dim);
  SmallVector<Value> upper = llvm::to_vector(llvm::map_range(outer, [&](unsigned dim) { return extents[dim]; }));
  upper.append({blocks, columnTiles, tilesInBlock});
  SmallVector<Value> lower(upper.size(), constant(0)), steps(upper.size(), one);
  auto parallel = scf::ParallelOp::create(b, loc, lower, upper, steps);

  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(parallel.getBody());
  SmallVector<Value> ivs = parallel.getInductionVars();
  for (auto [dim, iv] : llvm::zip(outer, ivs))
    loops[dim] = iv;
  Value column = arith::MulIOp::create(b, loc, ivs[outer.size() + 1], constant(columnStep));
  Value tile = ivs[outer.size() + 2], guarded;
  if (kernel.blockRows != 0) {
    tile = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, ivs[outer.size()], tilesInBlock), tile);
    if (!known(rowTiles) || *known(rowTiles) % kernel.blockRows != 0)
      guarded = less(tile, rowTiles);
  }
  ifElse(guarded, [&] { emitRowTile(tile, column); }, nullptr);
}

/// A tile of rows: full, or the last one with fewer.
void Emitter::emitRowTile(Value rowTile, Value column) {
  if (kernel.rowDim < 0)
    return emitColumns(constant(0), 1, column);
  Value extent = extents[kernel.rowDim];
  Value row = arith::MulIOp::create(b, loc, rowTile, constant(kernel.rows));
  std::optional<int64_t> count = known(extent);
  bool even = count && *count % kernel.rows == 0;
  Value full = even ? Value() : arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(row, kernel.rows), extent);
  auto tail = [&] {
    if (count)
      return emitColumns(row, *count % kernel.rows, column);
    auto loop = scf::ForOp::create(b, loc, row, extent, constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitColumns(loop.getInductionVar(), 1, column);
  };
  ifElse(full, [&] { emitColumns(row, kernel.rows, column); }, tail);
}

/// A tile of columns: full, or the last one with fewer.
void Emitter::emitColumns(Value row, int64_t rows, Value column) {
  bool byK = kernel.vectorize == VectorDim::K;
  if (kernel.columnDim < 0) {
    // Only the vectors along the reduction have no column dimension.
    return emitVectorReduction(row, rows, constant(0), 1);
  }
  Value extent = extents[kernel.columnDim];
  int64_t step = kernel.columns * (byK ? 1 : kernel.lanes);
  std::optional<int64_t> count = known(extent);
  bool even = count && *count % step == 0;
  Value full = even ? Value() : arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(column, step), extent);
  auto body = [&] {
    if (byK)
      emitVectorReduction(row, rows, column, kernel.columns);
    else
      emitVectorColumns(row, rows, column, kernel.columns, Value());
  };
  auto tail = [&] {
    if (!byK)
      return emitVectorColumns(row, rows, column,
                               count ? llvm::divideCeil(*count % step, kernel.lanes) : kernel.columns, extent);
    if (count)
      return emitVectorReduction(row, rows, column, *count % step);
    auto loop = scf::ForOp::create(b, loc, column, extent, constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitVectorReduction(row, rows, loop.getInductionVar(), 1);
  };
  ifElse(full, body, tail);
}

//===----------------------------------------------------------------------===//
// Kernels of one tile
//===----------------------------------------------------------------------===//

/// Loops over all reduction dimensions, the tiled one innermost from `begin` to `end` by `step`.
SmallVector<Value> Emitter::reduce(ArrayRef<Value> init, int64_t step, Value begin, Value end,
                                   function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body) {
  SmallVector<Value> lower, upper, steps;
  SmallVector<unsigned> dims;
  for (unsigned dim : contraction.k)
    if (static_cast<int64_t>(dim) != kernel.reductionDim) {
      dims.push_back(dim);
      lower.push_back(constant(0));
      upper.push_back(extents[dim]);
      steps.push_back(constant(1));
    }
  dims.push_back(kernel.reductionDim);
  lower.push_back(begin);
  upper.push_back(end);
  steps.push_back(constant(step));
  scf::LoopNest nest =
      scf::buildLoopNest(b, loc, lower, upper, steps, init,
                         [&](OpBuilder &, Location, ValueRange ivs, ValueRange carried) -> scf::ValueVector {
                           SmallVector<Value> at = loops;
                           for (auto [dim, iv] : llvm::zip(dims, ivs))
                             at[dim] = iv;
                           SmallVector<Value> results = body(at, carried);
                           return scf::ValueVector(results.begin(), results.end());
                         });
  return SmallVector<Value>(nest.results.begin(), nest.results.end());
}

/// Vectors along the columns: for each step of k, one vector of each column, one broadcast element of each row. With
/// `columnEnd`, lanes at or behind it are masked.
void Emitter::emitVectorColumns(Value row, int64_t rows, Value column, int64_t columns, Value columnEnd) {
  SmallVector<Column> parts;
  for (int64_t j = 0; j < columns; ++j) {
    Column part{add(column, j * kernel.lanes), Value()};
    if (columnEnd) {
      Value left = arith::SubIOp::create(b, loc, columnEnd, part.index);
      part.mask = vector::CreateMaskOp::create(b, loc, VectorType::get({kernel.lanes}, b.getI1Type()), left);
    }
    parts.push_back(part);
  }
  SmallVector<Value> rowIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(add(row, i));

  auto body = [&](ArrayRef<Value> at, ValueRange accumulators) {
    SmallVector<Value> position(at), vectors, sums;
    for (const Column &part : parts) {
      position[kernel.columnDim] = part.index;
      vectors.push_back(load(columnOperand, position, part.mask));
    }
    for (int64_t i = 0; i < rows; ++i) {
      if (kernel.rowDim >= 0)
        position[kernel.rowDim] = rowIndices[i];
      Value element = vector::BroadcastOp::create(b, loc, vectorType, loadScalar(rowOperand, position));
      for (int64_t j = 0; j < columns; ++j)
        sums.push_back(multiplyAdd(element, vectors[j], accumulators[i * columns + j]));
    }
    return sums;
  };
  SmallVector<Value> sums =
      reduce(SmallVector<Value>(rows * columns, zeroVector()), /*step=*/1, depthBegin, depthEnd, body);
  SmallVector<Value> at = loops;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      if (kernel.rowDim >= 0)
        at[kernel.rowDim] = rowIndices[i];
      at[kernel.columnDim] = parts[j].index;
      accumulate(at, parts[j], sums[i * columns + j]);
    }
}

/// Vectors along the reduction: each accumulator holds partial sums, added up at the end.
void Emitter::emitVectorReduction(Value row, int64_t rows, Value column, int64_t columns) {
  SmallVector<Value> rowIndices, columnIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(add(row, i));
  for (int64_t j = 0; j < columns; ++j)
    columnIndices.push_back(add(column, j));

  auto step = [&](ArrayRef<Value> at, ValueRange accumulators, Value mask) {
    SmallVector<Value> position(at), rowVectors, sums(rows * columns);
    for (int64_t i = 0; i < rows; ++i) {
      if (kernel.rowDim >= 0)
        position[kernel.rowDim] = rowIndices[i];
      rowVectors.push_back(load(rowOperand, position, mask));
    }
    for (int64_t j = 0; j < columns; ++j) {
      if (kernel.columnDim >= 0)
        position[kernel.columnDim] = columnIndices[j];
      Value columnVector = load(columnOperand, position, mask);
      for (int64_t i = 0; i < rows; ++i)
        sums[i * columns + j] = multiplyAdd(rowVectors[i], columnVector, accumulators[i * columns + j]);
    }
    return sums;
  };
  Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
  Value rest = arith::RemSIOp::create(b, loc, depth, constant(kernel.lanes));
  Value vectorEnd = arith::SubIOp::create(b, loc, depthEnd, rest);
  SmallVector<Value> sums = reduce(SmallVector<Value>(rows * columns, zeroVector()), kernel.lanes, depthBegin,
                                   vectorEnd, [&](ArrayRef<Value> at, ValueRange a) { return step(at, a, Value()); });
  // At most one trip; none when the depth is a multiple of the vector's length.
  sums = reduce(sums, kernel.lanes, vectorEnd, depthEnd, [&](ArrayRef<Value> at, ValueRange accumulators) {
    Value left = arith::SubIOp::create(b, loc, depthEnd, at[kernel.reductionDim]);
    Value mask = vector::CreateMaskOp::create(b, loc, VectorType::get({kernel.lanes}, b.getI1Type()), left);
    return step(at, accumulators, mask);
  });
  SmallVector<Value> at = loops;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      if (kernel.rowDim >= 0)
        at[kernel.rowDim] = rowIndices[i];
      if (kernel.columnDim >= 0)
        at[kernel.columnDim] = columnIndices[j];
      // The order of the partial sums is free: that is what splitting the reduction into lanes means.
      auto flags = isFloat ? arith::FastMathFlags::reassoc : arith::FastMathFlags::none;
      accumulateElement(at,
                        vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, sums[i * columns + j], flags));
    }
}

/// Adds one vector of sums to the result.
void Emitter::accumulate(ArrayRef<Value> at, const Column &column, Value sum) {
  if (storesVectors) {
    Value result = narrow(update(load(out, at, column.mask), sum), out.elementType());
    if (column.mask)
      vector::MaskedStoreOp::create(b, loc, out.memref, out.indices(at), column.mask, result);
    else
      vector::StoreOp::create(b, loc, result, out.memref, out.indices(at));
    return;
  }
  // The result is not contiguous along the columns: element by element, once for the whole reduction.
  Value end = constant(kernel.lanes);
  if (column.mask)
    end = min(end, arith::SubIOp::create(b, loc, extents[kernel.columnDim], column.index));
  // A masked vector may begin behind the end: the loop then makes no trip.
  auto loop = scf::ForOp::create(b, loc, constant(0), end, constant(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> position(at);
  position[kernel.columnDim] = arith::AddIOp::create(b, loc, column.index, loop.getInductionVar());
  accumulateElement(position, vector::ExtractOp::create(b, loc, sum, OpFoldResult(loop.getInductionVar())));
}

void Emitter::accumulateElement(ArrayRef<Value> at, Value sum) {
  Value result = narrow(update(loadScalar(out, at), sum), out.elementType());
  memref::StoreOp::create(b, loc, result, out.memref, out.indices(at));
}
} // namespace

void lexon::emitMatmulKernel(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel) {
  Emitter(builder, contraction, kernel).emit();
}
