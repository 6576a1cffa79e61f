//===- KernelCost.cpp - what a kernel is expected to take -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelFacts.h"

#include "KernelEmitter.h"

#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

namespace {
/// What a size that is known only at run time is taken to be.
constexpr int64_t kAssumedSize = 256;
constexpr int64_t kLineBytes = 64;
/// Places that a set of a second-level cache has: 16 on x86-64 server cores.
constexpr int64_t kWays = 16;
/// Bytes after which addresses meet in the same set of the first-level cache: its sets are found before the page is
/// translated.
constexpr int64_t kPageBytes = 4096;

class CostModel {
public:
  CostModel(const Contraction &c, const MatmulKernel &kernel, const MatmulTarget &target, PanelAge panels)
      : c(c), kernel(kernel), target(target), panels(panels) {}

  KernelCost cost() const {
    const int64_t rows = size(kernel.rowDim), columns = size(kernel.columnDim), tileRows = kernel.rowsOfTile();
    const int64_t columnStep = kernel.columns * lanesOfColumn();
    const int64_t rowTiles = llvm::divideCeil(rows, tileRows), columnTiles = llvm::divideCeil(columns, columnStep);
    const int64_t lastRows = rows - (rowTiles - 1) * tileRows;
    const int64_t lastColumns = llvm::divideCeil(columns - (columnTiles - 1) * columnStep, lanesOfColumn());

    auto rowOfTiles = [&](int64_t rowsOfTile) {
      return static_cast<double>(columnTiles - 1) * tileCycles(rowsOfTile, kernel.columns) +
             tileCycles(rowsOfTile, lastColumns);
    };
    double others = untiled(c.batch) * untiled(c.m) * untiled(c.n);
    double all = others * (static_cast<double>(rowTiles - 1) * rowOfTiles(tileRows) + rowOfTiles(lastRows));
    double tiles = others * static_cast<double>(rowTiles * columnTiles);
    // Threads get equal numbers of places for tiles; those behind the last row of the last block are empty.
    double places = tiles;
    if (kernel.blockRows != 0)
      places = others * static_cast<double>(llvm::alignTo(rowTiles, kernel.blockRows) * columnTiles);
    KernelCost result;
    // An unknown number: two, so that balance counts.
    auto threads = static_cast<double>(target.threads == 0 ? 2 : target.threads);
    result.arithmetic = tiles == 0 ? 0 : std::min(all, all / tiles * std::ceil(places / threads));
    result.fullRate = multiplyAdds() / target.multiplyAddsPerCycle / threads;
    result.strides = strideCycles(tiles) / threads;
    result.memory = memoryBytes() / target.memoryBytesPerCycle;
    return result;
  }

private:
  int64_t size(int64_t dim) const {
    int64_t value = c.sizeOf(dim);
    return ShapedType::isDynamic(value) ? kAssumedSize : value;
  }

  int64_t lanesOfColumn() const { return kernel.vectorize == VectorDim::K ? 1 : kernel.lanes; }

  /// The number of values of those of `dims` that are not tiled.
  double untiled(ArrayRef<unsigned> dims) const {
    double count = 1;
    for (unsigned dim : dims)
      if (static_cast<int64_t>(dim) != kernel.rowDim && static_cast<int64_t>(dim) != kernel.columnDim)
        count *= static_cast<double>(size(dim));
    return count;
  }

  /// Instructions that multiply and add for one accumulator and step.
  double productsPerStep() const {
    return kernel.pairDim >= 0 && kernel.product == Product::MultiplyAdd ? 2 : 1; // widened pairs
  }

  /// Steps of the reduction for one tile.
  double steps() const {
    double count = kernel.vectorize == VectorDim::K ? 1.0 / static_cast<double>(elementsPerVectorOfK()) : 1;
    for (unsigned dim : c.k)
      if (static_cast<int64_t>(dim) != kernel.pairDim)
        count *= static_cast<double>(size(dim));
    return std::ceil(count);
  }
  int64_t elementsPerVectorOfK() const { return kernel.lanes * (kernel.product == Product::Dot ? 2 : 1); }

