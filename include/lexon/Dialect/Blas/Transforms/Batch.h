//===- Batch.h - one matrix product of a batch -------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_TRANSFORMS_BATCH_H
#define LEXON_DIALECT_BLAS_TRANSFORMS_BATCH_H

#include "lexon/Dialect/Blas/IR/Blas.h"

namespace lexon::blas {
/// Makes the `blas.gemm` of element `indices` (one for each batch dimension) of `op`, which works on memrefs, at the
/// builder's insertion point.
GemmOp createGemmOfBatch(OpBuilder &builder, BatchGemmOp op, ValueRange indices);

/// Replaces `op`, which works on memrefs, by sequential loops over its batch with a `blas.gemm` inside, and returns
/// that.
GemmOp expandBatch(BatchGemmOp op);
} // namespace lexon::blas

#endif // LEXON_DIALECT_BLAS_TRANSFORMS_BATCH_H
