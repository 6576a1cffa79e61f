//===- BlasToLinalg.h - BLAS operations as linalg ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_BLASTOLINALG_BLASTOLINALG_H
#define LEXON_CONVERSION_BLASTOLINALG_BLASTOLINALG_H

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace lexon {
/// Writes `product` in linalg at the builder's insertion point: the scaling of the output, if beta is not 1, and the
/// contraction. Appends what it makes to `created`, in order, and leaves `product` in place.
void createLinalgOfBlas(mlir::OpBuilder &builder, blas::Product product,
                        llvm::SmallVectorImpl<mlir::linalg::LinalgOp> &created);
} // namespace lexon

#endif // LEXON_CONVERSION_BLASTOLINALG_BLASTOLINALG_H
