//===- EmitTile.cpp - the vector code of one tile -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "KernelFacts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

SmallVector<Value> KernelEmitter::sumOf(ValueRange left, ValueRange right) {
  SmallVector<Value> sums;
  for (auto [x, y] : llvm::zip(left, right))
    sums.push_back(plus(x, y));
  return sums;
}

/// The reduction dimensions but the tiled one, in the order in which rhs holds them.
SmallVector<unsigned> KernelEmitter::outerReductions() {
  SmallVector<unsigned> dims;
  for (AffineExpr expr : contraction.rhsMap.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (llvm::is_contained(contraction.k, dim) && !isInner(dim))
      dims.push_back(dim);
  }
  return dims;
}

/// Loops over all reduction dimensions, the tiled one innermost from `begin` to `end` by `step`.
SmallVector<Value> KernelEmitter::reduce(ArrayRef<Value> init, int64_t step, Value begin, Value end, Step body) {
  SmallVector<Value> lower, upper, steps;
  SmallVector<unsigned> dims = outerReductions();
  for (unsigned dim : dims) {
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

/// `body`'s sums over parts of the reduction, added up: each part begins with zeros.
SmallVector<Value> KernelEmitter::reduceInChunks(unsigned count,
                                                 function_ref<SmallVector<Value>(Value begin, Value end)> body) {
  std::optional<int64_t> depth = known(depthEnd);
  if (kernel.chunkK == 0 || (depth && known(depthBegin) == 0 && *depth <= kernel.chunkK))
    return body(depthBegin, depthEnd);
  auto loop =
      scf::ForOp::create(b, loc, depthBegin, depthEnd, constant(kernel.chunkK), zeros(count),
                         [&](OpBuilder &, Location, Value begin, ValueRange totals) {
                           Value end = add(begin, kernel.chunkK);
                           if (!depth || !known(depthBegin) || (*depth - *known(depthBegin)) % kernel.chunkK != 0)
                             end = min(end, depthEnd);
                           scf::YieldOp::create(b, loc, sumOf(totals, body(begin, end)));
                         });
  return SmallVector<Value>(loop.getResults().begin(), loop.getResults().end());
}

/// The sum over the reduction, chunk by chunk, `kernel.phases` steps at a time in accumulators of their own.
SmallVector<Value> KernelEmitter::reduceInPhases(unsigned count, Step body) {
  assert(!contraction.isOrdered && "sums in chunks and phases have another order");
  return reduceInChunks(count, [&](Value begin, Value end) {
    int64_t phases = kernel.phases;
    if (phases == 1)
      return reduce(zeros(count), /*step=*/1, begin, end, body);
    Value depth = arith::SubIOp::create(b, loc, end, begin);
    Value evenEnd = arith::SubIOp::create(b, loc, end, arith::RemSIOp::create(b, loc, depth, constant(phases)));
    SmallVector<Value> sums =
        reduce(zeros(count * phases), phases, begin, evenEnd, [&](ArrayRef<Value> at, ValueRange accumulators) {
          SmallVector<Value> position(at), results;
          for (int64_t phase = 0; phase < phases; ++phase) {
            position[kernel.reductionDim] = add(at[kernel.reductionDim], phase);
            llvm::append_range(results, body(position, accumulators.slice(phase * count, count)));
          }
          return results;
        });
    for (; phases > 1; phases = (phases + 1) / 2) // pairwise
      for (int64_t phase = (phases + 1) / 2; phase < phases; ++phase) {
        MutableArrayRef<Value> into(sums.data() + (phase - (phases + 1) / 2) * count, count);
        llvm::copy(sumOf(into, ArrayRef(sums).slice(phase * count, count)), into.begin());
      }
    sums.resize(count);
    return reduce(sums, /*step=*/1, evenEnd, end, body);
  });
}

void KernelEmitter::setGroup(SmallVectorImpl<Value> &at, int64_t group) {
  if (contraction.group)
    at[*contraction.group] = constant(group);
}

//===----------------------------------------------------------------------===//
// Prefetch
//===----------------------------------------------------------------------===//

Value KernelEmitter::flattened(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getRank() == 1)
    return memref;
  SmallVector<ReassociationIndices> all{llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
  return memref::CollapseShapeOp::create(b, loc, memref, all);
}

/// Sets where the prefetches of a tile begin that is number `tile` of those that share the current panel. They bring
/// the next panel evenly; behind the last panel the last one is fetched again.
void KernelEmitter::planPrefetch(Value tile) {
  ArrayRef<int64_t> shape = cast<MemRefType>(columnOperand.memref.getType()).getShape();
  ArrayRef<int64_t> counts = panelCounts(contraction, kernel);
  int64_t panels = ShapedType::getNumElements(counts), panel = ShapedType::getNumElements(shape) / panels;
  int64_t perTile = kernel.prefetch * contraction.sizes[kernel.reductionDim];
  for (unsigned dim : contraction.k)
    perTile *= isInner(dim) ? 1 : contraction.sizes[dim];
  Value current = loops[columnOperand.map.getDimPosition(0)];
  for (unsigned i = 1; i < counts.size(); ++i)
    current = add(times(current, constant(counts[i])), loops[columnOperand.map.getDimPosition(i)]);
  Value next = min(add(current, 1), constant(panels - 1));
  Value inPanel = min(times(tile, constant(perTile)), constant(std::max<int64_t>(0, panel - perTile)));
  prefetchStart = add(times(next, constant(panel)), inPanel);
}

/// The prefetches of `steps` steps of the reduction, from `at`.
void KernelEmitter::emitPrefetch(ArrayRef<Value> at, int64_t steps) {
  if (!prefetchStart)
    return;
  Value step; // counts the steps of the reduction
  for (unsigned dim : outerReductions())
    step = step ? add(times(step, extents[dim]), at[dim]) : at[dim];
  Value inner = at[kernel.reductionDim];
  step = step ? add(times(step, extents[kernel.reductionDim]), inner) : inner;
  Value index = add(prefetchStart, times(step, constant(kernel.prefetch)));
  int64_t line = 64 * 8 / columnOperand.elementType().getIntOrFloatBitWidth(); // elements
  for (int64_t offset = 0; offset < kernel.prefetch * steps; offset += line)
    // Locality 2: into the second-level cache.
    memref::PrefetchOp::create(b, loc, prefetchMemref, ValueRange{add(index, offset)}, /*isWrite=*/false,
                               /*localityHint=*/2, /*isDataCache=*/true);
}

//===----------------------------------------------------------------------===//
// Kernels of one tile
//===----------------------------------------------------------------------===//

/// Vectors along the columns: for each step of k, one vector of each column, one broadcast element of each row (for
/// VectorDim::Batch, one vector of each row and column). With `columnEnd`, lanes at or behind it are masked.
void KernelEmitter::emitVectorColumns(Value row, int64_t rows, Value column, int64_t columns, Value columnEnd) {
  if (isTransposing)
    return emitTransposedColumns(row, column, columns, columnEnd);
  SmallVector<Column> parts;
  for (int64_t j = 0; j < columns; ++j) {
    Column part{add(column, j * kernel.lanes), Value(), Value()};
    if (columnEnd) {
      Value left = arith::SubIOp::create(b, loc, columnEnd, part.index);
      part.mask = maskOf(kernel.lanes, left);
      part.loadMask = perLane() == 1 ? part.mask : maskOf(2 * kernel.lanes, times(left, constant(2)));
    }
    parts.push_back(part);
  }
  SmallVector<Value> rowIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(lastRow ? min(add(row, i), lastRow) : add(row, i));
  int64_t groups = contraction.numGroups(), perRow = columns * groups;

  auto step = [&](ArrayRef<Value> at, ValueRange accumulators) {
    emitPrefetch(at);
    SmallVector<Value> position(at), sums;
    SmallVector<Factors> vectors;
    for (const Column &part : parts)
      for (int64_t group = 0; group < groups; ++group) {
        position[kernel.columnDim] = part.index;
        setGroup(position, group);
        vectors.push_back(load(columnOperand, position, part.loadMask));
      }
    for (int64_t i = 0; i < rows; ++i) {
      if (kernel.rowDim >= 0)
        position[kernel.rowDim] = rowIndices[i];
      Factors element;
      if (kernel.vectorize != VectorDim::Batch)
        element = loadRow(position);
      for (int64_t j = 0; j < perRow; ++j) {
        if (kernel.vectorize == VectorDim::Batch) {
          position[kernel.columnDim] = parts[j].index;
          element = load(rowOperand, position, parts[j].mask);
        }
        sums.push_back(multiplyAdd(element, vectors[j], accumulators[i * perRow + j]));
      }
    }
    return sums;
  };
  SmallVector<Value> at = loops;
  auto forEachRow = [&](function_ref<void(int64_t)> body) {
    for (int64_t i = 0; i < rows; ++i) {
      if (kernel.rowDim >= 0)
        at[kernel.rowDim] = rowIndices[i];
      body(i * perRow);
    }
  };
  if (contraction.isOrdered) {
    SmallVector<Value> sums;
    auto forEachVector = [&](int64_t first, function_ref<void(int64_t, const Column &)> body) {
      for (auto [j, part] : llvm::enumerate(parts)) {
        at[kernel.columnDim] = part.index;
        body(first + static_cast<int64_t>(j), part);
      }
    };
    forEachRow([&](int64_t first) {
      forEachVector(first, [&](int64_t, const Column &part) { sums.push_back(loadVector(out, at, part.mask)); });
    });
    sums = reduce(sums, /*step=*/1, depthBegin, depthEnd, step);
    return forEachRow([&](int64_t first) {
      forEachVector(first, [&](int64_t i, const Column &part) { storeVector(sums[i], at, part.mask); });
    });
  }
  SmallVector<Value> sums = reduceInPhases(rows * perRow, step);
  forEachRow([&](int64_t first) { finishRow(at, parts, ArrayRef(sums).slice(first, perRow)); });
}

/// Vectors along the reduction: each accumulator holds partial sums, added up at the end.
void KernelEmitter::emitVectorReduction(Value row, int64_t rows, Value column, int64_t columns) {
  SmallVector<Value> rowIndices, columnIndices;
  for (int64_t i = 0; i < rows; ++i)
    rowIndices.push_back(add(row, i));
  for (int64_t j = 0; j < columns; ++j)
    columnIndices.push_back(add(column, j));
  int64_t groups = contraction.numGroups(), perRow = columns * groups;

  auto step = [&](ArrayRef<Value> at, ValueRange accumulators, Value mask) {
    SmallVector<Value> position(at), sums(rows * perRow);
    SmallVector<Factors> rowVectors;
    for (int64_t i = 0; i < rows; ++i) {
      if (kernel.rowDim >= 0)
        position[kernel.rowDim] = rowIndices[i];
      rowVectors.push_back(load(rowOperand, position, mask));
    }
    for (int64_t j = 0; j < perRow; ++j) {
      if (kernel.columnDim >= 0)
        position[kernel.columnDim] = columnIndices[j / groups];
      setGroup(position, j % groups);
      Factors columnVector = load(columnOperand, position, mask);
      for (int64_t i = 0; i < rows; ++i)
        sums[i * perRow + j] = multiplyAdd(rowVectors[i], columnVector, accumulators[i * perRow + j]);
    }
    return sums;
  };
  int64_t stepSize = kernel.lanes * perLane();
  Value depth = arith::SubIOp::create(b, loc, depthEnd, depthBegin);
  Value rest = arith::RemSIOp::create(b, loc, depth, constant(stepSize));
  Value vectorEnd = arith::SubIOp::create(b, loc, depthEnd, rest);
  SmallVector<Value> sums = reduce(zeros(rows * perRow), stepSize, depthBegin, vectorEnd,
                                   [&](ArrayRef<Value> at, ValueRange a) { return step(at, a, Value()); });
  // At most one trip; none when the depth is a multiple of the vector's length.
  sums = reduce(sums, stepSize, vectorEnd, depthEnd, [&](ArrayRef<Value> at, ValueRange accumulators) {
    Value left = arith::SubIOp::create(b, loc, depthEnd, at[kernel.reductionDim]);
    return step(at, accumulators, maskOf(stepSize, left));
  });
  // The order of the partial sums is free: that is what splitting the reduction into lanes means.
  auto flags = isFloat ? arith::FastMathFlags::reassoc : arith::FastMathFlags::none;
  for (Value &sum : sums)
    sum = vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, sum, flags);
  SmallVector<Value> at = loops;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      if (kernel.rowDim >= 0)
        at[kernel.rowDim] = rowIndices[i];
      if (kernel.columnDim >= 0)
        at[kernel.columnDim] = columnIndices[j];
      finishElement(at, ArrayRef(sums).slice((i * columns + j) * groups, groups));
    }
}
