//===- SelectMatmulKernel.cpp - which kernel for which contraction --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "lexon/Analysis/Overlap.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon;

Type lexon::accumulatorType(const Contraction &contraction) {
  Type type = cast<ShapedType>(contraction.out().getType()).getElementType();
  if (type.isF16() || type.isBF16())
    return Float32Type::get(type.getContext());
  if (type.isF32() || type.isF64() || type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
      type.isInteger(64))
    return type;
  return {};
}

namespace {
bool isContiguousAlong(Value operand, AffineMap map, int64_t dim) {
  return isa<MemRefType>(operand.getType()) && kernel::Operand{operand, map}.isContiguousAlong(dim);
}

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

bool isPairOf(const Contraction &c, int64_t dim, int64_t columnDim) {
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

/// True if AMX tiles of `kernel` cover the contraction: whole tiles along the columns and the reduction, static sizes
/// and strides, and no more tiles than registers.
bool tilesFit(const Contraction &c, const MatmulKernel &kernel) {
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

/// Elements of the reduction in one step of `reductionDim`.
int64_t elementsOfStep(const MatmulKernel &kernel) { return kernel.pairDim >= 0 ? 2 : 1; }

/// Picks the vectorized dimension. Storing contiguous vectors is best, loading them comes next: loads happen once for
/// each step of k, stores once for each tile.
bool chooseDims(const Contraction &c, MatmulKernel &kernel) {
  if (choosePairs(c, kernel))
    return true;
  int64_t n = contiguousDim(c.n, c.rhs(), c.rhsMap), m = contiguousDim(c.m, c.lhs(), c.lhsMap);
  int64_t k = -1;
  for (unsigned dim : c.k)
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
  if (batch >= 0 && c.n.empty()) {
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

/// Shapes from many rows to one; the first whose rows fit is taken.
ArrayRef<TileShape> tileShapes(VectorDim vectorize, int64_t registers, bool widensPairs) {
  // 14x2 of 32 registers: no spills, and measured ahead of 8x3 and 10x2 where the columns stream from memory; 32
  // columns of f32 divide most models' sizes.
  static const TileShape wide[] = {{14, 2}, {10, 2}, {5, 4}, {4, 4}, {3, 6}, {2, 8}, {1, 8}};
  static const TileShape narrow[] = {{6, 2}, {4, 2}, {3, 3}, {2, 4}, {1, 6}};
  static const TileShape wideK[] = {{4, 6}, {3, 7}, {2, 8}, {1, 8}};
  static const TileShape narrowK[] = {{3, 3}, {2, 4}, {1, 6}};
  // A pair that is widened takes two registers, of columns and of rows.
  static const TileShape widePairs[] = {{10, 2}, {5, 4}, {4, 4}, {2, 5}, {1, 8}};
  static const TileShape narrowPairs[] = {{4, 2}, {2, 3}, {1, 4}};
  if (widensPairs)
    return registers >= 32 ? ArrayRef(widePairs) : ArrayRef(narrowPairs);
  if (vectorize == VectorDim::K)
    return registers >= 32 ? ArrayRef(wideK) : ArrayRef(narrowK);
  return registers >= 32 ? ArrayRef(wide) : ArrayRef(narrow);
}

void chooseTile(const Contraction &c, const MatmulTarget &target, unsigned accumulatorBits, MatmulKernel &kernel) {
  // A dimension shorter than a vector gets a shorter one.
  int64_t along = c.sizeOf(kernel.vectorize == VectorDim::K ? kernel.reductionDim : kernel.columnDim);
  kernel.lanes = std::max<int64_t>(2, target.vectorBits / accumulatorBits);
  while (!ShapedType::isDynamic(along) && kernel.lanes > 4 && kernel.lanes / 2 >= along)
    kernel.lanes /= 2;

  int64_t rowCount = c.sizeOf(kernel.rowDim), columnCount = c.sizeOf(kernel.columnDim);
  if (kernel.vectorize != VectorDim::K && !ShapedType::isDynamic(columnCount))
    columnCount = llvm::divideCeil(columnCount, kernel.lanes);
  int64_t groups = c.numGroups(); // each group has accumulators of its own
  ArrayRef<TileShape> shapes = tileShapes(kernel.vectorize, target.vectorRegisters,
                                          kernel.pairDim >= 0 && kernel.product == Product::MultiplyAdd);
  TileShape shape = shapes.back();
  for (const TileShape &candidate : llvm::reverse(shapes))
    if (ShapedType::isDynamic(rowCount) || candidate.rows <= rowCount)
      shape = candidate;
  // Fewer columns than the shape has: the narrowest shape that holds them has more rows.
  if (kernel.vectorize != VectorDim::K && !ShapedType::isDynamic(columnCount) && columnCount * groups < shape.columns)
    shape = *llvm::find_if(shapes,
                           [&](const TileShape &s) { return s.columns >= std::max<int64_t>(columnCount * groups, 2); });
  if (kernel.vectorize == VectorDim::K && columnCount == 1)
    shape = {8, 1}; // a matrix times a vector
  kernel.columns = std::max<int64_t>(1, shape.columns / groups);
  if (!ShapedType::isDynamic(columnCount))
    kernel.columns = std::clamp<int64_t>(columnCount, 1, kernel.columns);
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
  if (kernel.vectorize != VectorDim::K && (ShapedType::isDynamic(depth) || depth >= 4 * enoughSums))
    while (kernel.phases * kernel.rows * kernel.columns * groups < enoughSums)
      kernel.phases *= 2;
}

/// Threads get equal numbers of places for tiles, and places behind the last row stay empty: takes a few rows less in a
/// tile, or tiles less or more in a block, where that leaves fewer places empty.
void balanceBlocks(int64_t rowCount, MatmulKernel &kernel) {
  const int64_t rows = kernel.rows, blockRows = kernel.blockRows;
  int64_t least = INT64_MAX;
  for (int64_t r = rows; r >= std::max<int64_t>(1, rows - rows / 4); --r)
    for (int64_t block = std::max<int64_t>(1, blockRows - blockRows / 3); block <= blockRows + blockRows / 3; ++block) {
      int64_t places = llvm::alignTo(llvm::divideCeil(rowCount, r), block);
      int64_t cost = places * (2 * r + 1); // half a row for what a tile costs besides its rows
      if (cost >= least)
        continue;
      least = cost;
      kernel.rows = r;
      kernel.blockRows = block;
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
    balanceBlocks(rowCount, kernel);
}

/// Sums of vectors along the columns are cut into chunks, where there are enough steps to make the error grow.
void chooseChunks(const Contraction &c, MatmulKernel &kernel) {
  // Measured: the error is that of the best libraries, the time within 1 % of one chunk.
  const int64_t chunk = 512 / elementsOfStep(kernel);
  int64_t depth = kernel.blockK != 0 ? kernel.blockK : c.sizeOf(kernel.reductionDim);
  if (kernel.vectorize != VectorDim::K && kernel.product != Product::Tiles && isa<FloatType>(accumulatorType(c)) &&
      (ShapedType::isDynamic(depth) || depth >= 2 * chunk))
    kernel.chunkK = chunk;
}

/// True if rhs is one piece of memory whose first dimension is one of n that is not tiled.
bool hasPanels(const Contraction &c, const MatmulKernel &kernel) {
  auto type = cast<MemRefType>(c.rhs().getType());
  if (kernel.vectorize != VectorDim::N || !type.hasStaticShape() || !type.getLayout().isIdentity() ||
      type.getRank() < 3 || type.getNumElements() == 0)
    return false;
  unsigned panels = c.rhsMap.getDimPosition(0);
  return llvm::is_contained(c.n, panels) && static_cast<int64_t>(panels) != kernel.columnDim;
}

/// Which of the operands passes through the caches more than once: whichever costs fewer bytes from memory.
void chooseOrder(const Contraction &c, const MatmulTarget &target, MatmulKernel &kernel) {
  auto bytesOf = [](Value value) -> double {
    auto type = cast<MemRefType>(value.getType());
    return type.hasStaticShape() ? static_cast<double>(type.getNumElements()) * type.getElementTypeBitWidth() / 8 : 0;
  };
  auto untiled = [&](ArrayRef<unsigned> dims) {
    double count = 1;
    for (unsigned dim : dims)
      if (static_cast<int64_t>(dim) != kernel.rowDim && static_cast<int64_t>(dim) != kernel.columnDim)
        count *= ShapedType::isDynamic(c.sizes[dim]) ? 1 : static_cast<double>(c.sizes[dim]);
    return count;
  };
  if (kernel.vectorize != VectorDim::N)
    return;
  double lhs = bytesOf(c.lhs()), rhs = bytesOf(c.rhs()), cache = static_cast<double>(target.cacheBytes) / 2;
  double rowsOuter = lhs + (rhs > cache ? rhs * untiled(c.m) : rhs);
  double columnsOuter = rhs + (lhs > cache ? lhs * untiled(c.n) : lhs);
  kernel.columnsOuter = columnsOuter < rowsOuter;
}

/// Brings the next panel of a packed rhs into the second-level cache while this one is computed.
void choosePrefetch(const Contraction &c, MatmulKernel &kernel) {
  if (!hasPanels(c, kernel))
    return;
  auto type = cast<MemRefType>(c.rhs().getType());
  int64_t depth = 1;
  for (unsigned dim : c.k)
    depth *= static_cast<int64_t>(dim) == kernel.pairDim ? 1 : c.sizes[dim];
  int64_t perStep = type.getNumElements() / type.getDimSize(0) / depth;
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
} // namespace

std::optional<MatmulKernel> lexon::selectMatmulKernel(const Contraction &contraction, const MatmulTarget &target,
                                                      std::string &reason) {
  for (Value operand : {contraction.lhs(), contraction.rhs(), contraction.out()})
    if (!isa<MemRefType>(operand.getType())) {
      reason = "operands are not ranked memrefs";
      return std::nullopt;
    }
  for (Value input : {contraction.lhs(), contraction.rhs()})
    if (areSameView(input, contraction.out())) {
      reason = "the output aliases an input";
      return std::nullopt;
    }
  Type accumulator = accumulatorType(contraction);
  if (!accumulator) {
    reason = "no kernel for these element types";
    return std::nullopt;
  }
  if (contraction.k.empty()) {
    reason = "no reduction dimension";
    return std::nullopt;
  }
  MatmulKernel kernel;
  if (!chooseDims(contraction, kernel)) {
    reason = "no operand is contiguous along a dimension that could be vectorized";
    return std::nullopt;
  }
  Type outType = cast<ShapedType>(contraction.out().getType()).getElementType();
  if (target.bf16Products != Bf16Products::Tiles || !chooseTiles(contraction, kernel)) {
    chooseProduct(contraction, target, kernel);
    chooseTile(contraction, target, accumulator.getIntOrFloatBitWidth(), kernel);
  }
  chooseBlocks(contraction, target, accumulator != outType, kernel);
  chooseChunks(contraction, kernel);
  chooseOrder(contraction, target, kernel);
  choosePrefetch(contraction, kernel);
  return kernel;
}

//===----------------------------------------------------------------------===//
// As an attribute
//===----------------------------------------------------------------------===//

static constexpr std::pair<VectorDim, StringLiteral> vectorDimNames[] = {
    {VectorDim::N, "n"}, {VectorDim::M, "m"}, {VectorDim::K, "k"}, {VectorDim::Batch, "batch"}};

static StringRef nameOf(VectorDim dim) {
  return llvm::find_if(vectorDimNames, [&](const auto &pair) { return pair.first == dim; })->second;
}

static StringRef nameOf(Product product) {
  return product == Product::Dot ? "dot" : product == Product::Tiles ? "tiles" : "multiply_add";
}

DictionaryAttr lexon::toAttribute(MLIRContext *context, const MatmulKernel &kernel) {
  Builder builder(context);
  StringRef name = nameOf(kernel.vectorize);
  SmallVector<NamedAttribute> attributes{
      builder.getNamedAttr("vectorize", builder.getStringAttr(name)),
      builder.getNamedAttr("dims",
                           builder.getDenseI64ArrayAttr({kernel.rowDim, kernel.columnDim, kernel.reductionDim})),
      builder.getNamedAttr("lanes", builder.getI64IntegerAttr(kernel.lanes)),
      builder.getNamedAttr("tile", builder.getDenseI64ArrayAttr({kernel.rows, kernel.columns})),
      builder.getNamedAttr("block_k", builder.getI64IntegerAttr(kernel.blockK)),
      builder.getNamedAttr("block_rows", builder.getI64IntegerAttr(kernel.blockRows)),
      builder.getNamedAttr("phases", builder.getI64IntegerAttr(kernel.phases)),
      builder.getNamedAttr("chunk_k", builder.getI64IntegerAttr(kernel.chunkK)),
      builder.getNamedAttr("prefetch", builder.getI64IntegerAttr(kernel.prefetch)),
  };
  if (kernel.pairDim >= 0)
    attributes.push_back(builder.getNamedAttr("pair_dim", builder.getI64IntegerAttr(kernel.pairDim)));
  if (kernel.product != Product::MultiplyAdd)
    attributes.push_back(builder.getNamedAttr("product", builder.getStringAttr(nameOf(kernel.product))));
  if (kernel.product == Product::Tiles)
    attributes.push_back(builder.getNamedAttr("tile_rows", builder.getI64IntegerAttr(kernel.tileRows)));
  if (kernel.columnsOuter)
    attributes.push_back(builder.getNamedAttr("columns_outer", builder.getBoolAttr(true)));
  return builder.getDictionaryAttr(attributes);
}

namespace {
bool contains(ArrayRef<unsigned> dims, int64_t dim) {
  return llvm::any_of(dims, [&](unsigned d) { return static_cast<int64_t>(d) == dim; });
}

/// What is wrong with the kernel's product; empty if nothing.
std::string checkProduct(const Contraction &c, const MatmulKernel &kernel) {
  auto isBF16 = [](Value operand) { return cast<ShapedType>(operand.getType()).getElementType().isBF16(); };
  if (kernel.product == Product::MultiplyAdd)
    return "";
  if (!isBF16(c.lhs()) || !isBF16(c.rhs()) || !accumulatorType(c).isF32())
    return "'product' needs bf16 operands that are summed in f32";
  bool byK = kernel.vectorize == VectorDim::K;
  if (kernel.product == Product::Dot && ((kernel.pairDim < 0 && !byK) || !llvm::is_contained({4, 8, 16}, kernel.lanes)))
    return "'product' dot needs pairs, or vectors along the reduction, and 4, 8 or 16 lanes";
  if (kernel.product == Product::Tiles &&
      (kernel.phases != 1 || kernel.chunkK != 0 || kernel.blockK != 0 || !tilesFit(c, kernel)))
    return "'product' tiles needs pairs, static sizes of whole tiles of 16 lanes and 16 pairs, 'tile_rows' from 1 to "
           "16, "
           "at most 6 tiles of sums, one phase, and no chunks or blocks of the reduction";
  return "";
}

/// What is wrong with a kernel for this contraction; empty if nothing.
std::string check(const Contraction &c, const MatmulKernel &kernel) {
  bool byK = kernel.vectorize == VectorDim::K, byM = kernel.vectorize == VectorDim::M;
  bool byBatch = kernel.vectorize == VectorDim::Batch;
  ArrayRef<unsigned> rowDims = byM ? c.n : c.m, columnDims = byM ? c.m : byBatch ? c.batch : c.n;
  if (byBatch && (!c.n.empty() || !isContiguousAlong(c.lhs(), c.lhsMap, kernel.columnDim)))
    return "vectors along the batch need it contiguous in both inputs, and no dimension n";
  if (kernel.rowDim >= 0 ? !contains(rowDims, kernel.rowDim) : !rowDims.empty())
    return "the first of 'dims' is not a dimension of the tile's rows";
  if (kernel.columnDim >= 0 ? !contains(columnDims, kernel.columnDim) : !columnDims.empty())
    return "the second of 'dims' is not a dimension of the tile's columns";
  if (!contains(c.k, kernel.reductionDim))
    return "the third of 'dims' is not a reduction dimension";
  if (kernel.pairDim >= 0 && (kernel.vectorize != VectorDim::N || !isPairOf(c, kernel.pairDim, kernel.columnDim) ||
                              kernel.pairDim == kernel.reductionDim))
    return "'pair_dim' is not the innermost dimension of bf16 operands, with two elements, behind the columns";
  if (std::string problem = checkProduct(c, kernel); !problem.empty())
    return problem;
  bool contiguous = kernel.pairDim >= 0 ? true
                    : byK               ? isContiguousAlong(c.lhs(), c.lhsMap, kernel.reductionDim) &&
                                              isContiguousAlong(c.rhs(), c.rhsMap, kernel.reductionDim)
                    : byM               ? isContiguousAlong(c.lhs(), c.lhsMap, kernel.columnDim)
                                        : isContiguousAlong(c.rhs(), c.rhsMap, kernel.columnDim);
  if (!contiguous)
    return "the vectorized dimension is not contiguous in memory";
  // Large tiles spill, but are right; there is an end to what anyone can mean.
  auto sane = [](int64_t value, int64_t low, int64_t high) { return low <= value && value <= high; };
  if (!sane(kernel.lanes, 1, 64) || !sane(kernel.rows, 1, 64) || !sane(kernel.columns, 1, 64))
    return "'lanes' and 'tile' must be from 1 to 64";
  if (kernel.blockK < 0 || kernel.blockRows < 0 || (byK && kernel.blockK % kernel.lanes != 0))
    return "'block_k' and 'block_rows' must not be negative, and 'block_k' a multiple of 'lanes'";
  if (kernel.phases < 1 || kernel.phases > 16 || (byK && kernel.phases != 1))
    return "'phases' must be from 1 to 16, and 1 for vectors along the reduction";
  if (kernel.chunkK < 0 || (byK && kernel.chunkK != 0))
    return "'chunk_k' must not be negative, and 0 for vectors along the reduction";
  if (kernel.prefetch < 0 || kernel.prefetch > 1024 || (kernel.prefetch != 0 && !hasPanels(c, kernel)))
    return "'prefetch' must be from 0 to 1024, and 0 unless rhs is packed into panels";
  if (c.contractOp() && kernel.blockK != 0)
    return "'block_k' must be 0 where the sums pass through a region";
  if (c.group && byM)
    return "a group dimension is of the columns: the vectors must be along n or k";
  return "";
}
} // namespace

FailureOr<MatmulKernel> lexon::fromAttribute(const Contraction &contraction, DictionaryAttr attribute) {
  auto vectorize = attribute.getAs<StringAttr>("vectorize");
  auto dims = attribute.getAs<DenseI64ArrayAttr>("dims"), tile = attribute.getAs<DenseI64ArrayAttr>("tile");
  auto lanes = attribute.getAs<IntegerAttr>("lanes");
  auto blockK = attribute.getAs<IntegerAttr>("block_k"), blockRows = attribute.getAs<IntegerAttr>("block_rows");
  auto complain = [&](const Twine &what) {
    return contraction.op->emitError("attribute 'lexon.kernel' is not a kernel for this operation: ") << what;
  };
  if (!vectorize || !dims || dims.size() != 3 || !tile || tile.size() != 2 || !lanes || !blockK || !blockRows ||
      llvm::none_of(vectorDimNames, [&](const auto &pair) { return pair.second == vectorize.getValue(); }))
    return complain("it needs 'vectorize' (n, m, k or batch), 'dims', 'tile', 'lanes', 'block_k' and 'block_rows'");
  MatmulKernel kernel;
  kernel.vectorize =
      llvm::find_if(vectorDimNames, [&](const auto &pair) { return pair.second == vectorize.getValue(); })->first;
  kernel.rowDim = dims[0];
  kernel.columnDim = dims[1];
  kernel.reductionDim = dims[2];
  kernel.rows = tile[0];
  kernel.columns = tile[1];
  kernel.lanes = lanes.getInt();
  kernel.blockK = blockK.getInt();
  kernel.blockRows = blockRows.getInt();
  auto optional = [&](StringRef name, int64_t &field) {
    if (auto value = attribute.getAs<IntegerAttr>(name))
      field = value.getInt();
  };
  optional("phases", kernel.phases);
  optional("chunk_k", kernel.chunkK);
  optional("prefetch", kernel.prefetch);
  optional("pair_dim", kernel.pairDim);
  optional("tile_rows", kernel.tileRows);
  if (auto product = attribute.getAs<StringAttr>("product")) {
    for (Product known : {Product::Dot, Product::Tiles})
      if (product.getValue() == nameOf(known))
        kernel.product = known;
    if (product.getValue() != nameOf(kernel.product))
      return complain("'product' is not multiply_add, dot or tiles");
  }
  if (kernel.pairDim >= static_cast<int64_t>(contraction.sizes.size()))
    return complain("'pair_dim' is no dimension");
  if (auto value = attribute.getAs<BoolAttr>("columns_outer"))
    kernel.columnsOuter = value.getValue();
  std::string problem = check(contraction, kernel);
  if (!problem.empty())
    return complain(problem);
  return kernel;
}