  /// Vector multiply-adds of the whole contraction, if no lane and no place of a tile were empty.
  double multiplyAdds() const {
    double count = productsPerStep() * static_cast<double>(c.numGroups()) / static_cast<double>(kernel.lanes);
    for (ArrayRef<unsigned> dims : {ArrayRef(c.batch), ArrayRef(c.m), ArrayRef(c.n)})
      for (unsigned dim : dims)
        count *= static_cast<double>(size(dim));
    double depth = 1;
    for (unsigned dim : c.k)
      depth *= static_cast<double>(size(dim)) / (static_cast<int64_t>(dim) == kernel.pairDim ? 2 : 1);
    if (kernel.vectorize == VectorDim::K && kernel.product == Product::Dot)
      depth /= 2;
    if (kernel.product == Product::Tiles) // one step of 16 rows takes 16 cycles: one row, one cycle
      return count * depth / 16 * target.multiplyAddsPerCycle;
    return count * depth;
  }

  /// One step of the reduction of a tile of `rows` rows and `columns` columns (vectors, or elements along k).
  double stepCycles(double rows, double columns) const {
    columns *= static_cast<double>(c.numGroups());
    double sums = rows * columns;
    double products = sums * productsPerStep();
    double loads = rows + columns;
    if (kernel.vectorize == VectorDim::Batch) // each row has vectors of its own
      loads = sums + columns;
    // Elements that are widened, and pairs that are taken apart, cost an instruction or two each.
    double others = 0;
    if (kernel.product == Product::MultiplyAdd) {
      if (kernel.pairDim >= 0)
        others = 2 * loads;
      else
        for (auto [operand, count] :
             {std::pair(rowsFrom(), rows), std::pair(rowsFrom() == c.lhs() ? c.rhs() : c.lhs(), columns)})
          if (cast<ShapedType>(operand.getType()).getElementType() != accumulatorType(c))
            others += count;
    }
    double units = (products + others / 2) / target.multiplyAddsPerCycle;
    if (kernel.vectorize == VectorDim::K)
      units = std::max(units, cyclesOfVectorsOfK(rows, columns));
    // A sum waits for its last addition; phases have sums of their own.
    double waiting = target.multiplyAddLatency * productsPerStep() / static_cast<double>(kernel.phases);
    return std::max({units, loads / target.loadsPerCycle, waiting});
  }

  /// Along the reduction a tile reads no vector twice: all come from the second-level cache, or the rows from beyond.
  double cyclesOfVectorsOfK(double rows, double columns) const {
    auto bytes = static_cast<double>(kernel.lanes * elementBytes(c.rhs()));
    int64_t rowsOfBlock = size(kernel.rowDim);
    if (kernel.blockRows != 0)
      rowsOfBlock = std::min(rowsOfBlock, kernel.blockRows * kernel.rowsOfTile());
    // Measured: a block that takes more than three eighths of the cache does not stay there while columns stream past.
    bool stays = rowsOfBlock * depthOfBlock() * elementBytes(c.lhs()) <= target.cacheBytes / 8 * 3;
    return bytes * (rows / (stays ? target.cacheBytesPerCycle : target.lastLevelBytesPerCycle) +
                    columns / target.cacheBytesPerCycle);
  }

  int64_t depthOfBlock() const { return kernel.blockK != 0 ? kernel.blockK : size(kernel.reductionDim); }

  Value rowsFrom() const { return kernel.vectorize == VectorDim::M ? c.rhs() : c.lhs(); }

  double tileCycles(int64_t rows, int64_t columns) const {
    auto groups = static_cast<double>(c.numGroups());
    if (kernel.product == Product::Tiles) {
      double tiles = static_cast<double>(columns) * groups;
      double rowTiles = std::ceil(static_cast<double>(rows) / static_cast<double>(kernel.tileRows));
      constexpr double stepElements = 16, cyclesOfLoad = 8;
      double step = std::max(static_cast<double>(rows) * tiles, cyclesOfLoad * (rowTiles + tiles));
      return steps() / stepElements * step + 100;
    }
    double sums = static_cast<double>(rows * columns) * groups;
    double cycles = steps() * stepCycles(static_cast<double>(rows), static_cast<double>(columns));
    // Around the loop: addresses, zeros, phases added up, the results stored.
    constexpr double around = 40, ofSum = 2, ofHorizontalSum = 1;
    return cycles + around + sums * static_cast<double>(kernel.phases) * ofSum +
           (kernel.vectorize == VectorDim::K ? sums * ofHorizontalSum : 0);
  }

