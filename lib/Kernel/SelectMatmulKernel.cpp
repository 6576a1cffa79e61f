//===- SelectMatmulKernel.cpp - which kernel for which contraction --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelFacts.h"

#include "lexon/Analysis/Overlap.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

namespace {
/// The dimension of `dims` along which `operand` is contiguous, or -1.
int64_t contiguousDim(ArrayRef<unsigned> dims, Value operand, AffineMap map) {
  for (unsigned dim : dims)
    if (isContiguousAlong(operand, map, dim))
      return dim;
  return -1;
}

/// The largest of `dims` (dynamic counts as large), or -1 if there are none.
int64_t largestDim(const Contraction &contraction, ArrayRef<unsigned> dims) {
  int64_t best = -1, bestSize = -1;
  for (unsigned dim : dims) {
    int64_t size = contraction.sizeOf(dim);
    if (ShapedType::isDynamic(size))
      size = INT64_MAX;
    if (size > bestSize) {
      best = dim;
      bestSize = size;
    }
  }
  return best;
}

/// The dimension of rows that is tiled: the largest; of a convolution the innermost of the output, whose windows are
/// neighbours in lhs, unless it is too short to keep the units busy.
int64_t tiledRows(const Contraction &c) {
  constexpr int64_t enoughRows = 4;
  if (c.isConvolution())
    for (AffineExpr expr : llvm::reverse(c.outMap.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && llvm::is_contained(c.m, dim.getPosition())) {
        int64_t size = c.sizes[dim.getPosition()];
        if (ShapedType::isDynamic(size) || size >= enoughRows)
          return dim.getPosition();
      }
  return largestDim(c, c.m);
}

/// The reduction dimension that rhs holds innermost, but for `pairDim`.
int64_t innermostReduction(const Contraction &c, int64_t pairDim = -1) {
  for (AffineExpr expr : llvm::reverse(c.rhsMap.getResults()))
    if (unsigned dim = cast<AffineDimExpr>(expr).getPosition();
        llvm::is_contained(c.k, dim) && dim != static_cast<unsigned>(pairDim))
      return dim;
  llvm_unreachable("each reduction dimension indexes rhs");
}

/// Chooses the dimensions of a kernel for operands that hold pairs of the reduction, if they do.
bool choosePairs(const Contraction &c, MatmulKernel &kernel) {
  for (unsigned n : c.n)
    for (unsigned k : c.k)
      if (isPairOf(c, k, n)) {
        kernel.vectorize = VectorDim::N;
        kernel.pairDim = k;
        kernel.columnDim = n;
        kernel.rowDim = tiledRows(c);
        kernel.reductionDim =
            c.isConvolution()
                ? innermostReduction(c, k)
                : largestDim(c, llvm::to_vector(llvm::make_filter_range(c.k, [&](unsigned dim) { return dim != k; })));
        return true;
      }
  return false;
}

/// Chooses AMX tiles, if they fit. Rows are spread over tiles of one height.
bool chooseTiles(const Contraction &c, MatmulKernel &kernel) {
  constexpr int64_t tileSide = 16, registers = 8;
  // Below, a tile would be mostly empty, and memory the limit anyway.
  constexpr int64_t enoughRows = 5;
  int64_t rows = c.sizeOf(kernel.rowDim), columns = c.sizeOf(kernel.columnDim);
  if (ShapedType::isDynamic(rows) || rows < enoughRows || ShapedType::isDynamic(columns))
    return false;
  MatmulKernel tiled = kernel;
  tiled.product = Product::Tiles;
  tiled.lanes = tileSide;
  int64_t tiles = llvm::divideCeil(rows, tileSide);
  tiled.tileRows = llvm::divideCeil(rows, tiles);
  tiled.columns = std::max<int64_t>(1, std::min(2 / c.numGroups(), columns / tileSide));
  int64_t most = std::max<int64_t>(1, (registers - 2) / (tiled.columns * c.numGroups()));
  tiled.rows = llvm::divideCeil(tiles, llvm::divideCeil(tiles, most));
  if (!tilesFit(c, tiled))
    return false;
  kernel = tiled;
  return true;
}

/// Chooses what multiplies.
void chooseProduct(const Contraction &c, const MatmulTarget &target, MatmulKernel &kernel) {
  auto isBF16 = [](Value operand) { return cast<ShapedType>(operand.getType()).getElementType().isBF16(); };
  bool sumsPairs = kernel.pairDim >= 0 || kernel.vectorize == VectorDim::K;
  if (target.bf16Products == Bf16Products::Dot && sumsPairs && isBF16(c.lhs()) && isBF16(c.rhs()) &&
      accumulatorType(c).isF32())
    kernel.product = Product::Dot;
}

/// The dimensions of sums that keep their order, where what is contiguous is the reduction, or nothing.
void chooseTransposed(const Contraction &c, MatmulKernel &kernel) {
  kernel.reductionDim = largestDim(c, c.k);
  for (VectorDim by : {VectorDim::N, VectorDim::M}) {
    kernel.vectorize = by;
    kernel.columnDim = contiguousDim(by == VectorDim::N ? c.n : c.m, c.out(), c.outMap);
    kernel.rowDim = largestDim(c, by == VectorDim::N ? c.m : c.n);
    kernel.transposes = kernel.columnDim >= 0 && isTransposable(c, kernel);
    if (kernel.transposes)
      return;
  }
  kernel.vectorize = VectorDim::None;
  kernel.rowDim = largestDim(c, c.m);
  kernel.columnDim = largestDim(c, c.n);
}

/// True if enough rows may pass over columns for a copy of them to be worth while.
bool worthCopies(const Contraction &c, const MatmulTarget &target, const MatmulKernel &kernel) {
  constexpr int64_t enoughDepth = 32, enoughColumns = 16;
  auto atLeast = [&](int64_t dim, int64_t least) {
    return ShapedType::isDynamic(c.sizeOf(dim)) || c.sizeOf(dim) >= least;
  };
  const int64_t enoughRows = kernel.transposes ? kRowsPerTranspose : 16;
  return c.isOrdered && target.threads == 1 && canCopyColumns(c, kernel) && atLeast(kernel.rowDim, enoughRows) &&
         atLeast(kernel.reductionDim, enoughDepth) && atLeast(kernel.columnDim, enoughColumns);
}

/// Picks the vectorized dimension. Storing contiguous vectors is best, loading them comes next: loads happen once for
/// each step of k, stores once for each tile.
bool chooseDims(const Contraction &c, MatmulKernel &kernel) {
  if (choosePairs(c, kernel))
    return true;
  int64_t n = contiguousDim(c.n, c.rhs(), c.rhsMap), m = contiguousDim(c.m, c.lhs(), c.lhsMap);
  int64_t k = -1;
  for (unsigned dim : c.isOrdered ? ArrayRef<unsigned>() : ArrayRef<unsigned>(c.k))
    if (isContiguousAlong(c.lhs(), c.lhsMap, dim) && isContiguousAlong(c.rhs(), c.rhsMap, dim))
      k = dim;
  bool storesN = n >= 0 && isContiguousAlong(c.out(), c.outMap, n);
  if (c.group)
    m = -1; // the sums of a group are neighbours along the columns
  bool storesM = m >= 0 && isContiguousAlong(c.out(), c.outMap, m);
  int64_t batch = -1;
  for (unsigned dim : c.batch)
    if (isContiguousAlong(c.lhs(), c.lhsMap, dim) && isContiguousAlong(c.rhs(), c.rhsMap, dim) &&
        isContiguousAlong(c.out(), c.outMap, dim))
      batch = dim;
  if (c.isOrdered && !storesN && !storesM && (batch < 0 || !c.n.empty())) {
    chooseTransposed(c, kernel);
  } else if (batch >= 0 && c.n.empty()) {
    kernel.vectorize = VectorDim::Batch;
    kernel.columnDim = batch;
    kernel.rowDim = tiledRows(c);
  } else if (storesN || (n >= 0 && k < 0 && !storesM)) {
    kernel.vectorize = VectorDim::N;
    kernel.columnDim = n;
    kernel.rowDim = tiledRows(c);
  } else if (storesM || (m >= 0 && k < 0)) {
    kernel.vectorize = VectorDim::M;
    kernel.columnDim = m;
    kernel.rowDim = largestDim(c, c.n);
  } else if (k >= 0) {
    kernel.vectorize = VectorDim::K;
    kernel.rowDim = largestDim(c, c.m);
    kernel.columnDim = largestDim(c, c.n);
  } else {
    return false;
  }
  kernel.reductionDim = kernel.vectorize == VectorDim::K ? k : largestDim(c, c.k);
  if (c.isConvolution() && kernel.vectorize != VectorDim::K)
    kernel.reductionDim = innermostReduction(c);
  return true;
}

/// Accumulators of a tile, by the number of vector registers. Each step of k needs, beside the accumulators, the
/// columns' vectors and one register for a broadcast row (for K: the rows' vectors and one column).
struct TileShape {
  int64_t rows, columns;
};

/// The shapes to try, from many rows to one: of shapes of equal cost the first is taken.
ArrayRef<TileShape> tileShapes(VectorDim vectorize, int64_t registers, bool takesPairs, bool transposes) {
  // 14x2 of 32 registers: no spills, and measured ahead of 8x3 and 10x2 where the columns stream from memory; 32
  // columns of f32 divide most models' sizes.
  static const TileShape wide[] = {{14, 2}, {10, 2}, {5, 4}, {4, 4}, {3, 6}, {2, 8}, {1, 8}};
  static const TileShape narrow[] = {{6, 2}, {4, 2}, {3, 3}, {2, 4}, {1, 6}};
  static const TileShape wideK[] = {{4, 6}, {3, 7}, {2, 8}, {1, 8}, {8, 1}}; // the last: a matrix times a vector
  static const TileShape narrowK[] = {{3, 3}, {2, 4}, {1, 6}, {8, 1}};
  // A pair that is widened takes two registers, of columns and of rows; so do the operands of two products.
  static const TileShape widePairs[] = {{10, 2}, {5, 4}, {4, 4}, {2, 5}, {1, 8}};
  static const TileShape narrowPairs[] = {{4, 2}, {2, 3}, {1, 4}};
  // Squares that are transposed take a vector for each lane.
  static const TileShape squares[] = {{1, 2}};
  if (transposes)
    return squares;
  // Sums without vectors: enough for two units of latency four.
  static const TileShape single[] = {{12, 1}, {1, 12}, {4, 3}, {3, 4}, {8, 1}, {1, 8}};
  if (vectorize == VectorDim::None)
    return single;
  if (takesPairs)
    return registers >= 32 ? ArrayRef(widePairs) : ArrayRef(narrowPairs);
  if (vectorize == VectorDim::K)
    return registers >= 32 ? ArrayRef(wideK) : ArrayRef(narrowK);
  return registers >= 32 ? ArrayRef(wide) : ArrayRef(narrow);
}

/// A dimension shorter than a vector gets a shorter one.
void chooseLanes(const Contraction &c, const MatmulTarget &target, MatmulKernel &kernel) {
  if (kernel.vectorize == VectorDim::None) {
    kernel.lanes = 1;
    return;
  }
  int64_t along = c.sizeOf(kernel.vectorize == VectorDim::K ? kernel.reductionDim : kernel.columnDim);
  kernel.lanes = std::max<int64_t>(2, target.vectorBits / accumulatorType(c).getIntOrFloatBitWidth());
  while (!ShapedType::isDynamic(along) && kernel.lanes > 4 && kernel.lanes / 2 >= along)
    kernel.lanes /= 2;
}

/// Cuts a shape to the contraction, and gives it enough sums.
void fitTile(const Contraction &c, TileShape shape, MatmulKernel &kernel) {
  int64_t rowCount = c.sizeOf(kernel.rowDim), columnCount = c.sizeOf(kernel.columnDim);
  int64_t groups = c.numGroups(); // each group has accumulators of its own
  kernel.columns = std::max<int64_t>(1, shape.columns / groups);
  if (!ShapedType::isDynamic(columnCount)) {
    if (kernel.vectorize != VectorDim::K)
      columnCount = llvm::divideCeil(columnCount, kernel.lanes);
    kernel.columns = std::clamp<int64_t>(columnCount, 1, kernel.columns);
  }
  kernel.rows = shape.rows;
  // Rows that do not divide evenly are spread: 17 rows in tiles of at most 10 are 9 + 8, not 10 + 7. Tiles that come
  // out even and are not much smaller are better still: 112 rows of a convolution are 14 x 8, not 11 x 10 + 2.
  if (!ShapedType::isDynamic(rowCount) && rowCount > 0) {
    kernel.rows = llvm::divideCeil(rowCount, llvm::divideCeil(rowCount, shape.rows));
    for (int64_t rows = kernel.rows; c.isConvolution() && rows >= (shape.rows * 7 + 9) / 10; --rows)
      if (rowCount % rows == 0) {
        kernel.rows = rows;
        break;
      }
  }
  // Two units of latency four: with fewer than eight sums under way the tile would wait for its own additions.
  constexpr int64_t enoughSums = 8;
  int64_t depth = c.sizeOf(kernel.reductionDim);
  if (!c.isOrdered && kernel.vectorize != VectorDim::K && (ShapedType::isDynamic(depth) || depth >= 4 * enoughSums))
    while (kernel.phases * kernel.rows * kernel.columns * groups < enoughSums)
      kernel.phases *= 2;
}

/// Threads get equal numbers of places for tiles, and places behind the last row stay empty: takes a few rows less in a
/// tile, or tiles less or more in a block, where that is cheaper.
void balanceBlocks(const Contraction &c, const MatmulTarget &target, MatmulKernel &kernel) {
  MatmulKernel tried = kernel;
  const int64_t rows = kernel.rows, blockRows = kernel.blockRows;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t r = rows; r >= std::max<int64_t>(1, rows - rows / 4); --r)
    for (int64_t block = std::max<int64_t>(1, blockRows - blockRows / 3); block <= blockRows + blockRows / 3; ++block) {
      tried.rows = r;
      tried.blockRows = block;
      double cost = expectedCost(c, tried, target).arithmetic;
      if (cost >= least)
        continue;
      least = cost;
      kernel = tried;
    }
}

/// Keeps a block of the row operand in the second-level cache while the column operand streams past it.
void chooseBlocks(const Contraction &c, const MatmulTarget &target, bool roundsOnce, MatmulKernel &kernel) {
  Value rowOperand = kernel.vectorize == VectorDim::M ? c.rhs() : c.lhs();
  int64_t bytes =
      std::max<int64_t>(1, cast<ShapedType>(rowOperand.getType()).getElementType().getIntOrFloatBitWidth() / 8);
  int64_t budget = target.cacheBytes / 2 / bytes; // elements; the other half is for the columns' panels
  int64_t rowCount = c.sizeOf(kernel.rowDim), depth = c.sizeOf(kernel.reductionDim);
  // The columns are read again for each block of rows: few rows in a block would make memory the limit.
  constexpr int64_t enoughRows = 64, minDepth = 1024;
  int64_t rowsAtOnce = ShapedType::isDynamic(rowCount) ? enoughRows : std::min(rowCount, enoughRows);
  int64_t blockDepth = std::max(minDepth, budget / std::max<int64_t>(1, rowsAtOnce));
  // Blocks of the reduction pass through the result, which must not round in between.
  if (!roundsOnce && !c.contractOp() && c.k.size() == 1 && (ShapedType::isDynamic(depth) || depth > blockDepth)) {
    if (!ShapedType::isDynamic(depth))
      blockDepth = llvm::divideCeil(depth, llvm::divideCeil(depth, blockDepth));
    kernel.blockK = llvm::alignTo(blockDepth, kernel.lanes * (kernel.product == Product::Dot ? 2 : 1));
    depth = kernel.blockK;
  }
  depth = ShapedType::isDynamic(depth) ? blockDepth : depth * elementsOfStep(kernel);
  const int64_t tile = kernel.rowsOfTile();
  int64_t blockRows =
      std::max(budget / std::max<int64_t>(1, depth) / tile, static_cast<int64_t>(llvm::divideCeil(enoughRows, tile)));
  if (!ShapedType::isDynamic(rowCount) && llvm::divideCeil(rowCount, tile) <= static_cast<uint64_t>(blockRows))
    return;
  kernel.blockRows = blockRows;
  if (!ShapedType::isDynamic(rowCount) && kernel.vectorize == VectorDim::N && tile == kernel.rows)
    balanceBlocks(c, target, kernel);
}

/// Sums of vectors along the columns are cut into chunks, where there are enough steps to make the error grow.
void chooseChunks(const Contraction &c, MatmulKernel &kernel) {
  // Measured: the error is that of the best libraries, the time within 1 % of one chunk.
  const int64_t chunk = 512 / elementsOfStep(kernel);
  int64_t depth = kernel.blockK != 0 ? kernel.blockK : c.sizeOf(kernel.reductionDim);
  if (!c.isOrdered && kernel.vectorize != VectorDim::K && kernel.product != Product::Tiles &&
      isa<FloatType>(accumulatorType(c)) && (ShapedType::isDynamic(depth) || depth >= 2 * chunk))
    kernel.chunkK = chunk;
}

/// Which of the operands comes from beyond the caches more than once: whichever costs fewer bytes.
void chooseOrder(const Contraction &c, const MatmulTarget &target, MatmulKernel &kernel) {
  auto bytes = [&](bool columnsOuter) {
    MatmulKernel tried = kernel;
    tried.columnsOuter = columnsOuter;
    KernelTraffic traffic = kernelTraffic(c, tried, target);
    return operandBytes(c.lhs()) * traffic.lhsPasses + operandBytes(c.rhs()) * traffic.rhsPasses;
  };
  kernel.columnsOuter = kernel.vectorize == VectorDim::N && bytes(true) < bytes(false);
}

/// Brings the next panel of a packed rhs into the second-level cache while this one is computed.
void choosePrefetch(const Contraction &c, MatmulKernel &kernel) {
  auto type = cast<MemRefType>(c.rhs().getType());
  int64_t panels = hasPanels(c, kernel) ? ShapedType::getNumElements(panelCounts(c, kernel)) : 1;
  if (panels == 1)
    return;
  int64_t depth = 1;
  for (unsigned dim : c.k)
    depth *= static_cast<int64_t>(dim) == kernel.pairDim ? 1 : c.sizes[dim];
  int64_t perStep = type.getNumElements() / panels / depth;
  int64_t rows = c.sizeOf(kernel.rowDim), tiles = kernel.blockRows;
  if (tiles == 0)
    tiles = ShapedType::isDynamic(rows) ? 1 : llvm::divideCeil(rows, kernel.rowsOfTile());
  if (kernel.columnsOuter)
    for (unsigned dim : c.m)
      if (static_cast<int64_t>(dim) != kernel.rowDim && !ShapedType::isDynamic(c.sizes[dim]))
        tiles *= c.sizes[dim];
  // Twice what is needed: the processor drops prefetches while its queues are full, and the panel is complete early.
  kernel.prefetch = std::min(perStep, static_cast<int64_t>(llvm::divideCeil(2 * perStep, std::max<int64_t>(1, tiles))));
}

/// The kernels that the registers allow, one for each shape of tile; empty, with a reason, if there are none.
SmallVector<MatmulKernel> kernelsByShape(const Contraction &contraction, const MatmulTarget &target,
                                         std::string &reason) {
  auto refuse = [&](const char *why) {
    reason = why;
    return SmallVector<MatmulKernel>();
  };
  for (Value operand : {contraction.lhs(), contraction.rhs(), contraction.out()})
    if (!isa<MemRefType>(operand.getType()))
      return refuse("operands are not ranked memrefs");
  core::ContractOp contract = contraction.contractOp();
  Value sums = contract ? contract.getSums() : Value();
  SmallVector<Value> inputs{contraction.lhs(), contraction.rhs()};
  for (unsigned number : llvm::concat<const unsigned>(contraction.asLhs, contraction.asRhs))
    inputs.push_back(contraction.op->getOperand(number));
  for (Value input : inputs)
    if (areSameView(input, contraction.out()) || (sums && areSameView(input, sums)))
      return refuse("the output aliases an input");
  Type accumulator = accumulatorType(contraction);
  if (!accumulator)
    return refuse("no kernel for these element types");
  if (contraction.k.empty())
    return refuse("no reduction dimension");
  if (contraction.isOrdered && contraction.k.size() != 1)
    return refuse("several dimensions are summed over, in an order that must be kept");
  if (contraction.isOrdered && accumulator != cast<ShapedType>(contraction.out().getType()).getElementType())
    return refuse("each sum is rounded after each product, to a type in which no kernel sums");
  MatmulKernel kernel;
  if (!chooseDims(contraction, kernel))
    return refuse("no operand is contiguous along a dimension that could be vectorized");
  SmallVector<MatmulKernel> kernels;
  if (target.bf16Products == Bf16Products::Tiles && chooseTiles(contraction, kernel)) {
    kernels.push_back(kernel);
  } else {
    chooseProduct(contraction, target, kernel);
    chooseLanes(contraction, target, kernel);
    bool takesPairs = (kernel.pairDim >= 0 && kernel.product == Product::MultiplyAdd) || contraction.hasBody;
    for (TileShape shape : tileShapes(kernel.vectorize, target.vectorRegisters, takesPairs,
                                      kernel.transposes && !worthCopies(contraction, target, kernel)))
      fitTile(contraction, shape, kernels.emplace_back(kernel));
  }
  bool roundsOnce = accumulator != cast<ShapedType>(contraction.out().getType()).getElementType();
  for (MatmulKernel &candidate : kernels) {
    chooseBlocks(contraction, target, roundsOnce, candidate);
    chooseChunks(contraction, candidate);
    chooseOrder(contraction, target, candidate);
    choosePrefetch(contraction, candidate);
    candidate.copiesColumns = worthCopies(contraction, target, candidate);
  }
  llvm::erase_if(kernels, [&](const MatmulKernel &candidate) { return !holdsWholeParts(contraction, candidate); });
  if (kernels.empty())
    return refuse("no tile stores vectors of columns and holds whole parts of them, which are to be summed");
  return kernels;
}

/// The cheapest of some kernels, the first of those that the model cannot tell apart.
const MatmulKernel &cheapest(const Contraction &contraction, const MatmulTarget &target,
                             ArrayRef<MatmulKernel> kernels) {
  constexpr double enough = 0.98;
  auto cycles = [&](const MatmulKernel &kernel) { return expectedCost(contraction, kernel, target).arithmetic; };
  const MatmulKernel *best = &kernels.front();
  for (const MatmulKernel &kernel : kernels.drop_front())
    if (cycles(kernel) < enough * cycles(*best))
      best = &kernel;
  return *best;
}
} // namespace

