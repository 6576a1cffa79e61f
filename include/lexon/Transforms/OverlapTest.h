//===- OverlapTest.h - do two memrefs overlap, at run time? ------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_OVERLAPTEST_H
#define LEXON_TRANSFORMS_OVERLAPTEST_H

#include "lexon/Support/LLVM.h"

#include "mlir/IR/Builders.h"

namespace lexon {
/// Makes tests of whether memrefs overlap: the ranges of addresses from their first to their last element are compared.
/// The addresses of a memref are computed once, where its first test is made; all tests must stand behind each other.
class DisjointTests {
public:
  /// An `i1` that is true only if the memrefs `a` and `b` (strided, of any rank) have no byte in common. May be false
  /// for views that interleave, and for views without elements.
  Value create(OpBuilder &builder, Location loc, Value a, Value b);

private:
  /// Addresses of the first byte of a memref and of the one after its last.
  struct Interval {
    Value begin, end;
  };
  Interval intervalOf(OpBuilder &builder, Location loc, Value memref);

  SmallVector<std::pair<Value, Interval>> intervals;
};
} // namespace lexon

#endif // LEXON_TRANSFORMS_OVERLAPTEST_H
