//===- AttentionBlocks.h - sizes of the blocks of an attention ---*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONBLOCKS_H
#define LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONBLOCKS_H

#include "lexon/Dialect/Lexon/IR/Lexon.h"

namespace lexon::core {
struct AttentionTarget {
  /// Bits of a vector register; bytes of a core's second-level cache.
  int64_t vectorBits, cacheBytes;
  /// Rows and keys of a block as the user wants them; 0: chosen.
  int64_t blockRows, blockKeys;
};

/// How `lower-attention` cuts one operation: decided here, obeyed there.
struct AttentionBlocks {
  /// Dimensions of loops around a block (batch, and rows that are not stacked), and stacked ones: each block has all of
  /// their values.
  llvm::SmallVector<unsigned> outer, stacked;
  /// The dimension of which a block has `positions` values: the last row dimension; -1 if there are no rows.
  int64_t position = -1;
  int64_t positions = 1;
  /// Elements of the stacked dimensions together; rows of a block are group * positions.
  int64_t group = 1;
  /// Elements of a vector, and rows of the buffers: a multiple of them.
  int64_t lanes = 4, rows = 4;
  /// Keys of a block; `once` says that this is all of them.
  int64_t keys = 1;
  bool once = false;
  /// Keys of a tile of the first product: a block's are computed in tiles, so that few hidden ones are. 0: no tiles.
  int64_t keyTile = 0;
  int64_t depth = 0, columns = 0;
  /// True if the first product's vectors run along the depth, not along the rows.
  bool alongDepth = false;
};

/// Chooses blocks for `op`, on memrefs, or says in `reason` why it cannot be lowered so.
std::optional<AttentionBlocks> chooseAttentionBlocks(AttentionOp op, const AttentionTarget &target,
                                                     std::string &reason);
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONBLOCKS_H