std::optional<MatmulKernel> lexon::selectMatmulKernel(const Contraction &contraction, const MatmulTarget &target,
                                                      std::string &reason) {
  SmallVector<MatmulKernel> kernels = kernelsByShape(contraction, target, reason);
  if (kernels.empty())
    return std::nullopt;
  return cheapest(contraction, target, kernels);
}

SmallVector<MatmulKernel> lexon::enumerateMatmulKernels(const Contraction &contraction, const MatmulTarget &target,
                                                        std::string &reason) {
  SmallVector<MatmulKernel> kernels = kernelsByShape(contraction, target, reason);
  if (kernels.empty())
    return kernels;
  const MatmulKernel best = cheapest(contraction, target, kernels);
  kernels.insert(kernels.begin(), best);
  auto vary = [&](int64_t MatmulKernel::*field, std::initializer_list<int64_t> values) {
    for (int64_t value : values)
      kernels.emplace_back(best).*field = value;
  };
  if (hasPanels(contraction, best))
    vary(&MatmulKernel::prefetch, {0, (best.prefetch + 1) / 2, 2 * best.prefetch});
  if (best.blockRows != 0)
    vary(&MatmulKernel::blockRows, {0, (best.blockRows + 1) / 2, 2 * best.blockRows});
  if (best.vectorize == VectorDim::N && contraction.m.size() > 1) // rows that are not tiled: loops to exchange
    kernels.emplace_back(best).columnsOuter = !best.columnsOuter;
  if (best.chunkK != 0)
    vary(&MatmulKernel::chunkK, {best.chunkK / 2});
  // Another shape may have come out as one that is there already.
  SmallVector<MatmulKernel> different;
  llvm::SmallPtrSet<const void *, 16> seen;
  for (const MatmulKernel &kernel : kernels)
    if (seen.insert(toAttribute(contraction.op->getContext(), kernel).getAsOpaquePointer()).second)
      different.push_back(kernel);
  return different;
}