  static int64_t elementBytes(Value operand) {
    return std::max<int64_t>(1, cast<ShapedType>(operand.getType()).getElementTypeBitWidth() / 8);
  }

  /// What all tiles wait for columns whose lines lie a stride apart. A tile reads a piece of each row of the column
  /// operand. The next tile of the block finds the pieces in the second-level cache, unless the stride puts them into
  /// so few sets that they drive each other out.
  double strideCycles(double tiles) const {
    if (kernel.vectorize != VectorDim::N && kernel.vectorize != VectorDim::M)
      return 0;
    bool isRhs = kernel.vectorize == VectorDim::N;
    Value columns = isRhs ? c.rhs() : c.lhs();
    std::optional<int64_t> stride =
        kernel::Operand{columns, isRhs ? c.rhsMap : c.lhsMap}.strideAlong(kernel.reductionDim);
    int64_t piece = kernel.columns * kernel.lanes * c.numGroups() * elementBytes(columns) * elementsOfStep(kernel);
    if (!stride || tiles == 0 || *stride * elementBytes(columns) <= piece)
      return 0;
    int64_t bytes = *stride * elementBytes(columns), period = std::max(kLineBytes, target.cacheBytes / kWays);
    int64_t apart = std::gcd(bytes, period);
    double room = static_cast<double>(apart <= piece ? target.cacheBytes : period / apart * piece * kWays);
    bool collide = static_cast<double>(depthOfBlock() * piece) > room;
    double all = operandBytes(c.lhs()) + operandBytes(c.rhs()) + operandBytes(c.out());
    bool isDistant = all > static_cast<double>(target.lastLevelBytes) / 2;
    double lines = static_cast<double>(llvm::divideCeil(piece, kLineBytes)), ofStep = 0, waiting = tiles;
    if (collide) {
      ofStep = lines * (isDistant ? target.cyclesOfDistantLine : target.cyclesOfLine);
    } else if (isDistant && bytes >= kPageBytes) { // the first tile of a block has to wait in any case
      ofStep = lines * target.cyclesOfDistantLine;
      waiting /= static_cast<double>(kernel.blockRows != 0 ? kernel.blockRows : rowTiles());
    } else if (bytes % kPageBytes == 0 && depthOfBlock() > kWays) { // they collide in the first-level cache
      ofStep = lines * target.cyclesOfNearLine;
    }
    auto rows = static_cast<double>(std::min(size(kernel.rowDim), kernel.rowsOfTile()));
    return waiting * steps() * std::max(0.0, ofStep - stepCycles(rows, static_cast<double>(kernel.columns)));
  }
  int64_t rowTiles() const { return std::max<int64_t>(1, llvm::divideCeil(size(kernel.rowDim), kernel.rowsOfTile())); }

  /// Bytes that pass between memory and the last-level cache. Panels were written long before they are read; other
  /// operands are in the last-level cache if they fit.
  double memoryBytes() const {
    KernelTraffic traffic = kernelTraffic(c, kernel, target);
    auto bytes = [&](Value operand, double passes, bool isCold) {
      double once = operandBytes(operand);
      return once > static_cast<double>(target.lastLevelBytes) ? once * passes : isCold ? once : 0;
    };
    bool isCold = panels == PanelAge::Old && hasPanels(c, kernel);
    return bytes(c.lhs(), traffic.lhsPasses, false) + bytes(c.rhs(), traffic.rhsPasses, isCold) +
           bytes(c.out(), 1, false);
  }

  const Contraction &c;
  const MatmulKernel &kernel;
  const MatmulTarget &target;
  const PanelAge panels;
};
} // namespace

