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

#include "mlir/Dialect/Arith/Utils/Utils.h"
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

void KernelEmitter::allocateColumns() {
  Value depth = depthEnd;
  if (kernel.blockK != 0)
    depth = min(depth, constant(kernel.blockK));
  auto type = MemRefType::get({ShapedType::kDynamic, kernel.columns * kernel.lanes}, columnOperand.elementType());
  columnCopy = memref::AllocOp::create(b, loc, type, depth, b.getI64IntegerAttr(64));
}

/// `tiles`, with the columns of one tile behind one another in memory, if enough rows pass over them.
void KernelEmitter::emitCopiedColumns(Value column, Value rowTiles, function_ref<void()> tiles) {
  const int64_t width = kernel.columns * kernel.lanes;
  Operand original = columnOperand;
  // Both forms are of one type, and indexed by the numbers of step and column in the whole operand.
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, original.memref);
  constexpr int64_t unknown = ShapedType::kDynamic;
  auto layout = StridedLayoutAttr::get(b.getContext(), unknown, {unknown, 1});
  auto type = MemRefType::get({unknown, unknown}, original.elementType(), layout);
  Value columnExtent = extents[kernel.columnDim], stepExtent = extents[kernel.reductionDim];
  auto view = [&](Value memory, OpFoldResult offset, OpFoldResult stride) -> Value {
    return memref::ReinterpretCastOp::create(b, loc, type, memory, offset,
                                             ArrayRef<OpFoldResult>{stepExtent, columnExtent},
                                             ArrayRef<OpFoldResult>{stride, b.getIndexAttr(1)});
  };
  auto asValue = [&](OpFoldResult value) -> OpFoldResult {
    return getValueOrCreateConstantIndexOp(b, loc, value);
  };
  Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, add(column, width), columnExtent);
  Value enough = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, min(rowTiles, tilesInBlock),
                                       constant(kTilesPerCopy));
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, columnCopy);
  Value isThere = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, address, constant(0)); // out of memory
  Value copies = arith::AndIOp::create(b, loc, arith::AndIOp::create(b, loc, fits, enough), isThere);
  auto choice = scf::IfOp::create(b, loc, type, copies, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    auto loop = scf::ForOp::create(b, loc, depthBegin, depthEnd, constant(1));
    b.setInsertionPointToStart(loop.getBody());
    Value step = loop.getInductionVar(), row = arith::SubIOp::create(b, loc, step, depthBegin);
    for (int64_t j = 0; j < kernel.columns; ++j) {
      SmallVector<Value> at = loops;
      at[kernel.reductionDim] = step;
      at[kernel.columnDim] = add(column, j * kernel.lanes);
      Value vector = loadVector(original, at, Value());
      vector::StoreOp::create(b, loc, vector, columnCopy, ValueRange{row, constant(j * kernel.lanes)});
    }
    b.setInsertionPointToEnd(choice.thenBlock());
    Value before = add(times(depthBegin, constant(width)), column);
    scf::YieldOp::create(b, loc,
                         view(columnCopy, arith::SubIOp::create(b, loc, constant(0), before).getResult(),
                              asValue(b.getIndexAttr(width))));
    b.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(b, loc,
                         view(metadata.getBaseBuffer(), asValue(metadata.getConstifiedMixedOffset()),
                              asValue(metadata.getConstifiedMixedStrides()[0])));
  }
  columnOperand.memref = choice.getResult(0);
  columnOperand.row = {};
  tiles();
  columnOperand = original;
}
