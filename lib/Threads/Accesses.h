//===- Accesses.h - what memory an operation touches ------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_THREADS_ACCESSES_H
#define LEXON_LIB_THREADS_ACCESSES_H

#include "lexon/Support/LLVM.h"

#include "mlir/Analysis/AliasAnalysis.h"

namespace lexon {
/// Memory that is read or written.
struct Access {
  /// A memref; null: any memory at all.
  Value memory;
  bool writes = false;
};

/// What `op` and all in it touch, without memory that comes into being in it.
SmallVector<Access> accessesOf(Operation *op);

/// True unless it is known that the two have no byte in common, or both only read.
bool mayConflict(const Access &a, const Access &b, AliasAnalysis &aliases);
} // namespace lexon

#endif // LEXON_LIB_THREADS_ACCESSES_H
