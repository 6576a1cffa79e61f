//===- Overlap.h - can two memrefs share an element? -------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_OVERLAP_H
#define LEXON_ANALYSIS_OVERLAP_H

#include "lexon/Support/LLVM.h"

#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/IR/BuiltinTypes.h"

namespace lexon {
/// True if `a` and `b` (memrefs) are known to have no element in common: different allocations or globals, an argument
/// marked `llvm.noalias` and anything else, results of one `memref.distinct_objects`, slices of one memref that do not
/// meet. False means nothing.
bool areDisjoint(Value a, Value b, AliasAnalysis &aliases);

/// True if `a` and `b` are known to start at the same element: one value seen through casts.
bool areSameView(Value a, Value b);

/// False if two different indices of a memref of `type` never lead to one element, as far as sizes and strides are
/// static; what is known at run time only is taken to be as a memref of its own has it. True for a sliding window.
bool mayOverlapItself(mlir::MemRefType type);
} // namespace lexon

#endif // LEXON_ANALYSIS_OVERLAP_H
