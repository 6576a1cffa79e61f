//===- AttentionBlocks.cpp - sizes of the blocks of an attention ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "AttentionBlocks.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon::core;

namespace {
/// The size of a dimension, as far as one of the operands knows it.
int64_t staticSize(AttentionOp op, unsigned dim) {
  for (auto [map, operand] : llvm::zip(op.getMaps(), op->getOperands()))
    for (unsigned place = 0; place < map.getNumResults(); ++place) {
      int64_t size = cast<ShapedType>(operand.getType()).getDimSize(place);
      if (map.getDimPosition(place) == dim && !ShapedType::isDynamic(size))
        return size;
    }
  return ShapedType::kDynamic;
}

/// Rows of a block: enough that each key and value, read from the second-level cache, is used often; few enough that
/// their query, scores and result stay there.
void chooseRows(AttentionOp op, const AttentionTarget &target, int64_t elementBytes, AttentionBlocks &blocks) {
  constexpr int64_t enough = 192, few = 64, enoughBlocks = 4;
  AttentionOp::Dims dims = *op.getDims();
  blocks.outer = dims.batch;
  int64_t budget = target.cacheBytes / 4 / elementBytes / std::max<int64_t>(1, blocks.depth + blocks.columns);
  int64_t wanted = target.blockRows ? target.blockRows : std::clamp<int64_t>(budget, 16, enough);
  for (unsigned dim : ArrayRef(dims.rows).drop_back(dims.rows.empty() ? 0 : 1)) {
    int64_t size = staticSize(op, dim);
    bool fits = !ShapedType::isDynamic(size) && size > 0 && blocks.group * size <= wanted;
    (fits ? blocks.stacked : blocks.outer).push_back(dim);
    if (fits)
      blocks.group *= size;
  }
  if (!dims.rows.empty()) {
    blocks.position = dims.rows.back();
    int64_t size = staticSize(op, dims.rows.back());
    int64_t most = std::max<int64_t>(1, wanted / blocks.group);
    // Few blocks in all leave threads idle.
    int64_t others = 1;
    for (unsigned dim : blocks.outer) {
      int64_t outer = staticSize(op, dim);
      others *= ShapedType::isDynamic(outer) ? enoughBlocks : std::min(std::max<int64_t>(outer, 1), enoughBlocks);
    }
    while (!target.blockRows && !ShapedType::isDynamic(size) && most * blocks.group > few &&
           others * static_cast<int64_t>(llvm::divideCeil(size, most)) < enoughBlocks)
      most = llvm::divideCeil(most, 2);
    // Blocks of the same size: 197 rows are 99 + 98, not 192 + 5.
    blocks.positions = ShapedType::isDynamic(size) || size == 0
                           ? most
                           : llvm::divideCeil(size, llvm::divideCeil(size, std::min(most, size)));
  }
  int64_t rows = blocks.group * blocks.positions;
  blocks.lanes = std::max<int64_t>(2, target.vectorBits / (8 * elementBytes));
  while (blocks.lanes > 4 && blocks.lanes / 2 >= rows)
    blocks.lanes /= 2;
  blocks.rows = llvm::alignTo(rows, blocks.lanes);
}

/// Keys of a block: all, if their scores leave half of the cache to the rest.
void chooseKeys(AttentionOp op, const AttentionTarget &target, int64_t elementBytes, AttentionBlocks &blocks) {
  constexpr int64_t several = 256, tile = 20;
  int64_t size = staticSize(op, op.getDims()->key);
  // Operands with rows are transposed into buffers as large as the scores.
  int64_t buffers = 1 + static_cast<int64_t>(op.getScoreOperands().size());
  int64_t budget = target.cacheBytes * 3 / 8 / elementBytes / blocks.rows / buffers;
  blocks.once = !ShapedType::isDynamic(size) && (target.blockKeys ? size <= target.blockKeys : size <= budget);
  blocks.keys = blocks.once ? size : target.blockKeys ? target.blockKeys : std::clamp<int64_t>(budget, 32, several);
  // Causal: tiles at the diagonal hold a few keys too many, so they are small. In a block of part of the keys tiles
  // keep the sizes of the product static.
  if (!ShapedType::isDynamic(size) && (op.getCausal() || !blocks.once))
    blocks.keyTile = std::min(op.getCausal() ? tile : blocks.keys, std::min(size, blocks.keys));
}
} // namespace

std::optional<AttentionBlocks> lexon::core::chooseAttentionBlocks(AttentionOp op, const AttentionTarget &target,
                                                                  std::string &reason) {
  AttentionBlocks blocks;
  AttentionOp::Dims dims = *op.getDims();
  blocks.depth = staticSize(op, dims.depth);
  blocks.columns = staticSize(op, dims.column);
  int64_t keys = staticSize(op, dims.key);
  if (ShapedType::isDynamic(blocks.depth) || ShapedType::isDynamic(blocks.columns))
    reason = "the size of depth or column is not known";
  else if (blocks.depth == 0 || blocks.columns == 0 || keys == 0)
    reason = "a size is 0";
  else if (blocks.depth > 1024 || blocks.columns > 1024)
    reason = "depth or column is too large for buffers on the stack";
  if (!reason.empty())
    return std::nullopt;
  int64_t elementBytes = op.getComputeType().getWidth() / 8;
  chooseRows(op, target, elementBytes, blocks);
  chooseKeys(op, target, elementBytes, blocks);
  // For each key, vectors along the rows take `depth` multiply-adds, however few rows there are; vectors along the
  // depth take depth / lanes for each row, and some more to add up its lanes.
  constexpr int64_t fewRows = 4;
  auto keyType = cast<MemRefType>(op.getKey().getType());
  AffineMap keyMap = op.getMaps()[1];
  blocks.alongDepth = blocks.group * blocks.positions <= fewRows && blocks.depth >= 4 * fewRows &&
                      keyType.isLastDimUnitStride() && keyMap.getDimPosition(keyMap.getNumResults() - 1) == dims.depth;
  return blocks;
}
