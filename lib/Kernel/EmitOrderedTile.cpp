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

/// The body of the operation, on vectors or elements.
Value KernelEmitter::applyBody(const Factors &x, const Factors &y, Value sum) {
  const bool byM = kernel.vectorize == VectorDim::M;
  const Factors &ofLhs = byM ? y : x, &ofRhs = byM ? x : y;
  Block *body = contraction.linalgOp().getBlock();
  IRMapping mapping;
  mapping.map(body->getArgument(0), ofLhs.front());
  mapping.map(body->getArgument(1), ofRhs.front());
  for (auto [number, value] : llvm::zip_equal(contraction.asLhs, ArrayRef(ofLhs).drop_front()))
    mapping.map(body->getArgument(number), value);
  for (auto [number, value] : llvm::zip_equal(contraction.asRhs, ArrayRef(ofRhs).drop_front()))
    mapping.map(body->getArgument(number), value);
  mapping.map(body->getArguments().back(), sum);
  auto type = dyn_cast<VectorType>(sum.getType());
  for (Operation &op : body->without_terminator()) {
    if (op.hasTrait<OpTrait::ConstantLike>()) {
      b.clone(op, mapping);
      continue;
    }
    for (Value operand : op.getOperands()) {
      Value known = mapping.lookupOrDefault(operand);
      if (type && known.getType() != type)
        mapping.map(operand, vector::BroadcastOp::create(b, loc, type, known));
    }
    b.clone(op, mapping)->getResult(0).setType(sum.getType());
  }
  return mapping.lookup(body->getTerminator()->getOperand(0));
}

