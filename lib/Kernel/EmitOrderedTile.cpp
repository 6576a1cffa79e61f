//===- EmitOrderedTile.cpp - sums that keep their order -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A C program says in which order a sum is added up, and its result is to be the same bits. So each accumulator begins
// with the element of the output and takes one product after the other; what is free is how many elements are under way
// at once.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "KernelFacts.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

/// `sum ± x * y`, on vectors or elements, rounded as the program says.
Value KernelEmitter::orderedMultiplyAdd(Value x, Value y, Value sum) {
  if (contraction.isFused)
    return math::FmaOp::create(b, loc, contraction.negated ? arith::NegFOp::create(b, loc, x).getResult() : x, y, sum);
  Value product = arith::MulFOp::create(b, loc, x, y);
  if (contraction.negated)
    return arith::SubFOp::create(b, loc, sum, product);
  return arith::AddFOp::create(b, loc, sum, product);
}

/// A tile without vectors.
void KernelEmitter::emitElements(Value row, int64_t rows, Value column, int64_t columns) {
  SmallVector<Value> rowIndices, columnIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(add(row, i));
  for (int64_t j = 0; j < columns; ++j)
    columnIndices.push_back(add(column, j));
  auto moveTo = [&](MutableArrayRef<Value> at, int64_t i, int64_t j) {
    if (kernel.rowDim >= 0)
      at[kernel.rowDim] = rowIndices[i];
    if (kernel.columnDim >= 0)
      at[kernel.columnDim] = columnIndices[j];
  };
  auto element = [&](const Operand &operand, Value factor, ArrayRef<Value> at) {
    Value loaded = loadScalar(operand, at);
    return factor ? scaled(loaded, factor) : loaded;
  };
  auto step = [&](ArrayRef<Value> at, ValueRange accumulators) {
    SmallVector<Value> position(at), rowElements, columnElements, sums;
    for (int64_t i = 0; i < rows; ++i) {
      moveTo(position, i, 0);
      rowElements.push_back(element(rowOperand, rowScale, position));
    }
    for (int64_t j = 0; j < columns; ++j) {
      moveTo(position, 0, j);
      columnElements.push_back(element(columnOperand, columnScale, position));
    }
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        sums.push_back(multiplyAdd({rowElements[i]}, {columnElements[j]}, accumulators[i * columns + j]));
    return sums;
  };
  SmallVector<Value> at = loops, sums;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      moveTo(at, i, j);
      sums.push_back(loadScalar(out, at));
    }
  sums = reduce(sums, /*step=*/1, depthBegin, depthEnd, step);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      moveTo(at, i, j);
      memref::StoreOp::create(b, loc, sums[i * columns + j], out.memref, indices(out, at));
    }
}

//===----------------------------------------------------------------------===//
// Columns that are transposed
//===----------------------------------------------------------------------===//

/// The transpose of a square of as many vectors as they have lanes: in each round, blocks of `distance` beside the
/// diagonal change places.
SmallVector<Value> KernelEmitter::transposed(SmallVector<Value> vectors) {
  const auto lanes = static_cast<int64_t>(vectors.size());
  for (int64_t distance = 1; distance < lanes; distance *= 2) {
    SmallVector<int64_t> low, high; // lanes of the first vector, then those of the second
    for (int64_t lane = 0; lane < lanes; ++lane) {
      bool isFirst = (lane & distance) == 0;
      low.push_back(isFirst ? lane : lanes + lane - distance);
      high.push_back(isFirst ? lane + distance : lanes + lane);
    }
    for (int64_t i = 0; i < lanes; ++i) {
      if ((i & distance) != 0)
        continue;
      Value a = vectors[i], c = vectors[i + distance];
      vectors[i] = vector::ShuffleOp::create(b, loc, a, c, low);
      vectors[i + distance] = vector::ShuffleOp::create(b, loc, a, c, high);
    }
  }
  return vectors;
}

