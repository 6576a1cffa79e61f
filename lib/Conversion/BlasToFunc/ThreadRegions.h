//===- ThreadRegions.h - OpenBLAS's number of threads around calls -*- C++ -*-//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_BLASTOFUNC_THREADREGIONS_H
#define LEXON_CONVERSION_BLASTOFUNC_THREADREGIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace lexon {

/// Encloses the given CBLAS calls of `module` in regions in which OpenBLAS uses `threads` threads (0: what it is set
/// to), or one inside of parallel loops, and restores its setting after each. A region is the outermost operation that
/// holds no other call; regions that follow each other in a block with nothing but address arithmetic in between are
/// one. Failure, after an error, if `module` uses a name that this needs for something else.
llvm::LogicalResult createThreadRegions(mlir::ModuleOp module, llvm::ArrayRef<mlir::func::CallOp> calls,
                                        int64_t threads);

} // namespace lexon

#endif // LEXON_CONVERSION_BLASTOFUNC_THREADREGIONS_H
