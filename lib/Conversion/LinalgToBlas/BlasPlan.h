//===- BlasPlan.h - which BLAS operation a contraction is --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Deciding is apart from rewriting: a plan says everything the rewriting needs, and making one changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_LINALGTOBLAS_BLASPLAN_H
#define LEXON_CONVERSION_LINALGTOBLAS_BLASPLAN_H

#include "lexon/Analysis/Contraction.h"

#include <optional>
#include <string>

namespace lexon {

/// One operand of a contraction, seen from the loops.
struct BlasOperand {
  mlir::Value value;
  mlir::AffineMap map;
  unsigned number = 0; ///< Which operand of the operation, for messages.

  /// The dimension of the operand that loop `dim` runs along; nothing if the operand does not depend on it.
  std::optional<unsigned> position(unsigned dim) const;
  /// The static stride along loop `dim`, or ShapedType::kDynamic; 0 if the operand does not depend on it. Memrefs only.
  int64_t stride(unsigned dim) const;
};

/// Loop dimensions that together are one dimension of the product, outermost first. Empty: a dimension of size 1.
using BlasDim = llvm::SmallVector<unsigned, 2>;

enum class BlasKind { Gemm, BatchGemm, Gemv, Dot };

/// `out[batch, m, n] += lhs[batch, m, k] * rhs[batch, k, n]`. `lhs` and `rhs` are those of the BLAS operation:
/// exchanged against the contraction's if the output is stored transposed.
struct BlasPlan {
  mlir::Operation *op = nullptr; ///< The contraction.
  BlasKind kind = BlasKind::Gemm;
  BlasOperand lhs, rhs, out;
  llvm::SmallVector<unsigned> batch;
  BlasDim m, n, k;
  /// Further reduction dimensions, run as loops around the operation.
  llvm::SmallVector<unsigned> loops;
  bool transposeA = false, transposeB = false;
};

/// Plans a contraction of f32 or f64 on tensors or memrefs; nothing, with the reason, if BLAS cannot do it.
std::optional<BlasPlan> planBlas(const Contraction &contraction, std::string &reason);

} // namespace lexon

#endif // LEXON_CONVERSION_LINALGTOBLAS_BLASPLAN_H