/// For each of as many steps of the reduction as there are lanes, the vector along the columns. Columns behind
/// `lastColumn` (if it is not null) are those of the last one; steps that `mask` leaves out are zeros.
SmallVector<Value> KernelEmitter::loadTransposed(ArrayRef<Value> at, const Column &part, Value lastColumn, Value mask) {
  SmallVector<Value> vectors, position(at);
  for (int64_t lane = 0; lane < kernel.lanes; ++lane) {
    Value index = add(part.index, lane);
    position[kernel.columnDim] = lastColumn ? min(index, lastColumn) : index;
    vectors.push_back(widen(loadVector(columnOperand, position, mask), columnOperand.isUnsigned));
  }
  vectors = transposed(vectors);
  for (Value &vector : vectors)
    if (columnScale)
      vector = scaled(vector, columnScale);
  return vectors;
}

/// A tile of columns that are contiguous along the reduction: as many steps at once as a vector has lanes.
void KernelEmitter::emitTransposedColumns(Value row, int64_t rows, ArrayRef<Column> parts, Value columnEnd) {
  const auto columns = static_cast<int64_t>(parts.size());
  Value lastColumn = columnEnd ? add(columnEnd, -1) : Value();
  auto rowIndex = [&](MutableArrayRef<Value> at, int64_t i) {
    if (kernel.rowDim >= 0)
      at[kernel.rowDim] = add(row, i);
  };
  // With `steps`, only so many: what is behind them is not there.
  auto block = [&](ArrayRef<Value> at, ValueRange accumulators, Value steps) {
    SmallVector<Value> sums(accumulators.begin(), accumulators.end()), position(at);
    Value mask = steps ? maskOf(kernel.lanes, steps) : Value();
    for (int64_t j = 0; j < columns; ++j) {
      SmallVector<Value> vectors = loadTransposed(at, parts[j], lastColumn, mask);
      for (int64_t lane = 0; lane < kernel.lanes; ++lane) {
        Value step = add(at[kernel.reductionDim], lane);
        position[kernel.reductionDim] = steps ? min(step, add(depthEnd, -1)) : step;
        for (int64_t i = 0; i < rows; ++i) {
          rowIndex(position, i);
          Value &sum = sums[i * columns + j];
          Value next = multiplyAdd(loadRow(position), {vectors[lane]}, sum);
          if (steps)
            next = arith::SelectOp::create(b, loc, less(constant(lane), steps), next, sum);
          sum = next;
        }
      }
    }
    return sums;
  };
  SmallVector<Value> at = loops, sums;
  auto forEach = [&](function_ref<void(int64_t, const Column &)> body) {
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        rowIndex(at, i);
        at[kernel.columnDim] = parts[j].index;
        body(i * columns + j, parts[j]);
      }
  };
  forEach([&](int64_t, const Column &part) { sums.push_back(loadVector(out, at, part.mask)); });
  Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
  Value rest = arith::RemSIOp::create(b, loc, depth, constant(kernel.lanes));
  Value wholeEnd = arith::SubIOp::create(b, loc, depthEnd, rest);
  sums = reduce(sums, kernel.lanes, depthBegin, wholeEnd,
                [&](ArrayRef<Value> at, ValueRange accumulators) { return block(at, accumulators, Value()); });
  // At most one trip.
  sums = reduce(sums, kernel.lanes, wholeEnd, depthEnd, [&](ArrayRef<Value> at, ValueRange accumulators) {
    return block(at, accumulators, arith::SubIOp::create(b, loc, depthEnd, at[kernel.reductionDim]));
  });
  forEach([&](int64_t i, const Column &part) { storeVector(sums[i], at, part.mask); });
}

//===----------------------------------------------------------------------===//
// Columns that are copied
//===----------------------------------------------------------------------===//

void KernelEmitter::allocateColumns() {
  Value depth = depthEnd;
  if (kernel.blockK != 0)
    depth = min(depth, constant(kernel.blockK));
  auto type = MemRefType::get({ShapedType::kDynamic, kernel.columns * kernel.lanes}, columnOperand.elementType());
  columnCopy = memref::AllocOp::create(b, loc, type, depth, b.getI64IntegerAttr(64));
}

