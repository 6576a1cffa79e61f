//===- Combiner.h - reductions whose order is free ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_STRUCTURED_COMBINER_H
#define LEXON_LIB_STRUCTURED_COMBINER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <optional>

namespace lexon {

/// How output number `output` of `op` combines an element with what it carries, if that may be done in any order.
/// Nothing for products of floating-point numbers and for anything that is not one operation.
std::optional<mlir::vector::CombiningKind> combinerOf(mlir::linalg::LinalgOp op, unsigned output);

/// What a lane starts with: `carried` itself where combining it twice does no harm, else the neutral element.
mlir::Value initialLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::vector::CombiningKind kind,
                         mlir::VectorType type, mlir::Value carried);

/// The lanes of all `vectors` and `carried` (of the element type) combined, pairwise.
mlir::Value combineLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::vector::CombiningKind kind,
                         llvm::SmallVector<mlir::Value> vectors, mlir::Value carried);

} // namespace lexon

#endif // LEXON_LIB_STRUCTURED_COMBINER_H