/// A tile without vectors.
void KernelEmitter::emitElements(Value row, int64_t rows, Value column, int64_t columns) {
  SmallVector<Value> rowIndices, columnIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(lastRow ? min(add(row, i), lastRow) : add(row, i));
  for (int64_t j = 0; j < columns; ++j)
    columnIndices.push_back(add(column, j));
  auto moveTo = [&](MutableArrayRef<Value> at, int64_t i, int64_t j) {
    if (kernel.rowDim >= 0)
      at[kernel.rowDim] = rowIndices[i];
    if (kernel.columnDim >= 0)
      at[kernel.columnDim] = columnIndices[j];
  };
  auto elements = [&](const Operand &operand, ArrayRef<Operand> more, Value factor, ArrayRef<Value> at) {
    Value loaded = loadScalar(operand, at);
    Factors factors{factor ? scaled(loaded, factor) : loaded};
    for (const Operand &other : more)
      factors.push_back(loadScalar(other, at));
    return factors;
  };
  auto step = [&](ArrayRef<Value> at, ValueRange accumulators) {
    SmallVector<Value> position(at), sums;
    SmallVector<Factors> rowElements, columnElements;
    for (int64_t i = 0; i < rows; ++i) {
      moveTo(position, i, 0);
      rowElements.push_back(elements(rowOperand, moreRows, rowScale, position));
    }
    for (int64_t j = 0; j < columns; ++j) {
      moveTo(position, 0, j);
      columnElements.push_back(elements(columnOperand, moreColumns, columnScale, position));
    }
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        sums.push_back(multiplyAdd(rowElements[i], columnElements[j], accumulators[i * columns + j]));
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

/// For each of as many steps of the reduction as there are lanes, the vectors along the columns. Columns behind
/// `lastColumn` (if it is not null) are those of the last one; steps that `mask` leaves out are zeros.
SmallVector<Factors> KernelEmitter::loadTransposed(ArrayRef<Value> at, const Column &part, Value lastColumn,
                                                   Value mask) {
  SmallVector<Factors> steps(kernel.lanes);
  auto append = [&](const Operand &operand, Value factor) {
    SmallVector<Value> vectors, position(at);
    for (int64_t lane = 0; lane < kernel.lanes; ++lane) {
      Value index = add(part.index, lane);
      position[kernel.columnDim] = lastColumn ? min(index, lastColumn) : index;
      vectors.push_back(widen(loadVector(operand, position, mask), operand.isUnsigned));
    }
    for (auto [step, vector] : llvm::zip(steps, transposed(vectors)))
      step.push_back(factor ? scaled(vector, factor) : vector);
  };
  append(columnOperand, columnScale);
  for (const Operand &operand : moreColumns)
    append(operand, {});
  return steps;
}

/// The steps from `begin` to `end` for one row and columns that are contiguous along the reduction, as many at once as
/// a vector has lanes. Unless they are whole, the last ones may be fewer, and the last columns, too.
void KernelEmitter::emitTransposedBlocks(Value row, ArrayRef<Column> parts, Value begin, Value end, bool isWhole) {
  SmallVector<Value> at = loops, sums;
  if (kernel.rowDim >= 0)
    at[kernel.rowDim] = row;
  Value lastColumn = isWhole ? Value() : add(extents[kernel.columnDim], -1);
  for (const Column &part : parts) {
    at[kernel.columnDim] = part.index;
    sums.push_back(loadVector(out, at, part.mask));
  }
  sums = reduce(sums, kernel.lanes, begin, end, [&](ArrayRef<Value> now, ValueRange accumulators) {
    SmallVector<Value> results(accumulators.begin(), accumulators.end()), position(now);
    if (kernel.rowDim >= 0)
      position[kernel.rowDim] = row;
    Value steps = isWhole ? Value() : arith::SubIOp::create(b, loc, end, now[kernel.reductionDim]).getResult();
    for (auto [part, sum] : llvm::zip(parts, results)) {
      Value mask = steps ? maskOf(kernel.lanes, steps) : Value();
      for (auto [lane, vectors] : llvm::enumerate(loadTransposed(now, part, lastColumn, mask))) {
        Value step = add(now[kernel.reductionDim], lane);
        position[kernel.reductionDim] = steps ? min(step, add(end, -1)) : step;
        Value next = multiplyAdd(loadRow(position), vectors, sum);
        sum = steps ? arith::SelectOp::create(b, loc, less(constant(lane), steps), next, sum).getResult() : next;
      }
    }
    return results;
  });
  for (auto [part, sum] : llvm::zip(parts, sums)) {
    at[kernel.columnDim] = part.index;
    storeVector(sum, at, part.mask);
  }
}

/// One vector of columns, from step `begin` to the end.
void KernelEmitter::emitTransposedPart(Value row, Value column, Value begin) {
  Value left = arith::SubIOp::create(b, loc, extents[kernel.columnDim], column);
  emitTransposedBlocks(row, {{column, maskOf(kernel.lanes, left), Value()}}, begin, depthEnd, /*isWhole=*/false);
}

/// A tile of one row: whole columns as far as there are whole blocks of steps, everything else one vector at a time.
void KernelEmitter::emitTransposedColumns(Value row, Value column, int64_t columns, Value columnEnd) {
  Value begin = depthBegin, step = constant(kernel.lanes);
  if (!columnEnd) {
    SmallVector<Column> parts;
    for (int64_t j = 0; j < columns; ++j)
      parts.push_back({add(column, j * kernel.lanes), Value(), Value()});
    Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
    begin = arith::SubIOp::create(b, loc, depthEnd, arith::RemSIOp::create(b, loc, depth, step));
    emitTransposedBlocks(row, parts, depthBegin, begin, /*isWhole=*/true);
    if (known(depthEnd) && known(depthBegin) && (*known(depthEnd) - *known(depthBegin)) % kernel.lanes == 0)
      return;
  }
  Value end = columnEnd ? columnEnd : add(column, columns * kernel.lanes);
  ifElse(
      less(begin, depthEnd),
      [&] {
        auto loop = scf::ForOp::create(b, loc, column, end, step);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(loop.getBody());
        emitTransposedPart(row, loop.getInductionVar(), begin);
      },
      nullptr);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// A tile of rows. Of a few rows behind the last whole tile, each is done alone; of more, a whole tile is computed in
/// which the last row stands several times.
void KernelEmitter::emitOrderedRows(Value rowTile, Value column) {
  Value extent = extents[kernel.rowDim];
  Value row = times(rowTile, constant(kernel.rows)), end = add(row, kernel.rows);
  std::optional<int64_t> count = known(extent);
  auto alone = [&](Value last) {
    auto loop = scf::ForOp::create(b, loc, row, last, constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitColumns(loop.getInductionVar(), 1, column);
  };
  if (isTransposing)
    return alone(min(end, extent));
  auto whole = [&] { emitColumns(row, kernel.rows, column); };
  if (count && *count % kernel.rows == 0)
    return whole();
  auto tail = [&] {
    if (count)
      return emitColumns(row, *count % kernel.rows, column);
    constexpr int64_t few = 3;
    ifElse(
        less(add(row, few), extent),
        [&] {
          lastRow = add(extent, -1);
          whole();
          lastRow = {};
        },
        [&] { alone(extent); });
  };
  ifElse(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, end, extent), whole, tail);
}

//===----------------------------------------------------------------------===//
// Columns that are copied
//===----------------------------------------------------------------------===//

void KernelEmitter::allocateColumns() {
  Value depth = depthEnd;
  if (kernel.blockK != 0)
    depth = min(depth, constant(kernel.blockK));
  auto type = MemRefType::get({ShapedType::kDynamic, kernel.columns * kernel.lanes}, columnOperand.elementType());
  for (size_t i = 0; i < 1 + moreColumns.size(); ++i)
    columnCopies.push_back(memref::AllocOp::create(b, loc, type, depth, b.getI64IntegerAttr(64)));
}

/// Copies the columns of a tile from `column` on to `copy`, step behind step.
void KernelEmitter::copyColumns(const Operand &original, Value copy, Value column) {
  auto forEach = [&](Value begin, Value end, int64_t by, function_ref<void(Value)> body) {
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
    return forEach(depthBegin, depthEnd, 1, [&](Value step) {
      for (int64_t j = 0; j < kernel.columns; ++j) {
        columnAt(step, j * kernel.lanes);
        vector::StoreOp::create(b, loc, loadVector(original, at, Value()), copy, place(step, j * kernel.lanes));
      }
    });
  auto type = VectorType::get({kernel.lanes}, original.elementType());
  Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
  Value rest = arith::RemSIOp::create(b, loc, depth, constant(kernel.lanes));
  Value wholeEnd = arith::SubIOp::create(b, loc, depthEnd, rest);
  forEach(depthBegin, wholeEnd, kernel.lanes, [&](Value step) {
    for (int64_t j = 0; j < kernel.columns; ++j) {
      SmallVector<Value> vectors;
      for (int64_t lane = 0; lane < kernel.lanes; ++lane) {
        columnAt(step, j * kernel.lanes + lane);
        auto [memref, indices] = placeOf(original, at);
        vectors.push_back(vector::LoadOp::create(b, loc, type, memref, indices));
      }
      vectors = transposed(vectors);
      for (int64_t lane = 0; lane < kernel.lanes; ++lane)
        vector::StoreOp::create(b, loc, vectors[lane], copy, place(add(step, lane), j * kernel.lanes));
    }
  });
  forEach(wholeEnd, depthEnd, 1, [&](Value step) {
    for (int64_t j = 0; j < kernel.columns * kernel.lanes; ++j) {
      columnAt(step, j);
      auto [memref, indices] = placeOf(original, at);
      Value element = memref::LoadOp::create(b, loc, memref, indices);
      memref::StoreOp::create(b, loc, element, copy, place(step, j));
    }
  });
}

/// The copy of a tile's columns from `column` on, indexed by the numbers of step and column in the whole operand.
Operand KernelEmitter::operandOfCopy(const Operand &original, Value copy, Value column) {
  const int64_t width = kernel.columns * kernel.lanes;
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {width, 1});
  auto type = MemRefType::get({ShapedType::kDynamic, ShapedType::kDynamic}, original.elementType(), layout);
  Value before = add(times(depthBegin, constant(width)), column);
  OpFoldResult offset = arith::SubIOp::create(b, loc, constant(0), before).getResult();
  SmallVector<AffineExpr> dims{b.getAffineDimExpr(kernel.reductionDim), b.getAffineDimExpr(kernel.columnDim)};
  Operand result = original;
  result.memref = memref::ReinterpretCastOp::create(
      b, loc, type, copy, offset, ArrayRef<OpFoldResult>{extents[kernel.reductionDim], extents[kernel.columnDim]},
      ArrayRef<OpFoldResult>{b.getIndexAttr(width), b.getIndexAttr(1)});
  result.map = AffineMap::get(original.map.getNumDims(), 0, dims, b.getContext());
  result.row = {};
  return result;
}

/// `tiles`, with the columns of one tile behind one another in memory, if enough rows pass over them.
void KernelEmitter::emitCopiedColumns(Value column, function_ref<void()> tiles) {
  const int64_t width = kernel.columns * kernel.lanes;
  Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(column, width), extents[kernel.columnDim]);
  // Columns that would be transposed for each row are copied for a few rows already.
  Value rows = kernel.rowDim < 0 ? constant(1) : extents[kernel.rowDim];
  Value enough = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, rows,
                                       constant(kernel.transposes ? kRowsPerTranspose : kTilesPerCopy * kernel.rows));
  Value copies = arith::AndIOp::create(b, loc, fits, enough);
  for (Value copy : columnCopies) {
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, copy);
    Value isThere = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, address, constant(0)); // out of memory
    copies = arith::AndIOp::create(b, loc, copies, isThere);
  }
  auto asCopied = [&] {
    Operand original = columnOperand;
    SmallVector<Operand, 1> moreOriginals = moreColumns;
    auto takeCopy = [&](Operand &operand, Value copy) {
      copyColumns(operand, copy, column);
      operand = operandOfCopy(operand, copy, column);
    };
    takeCopy(columnOperand, columnCopies.front());
    for (auto [operand, copy] : llvm::zip(moreColumns, ArrayRef(columnCopies).drop_front()))
      takeCopy(operand, copy);
    isTransposing = false;
    isCopied = true;
    tiles();
    columnOperand = original;
    moreColumns = moreOriginals;
    isCopied = false;
    isTransposing = kernel.transposes;
  };
  ifElse(copies, asCopied, tiles);
}
