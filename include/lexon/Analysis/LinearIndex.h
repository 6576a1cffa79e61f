//===- LinearIndex.h - indices linear in loop counters -----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_LINEARINDEX_H
#define LEXON_ANALYSIS_LINEARINDEX_H

#include "lexon/Support/LLVM.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace lexon {

/// Consecutive operations of one block, seen as a unit: what is computed inside, what comes from outside.
struct OpRange {
  mlir::Operation *first = nullptr, *last = nullptr;

  bool contains(mlir::Operation *op) const;
  /// True if `value` is the same wherever it is computed in the range: defined outside, or made of such values by
  /// operations that may run at any time.
  bool isInvariant(mlir::Value value) const;
};

/// `sum(coefficient * loop counter) + sum(coefficient * invariant) + constant`. Exact modulo 2^64, as index
/// arithmetic is; narrower integers only take part where they cannot wrap.
struct LinearIndex {
  /// Loops by number; coefficients are not 0.
  llvm::SmallVector<std::pair<unsigned, int64_t>, 2> loops;
  /// Integers or indices, the same throughout the range; coefficients are not 0.
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 2> invariants;
  int64_t constant = 0;

  bool isConstant() const { return loops.empty() && invariants.empty(); }
  bool operator==(const LinearIndex &other) const;
};

/// `a + factor * b`; nothing if a coefficient does not fit into 64 bits.
std::optional<LinearIndex> addScaled(const LinearIndex &a, const LinearIndex &b, int64_t factor);

/// Reads indices of operations in a range.
class LinearIndexReader {
public:
  explicit LinearIndexReader(OpRange range) : range(range) {}

  /// From now on `counter` is the counter of loop number `loop`.
  void addLoop(mlir::Value counter, unsigned loop) { loopOf[counter] = loop; }
  /// Nothing if `value` is not of the form above.
  std::optional<LinearIndex> read(mlir::Value value) const { return read(value, 0); }
  /// The same for a result of an affine map applied to `operands`, dimensions first.
  std::optional<LinearIndex> read(mlir::AffineExpr expr, unsigned numDims, mlir::ValueRange operands) const {
    return read(expr, numDims, operands, 0);
  }

private:
  std::optional<LinearIndex> read(mlir::Value value, unsigned depth) const;
  std::optional<LinearIndex> read(mlir::AffineExpr expr, unsigned numDims, mlir::ValueRange operands,
                                  unsigned depth) const;
  std::optional<LinearIndex> readArithmetic(mlir::Operation *op, unsigned depth) const;
  OpRange range;
  llvm::DenseMap<mlir::Value, unsigned> loopOf;
};

} // namespace lexon

#endif // LEXON_ANALYSIS_LINEARINDEX_H