double lexon::kernel::operandBytes(Value operand) {
  auto type = cast<ShapedType>(operand.getType());
  double bytes = type.getElementTypeBitWidth() / 8.0;
  for (int64_t size : type.getShape())
    bytes *= static_cast<double>(ShapedType::isDynamic(size) ? kAssumedSize : size);
  return bytes;
}

KernelTraffic lexon::kernel::kernelTraffic(const Contraction &c, const MatmulKernel &kernel,
                                           const MatmulTarget &target) {
  auto untiled = [&](ArrayRef<unsigned> dims) {
    double count = 1;
    for (unsigned dim : dims)
      if (static_cast<int64_t>(dim) != kernel.rowDim && static_cast<int64_t>(dim) != kernel.columnDim)
        count *= ShapedType::isDynamic(c.sizes[dim]) ? 1 : static_cast<double>(c.sizes[dim]);
    return count;
  };
  double cache = static_cast<double>(target.cacheBytes) / 2;
  KernelTraffic traffic;
  if (kernel.vectorize != VectorDim::N)
    return traffic;
  if (!kernel.columnsOuter && operandBytes(c.rhs()) > cache)
    traffic.rhsPasses = untiled(c.m);
  if (kernel.columnsOuter && operandBytes(c.lhs()) > cache)
    traffic.lhsPasses = untiled(c.n);
  return traffic;
}

KernelCost lexon::expectedCost(const Contraction &contraction, const MatmulKernel &kernel, const MatmulTarget &target,
                               PanelAge panels) {
  return CostModel(contraction, kernel, target, panels).cost();
}

double lexon::expectedCopyCycles(Value operand, const MatmulTarget &target) {
  double bytes = operandBytes(operand);
  auto threads = static_cast<double>(target.threads == 0 ? 2 : target.threads);
  // Memory is read, then read and written where the copy goes.
  if (2 * bytes > static_cast<double>(target.lastLevelBytes) / 2)
    return 3 * bytes / std::min(target.memoryBytesPerCycle, target.coreMemoryBytesPerCycle * threads);
  // Rows that begin in the same set of the first-level cache: a panel's pieces of them drive each other out.
  auto type = cast<ShapedType>(operand.getType());
  double rowBytes = static_cast<double>(type.getShape().back()) * type.getElementTypeBitWidth() / 8;
  bool collide = std::fmod(rowBytes, kPageBytes) == 0;
  return std::max(2 * bytes / target.lastLevelBytesPerCycle,
                  collide ? bytes / kLineBytes * target.cyclesOfDistantLine : 0) /
         threads;
}

double lexon::expectedLibraryCycles(const LibraryProduct &product, const MatmulTarget &target) {
  // Measured with one thread of a Zen 5 and OpenBLAS's kernels for AVX-512: the share of the multiply-add units' peak
  // that its inner kernel reaches, and the cycles for each line of an input that it packs, in each call, into its own
  // panels.
  constexpr double share = 0.88, ofLine = 10, ofCollidingLine = 22, ofCall = 2000;
  auto threads = static_cast<double>(target.threads == 0 ? 2 : target.threads);
  auto count = [](auto... sizes) { return (1.0 * ... * static_cast<double>(sizes)); };
  double lanes = static_cast<double>(product.vectorBits) / static_cast<double>(product.elementBits);
  double arithmetic =
      count(product.batch, product.m, product.n, product.k) / lanes / target.multiplyAddsPerCycle / share;
  auto packing = [&](int64_t rows, int64_t columns, int64_t rowBytes) {
    double lines = count(product.batch, rows, columns, product.elementBits) / 8 / kLineBytes;
    return lines * (rowBytes % kPageBytes == 0 ? ofCollidingLine : ofLine);
  };
  // Threads share the longer of rows and columns; each packs the other operand for itself.
  double lhs = packing(product.m, product.k, product.lhsRowBytes);
  double rhs = packing(product.k, product.n, product.rhsRowBytes);
  if (product.batch > 1)
    return ofCall * std::ceil(static_cast<double>(product.batch) / threads) + (arithmetic + lhs + rhs) / threads;
  (product.m > product.n ? lhs : rhs) /= threads;
  return ofCall + arithmetic / threads + lhs + rhs;
}
