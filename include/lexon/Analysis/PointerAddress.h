//===- PointerAddress.h - addresses linear in loop counters ------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What C programs do with pointers: a base, and steps of some bytes whose number is a sum of products of loop counters
// and invariants (`a[i * n + j]`, rows of a variable-length array).
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_POINTERADDRESS_H
#define LEXON_ANALYSIS_POINTERADDRESS_H

#include "lexon/Analysis/LinearIndex.h"

namespace lexon {

/// `coefficient * counter of loop * factors`; without a loop `coefficient * factors`.
struct IndexTerm {
  std::optional<unsigned> loop;
  /// Integers or indices, the same throughout the range, in one order for equal products.
  llvm::SmallVector<mlir::Value, 2> factors;
  int64_t coefficient = 0;
  mlir::Value product = nullptr; ///< of several factors, if the program has it as one value
};

/// A sum, modulo 2^64: addresses and indices wrap alike.
using IndexSum = llvm::SmallVector<IndexTerm, 2>;

struct PointerStep {
  IndexSum count;
  int64_t bytes = 0; ///< of one step, positive
};

struct PointerAddress {
  mlir::Value base; ///< an !llvm.ptr, the same throughout the range
  llvm::SmallVector<PointerStep, 2> steps;
};

/// Reads addresses made by `llvm.getelementptr` inside a range of operations.
class PointerAddressReader {
public:
  explicit PointerAddressReader(OpRange range) : range(range) {}

  /// From now on `counter` is the counter of loop number `loop`.
  void addLoop(mlir::Value counter, unsigned loop) { loopOf[counter] = loop; }
  /// Nothing if `pointer` is not of the form above.
  std::optional<PointerAddress> read(mlir::Value pointer) const { return read(pointer, {}); }
  /// The same as steps from `base`, unless it is null, through pointers that are invariant as well.
  std::optional<PointerAddress> read(mlir::Value pointer, mlir::Value base) const;

private:
  std::optional<IndexSum> readIndex(mlir::Value value, unsigned depth) const;
  std::optional<IndexSum> readArithmetic(mlir::Operation *op, unsigned depth) const;
  bool addSteps(mlir::Operation *gep, PointerAddress &address) const;

  OpRange range;
  llvm::DenseMap<mlir::Value, unsigned> loopOf;
};

} // namespace lexon

#endif // LEXON_ANALYSIS_POINTERADDRESS_H
