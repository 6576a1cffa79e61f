//===- EmitAmxTiles.cpp - tiles of bf16 products by AMX -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The loop over the reduction carries tiles of sums; LLVM assigns tile registers and configures them once. All tiles of
// a kernel have one height: with two heights it spills tiles inside the loop. So the last tile of rows, where it would
// be lower, begins earlier and computes some rows again, which are not stored again.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

namespace {
/// Pairs of the reduction, and columns, of a tile; tile registers.
constexpr int64_t kTilePairs = 16, kTileColumns = 16, kTileRegisters = 8;

/// A tile of rows: where it begins, relative to the others, and how many of its rows an earlier tile has stored.
struct TileRows {
  int64_t begin, stored;
};

SmallVector<TileRows> tilesOfRows(int64_t rows, int64_t height) {
  SmallVector<TileRows> result;
  for (int64_t first = 0; first < rows; first += height) {
    int64_t fresh = std::min(height, rows - first);
    result.push_back({first + fresh - height, height - fresh});
  }
  return result;
}
} // namespace

std::optional<int64_t> Operand::strideAlong(int64_t dim) const {
  int64_t offset = 0;
  SmallVector<int64_t> strides;
  std::optional<unsigned> position = map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
  auto type = dyn_cast<MemRefType>(memref.getType());
  if (!position || !type || failed(type.getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamic(strides[*position]))
    return std::nullopt;
  return strides[*position];
}

/// One tile of `rows` x 32 bf16 elements; its rows are `operand`'s elements along `dim`, from `at`.
Value KernelEmitter::loadTile(const Operand &operand, ArrayRef<Value> at, int64_t rows, int64_t dim) {
  auto type = amx::TileType::get({rows, 2 * kTilePairs}, operand.elementType());
  return amx::TileLoadOp::create(b, loc, type, operand.memref, indices(operand, at),
                                 constant(*operand.strideAlong(dim)));
}

/// A register tile of AMX tiles: `rows` rows, all columns of a tile of the kernel.
void KernelEmitter::emitAmxTiles(Value row, int64_t rows, Value column) {
  const int64_t height = kernel.tileRows, groups = contraction.numGroups(), perRow = kernel.columns * groups;
  SmallVector<TileRows> tiles = tilesOfRows(rows, height);
  auto type = amx::TileType::get({height, kTileColumns}, accumulator);
  SmallVector<Value> init;
  for (size_t i = 0; i < tiles.size() * perRow; ++i)
    init.push_back(amx::TileZeroOp::create(b, loc, type));

  auto step = [&](ArrayRef<Value> at, ValueRange accumulators) {
    emitPrefetch(at, kTilePairs);
    SmallVector<Value> position(at), sums(accumulators.size()), rowTiles(tiles.size());
    auto loadRows = [&](size_t i) {
      position[kernel.rowDim] = add(row, tiles[i].begin);
      rowTiles[i] = loadTile(rowOperand, position, height, kernel.rowDim);
    };
    // Rows stay in registers if there are enough; loads are cheaper than spills.
    bool keepsRows = static_cast<int64_t>(tiles.size()) * (perRow + 1) + 1 <= kTileRegisters;
    for (size_t i = 0; keepsRows && i < tiles.size(); ++i)
      loadRows(i);
    for (int64_t j = 0; j < perRow; ++j) {
      position[kernel.columnDim] = add(column, j / groups * kTileColumns);
      setGroup(position, j % groups);
      Value columns = loadTile(columnOperand, position, kTilePairs, kernel.reductionDim);
      for (size_t i = 0; i < tiles.size(); ++i) {
        if (!keepsRows)
          loadRows(i);
        Value sum = accumulators[i * perRow + j];
        sums[i * perRow + j] = amx::TileMulFOp::create(b, loc, type, rowTiles[i], columns, sum);
      }
    }
    return sums;
  };
  SmallVector<Value> sums = reduce(init, kTilePairs, depthBegin, depthEnd, step);
  finishAmxTiles(row, rows, column, sums);
}

/// Sums pass through memory: there is no other way from tiles to vectors.
void KernelEmitter::finishAmxTiles(Value row, int64_t rows, Value column, ArrayRef<Value> sums) {
  const int64_t height = kernel.tileRows, groups = contraction.numGroups(), perRow = kernel.columns * groups;
  SmallVector<TileRows> tiles = tilesOfRows(rows, height);
  auto scope = memref::AllocaScopeOp::create(b, loc, TypeRange());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&scope.getBodyRegion().emplaceBlock());
  auto bufferType = MemRefType::get({static_cast<int64_t>(sums.size()) * height, kTileColumns}, accumulator);
  Value buffer = memref::AllocaOp::create(b, loc, bufferType, b.getI64IntegerAttr(64));
  for (auto [i, sum] : llvm::enumerate(sums))
    amx::TileStoreOp::create(b, loc, buffer, ValueRange{constant(i * height), constant(0)}, sum);
  for (auto [i, tile] : llvm::enumerate(tiles)) {
    auto loop = scf::ForOp::create(b, loc, constant(tile.stored), constant(height), constant(1));
    OpBuilder::InsertionGuard inLoop(b);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> at = loops;
    at[kernel.rowDim] = add(add(row, tile.begin), loop.getInductionVar());
    SmallVector<Column> columns;
    SmallVector<Value> ofRow;
    for (int64_t j = 0; j < kernel.columns; ++j) {
      columns.push_back({add(column, j * kTileColumns), Value(), Value()});
      for (int64_t group = 0; group < groups; ++group) {
        Value first = constant((i * perRow + j * groups + group) * height);
        ofRow.push_back(vector::LoadOp::create(b, loc, vectorType, buffer,
                                               ValueRange{add(first, loop.getInductionVar()), constant(0)}));
      }
    }
    finishRow(at, columns, ofRow);
  }
  memref::AllocaScopeReturnOp::create(b, loc, ValueRange());
}