/// Copies the columns of a tile from `column` on, step behind step.
void KernelEmitter::copyColumns(const Operand &original, Value column) {
  auto copy = [&](Value begin, Value end, int64_t by, function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, loc, begin, end, constant(by));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  };
  auto place = [&](Value step, int64_t column) {
    return SmallVector<Value>{arith::SubIOp::create(b, loc, step, depthBegin), constant(column)};
  };
  SmallVector<Value> at = loops;
  auto columnAt = [&](Value step, int64_t j) {
    at[kernel.reductionDim] = step;
    at[kernel.columnDim] = add(column, j);
  };
  if (!kernel.transposes)
    return copy(depthBegin, depthEnd, 1, [&](Value step) {
      for (int64_t j = 0; j < kernel.columns; ++j) {
        columnAt(step, j * kernel.lanes);
        vector::StoreOp::create(b, loc, loadVector(original, at, Value()), columnCopy, place(step, j * kernel.lanes));
      }
    });
  auto type = VectorType::get({kernel.lanes}, original.elementType());
  Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
  Value rest = arith::RemSIOp::create(b, loc, depth, constant(kernel.lanes));
  Value wholeEnd = arith::SubIOp::create(b, loc, depthEnd, rest);
  copy(depthBegin, wholeEnd, kernel.lanes, [&](Value step) {
    for (int64_t j = 0; j < kernel.columns; ++j) {
      SmallVector<Value> vectors;
      for (int64_t lane = 0; lane < kernel.lanes; ++lane) {
        columnAt(step, j * kernel.lanes + lane);
        auto [memref, indices] = placeOf(original, at);
        vectors.push_back(vector::LoadOp::create(b, loc, type, memref, indices));
      }
      vectors = transposed(vectors);
      for (int64_t lane = 0; lane < kernel.lanes; ++lane)
        vector::StoreOp::create(b, loc, vectors[lane], columnCopy, place(add(step, lane), j * kernel.lanes));
    }
  });
  copy(wholeEnd, depthEnd, 1, [&](Value step) {
    for (int64_t j = 0; j < kernel.columns * kernel.lanes; ++j) {
      columnAt(step, j);
      auto [memref, indices] = placeOf(original, at);
      Value element = memref::LoadOp::create(b, loc, memref, indices);
      memref::StoreOp::create(b, loc, element, columnCopy, place(step, j));
    }
  });
}

/// `tiles`, with the columns of one tile behind one another in memory, if enough rows pass over them.
void KernelEmitter::emitCopiedColumns(Value column, Value rowTiles, function_ref<void()> tiles) {
  const int64_t width = kernel.columns * kernel.lanes;
  Operand original = columnOperand;
  Value columnExtent = extents[kernel.columnDim], stepExtent = extents[kernel.reductionDim];
  Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(column, width), columnExtent);
  Value enough = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, min(rowTiles, tilesInBlock),
                                       constant(kTilesPerCopy));
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, columnCopy);
  Value isThere = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, address, constant(0)); // out of memory
  Value copies = arith::AndIOp::create(b, loc, arith::AndIOp::create(b, loc, fits, enough), isThere);
  auto asCopied = [&] {
    copyColumns(original, column);
    // Indexed by the numbers of step and column in the whole operand.
    auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {width, 1});
    auto type = MemRefType::get({ShapedType::kDynamic, ShapedType::kDynamic}, original.elementType(), layout);
    Value before = add(times(depthBegin, constant(width)), column);
    OpFoldResult offset = arith::SubIOp::create(b, loc, constant(0), before).getResult();
    columnOperand.memref = memref::ReinterpretCastOp::create(
        b, loc, type, columnCopy, offset, ArrayRef<OpFoldResult>{stepExtent, columnExtent},
        ArrayRef<OpFoldResult>{b.getIndexAttr(width), b.getIndexAttr(1)});
    SmallVector<AffineExpr> dims{b.getAffineDimExpr(kernel.reductionDim), b.getAffineDimExpr(kernel.columnDim)};
    columnOperand.map = AffineMap::get(original.map.getNumDims(), 0, dims, b.getContext());
    columnOperand.row = {};
    isTransposing = false;
    tiles();
    columnOperand = original;
    isTransposing = kernel.transposes;
  };
  ifElse(copies, asCopied, tiles);
}
