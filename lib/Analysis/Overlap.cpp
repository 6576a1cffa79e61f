//===- Overlap.cpp - can two memrefs share an element? --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Analysis/Overlap.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;

static Value withoutCasts(Value value) {
  while (auto cast = value.getDefiningOp<memref::CastOp>())
    value = cast.getSource();
  return value;
}

bool lexon::areSameView(Value a, Value b) { return withoutCasts(a) == withoutCasts(b); }

bool lexon::areDisjoint(Value a, Value b, AliasAnalysis &aliases) {
  if (aliases.alias(a, b).isNo())
    return true;
  auto first = withoutCasts(a).getDefiningOp<memref::SubViewOp>();
  auto second = withoutCasts(b).getDefiningOp<memref::SubViewOp>();
  if (!first || !second || !areSameView(first.getSource(), second.getSource()))
    return false;
  FailureOr<bool> overlap = ValueBoundsConstraintSet::areOverlappingSlices(a.getContext(), HyperrectangularSlice(first),
                                                                           HyperrectangularSlice(second));
  return succeeded(overlap) && !*overlap;
}
