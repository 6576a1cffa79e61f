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
/// Makes an `i1` that is true only if the memrefs `a` and `b` (strided, of any rank) have no byte in common: the ranges
/// of addresses from their first to their last element are compared. May be false for views that interleave, and for
/// views without elements.
Value createDisjointTest(OpBuilder &builder, Location loc, Value a, Value b);
} // namespace lexon

#endif // LEXON_TRANSFORMS_OVERLAPTEST_H
