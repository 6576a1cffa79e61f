//===- StructuredLoops.h - loops over vectors for one linalg operation ----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_STRUCTURED_STRUCTUREDLOOPS_H
#define LEXON_LIB_STRUCTURED_STRUCTUREDLOOPS_H

#include "LaneBody.h"

#include "mlir/IR/PatternMatch.h"
#include <string>

namespace lexon {

/// What the lanes of a vector stand for in one linalg operation on memrefs.
struct LaneChoice {
  /// The loop dimension spread over the lanes, and whether it is a reduction.
  unsigned dim = 0;
  bool reduction = false;
  int64_t lanes = 1;
  /// Vectors in flight: accumulators of a reduction.
  int64_t vectors = 1;
  /// For operands that are contiguous in another parallel dimension only: that dimension. Read in tiles of lanes ×
  /// lanes.
  std::optional<unsigned> transposed;

  std::string describe() const;
};

/// Chooses the dimension in which most operands are contiguous. Fails if there is none; `lanesReason` says why.
mlir::FailureOr<LaneChoice> chooseLanes(mlir::linalg::LinalgOp op, int64_t vectorBits);
std::string lanesReason(mlir::linalg::LinalgOp op, int64_t vectorBits);

/// Emits the loops at the rewriter's place; `op` stays.
void emitStructuredLoops(mlir::IRRewriter &rewriter, mlir::linalg::LinalgOp op, const LaneChoice &choice);

} // namespace lexon

#endif // LEXON_LIB_STRUCTURED_STRUCTUREDLOOPS_H
