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

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

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
