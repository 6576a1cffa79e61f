//===- KernelFacts.h - what is true of a contraction and a kernel -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Asked by the choice of a kernel, by its cost and by the checks of a kernel that a user wrote.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_KERNEL_KERNELFACTS_H
#define LEXON_LIB_KERNEL_KERNELFACTS_H

#include "lexon/Kernel/MatmulKernel.h"

namespace lexon::kernel {

/// True if neighbours along loop dimension `dim` are neighbours in the memory of `operand`, a memref indexed by `map`.
bool isContiguousAlong(mlir::Value operand, mlir::AffineMap map, int64_t dim);

/// True if `dim` is a reduction of two elements, innermost in both bf16 operands, behind `columnDim` in rhs.
bool isPairOf(const Contraction &c, int64_t dim, int64_t columnDim);

/// True if the columns of a kernel's tiles can be copied: their operand has two dimensions, the second of columns.
bool canCopyColumns(const Contraction &c, const MatmulKernel &kernel);
/// True if the operand of the columns is contiguous along the reduction.
bool isTransposable(const Contraction &c, const MatmulKernel &kernel);
/// Tiles of rows that pass over copied columns at least: fewer are not worth the copy.
constexpr int64_t kTilesPerCopy = 4;
/// The same for columns that are transposed on the way, in rows.
constexpr int64_t kRowsPerTranspose = 3;

/// True if AMX tiles of `kernel` cover the contraction: whole tiles along the columns and the reduction, static sizes
/// and strides, and no more tiles than registers.
bool tilesFit(const Contraction &c, const MatmulKernel &kernel);

/// True if rhs is one piece of memory whose first dimension is one of n that is not tiled.
bool hasPanels(const Contraction &c, const MatmulKernel &kernel);

/// For a rhs with panels: its leading dimensions that are of n and not tiled. Each of their indices is a panel.
llvm::ArrayRef<int64_t> panelCounts(const Contraction &c, const MatmulKernel &kernel);

/// True if a tile of `kernel` stores vectors along its columns, so that the region of a `lexon.contract` sees vectors.
bool storesVectors(const Contraction &c, const MatmulKernel &kernel);

/// True unless `c` adds up parts of its columns and some tile of `kernel` would hold less than a whole part: then no
/// one thread could store the part's sum.
bool holdsWholeParts(const Contraction &c, const MatmulKernel &kernel);

/// Adds `stride` times the factors of the dimensions in a sum of dimensions times constants, and returns the summand
/// without a dimension.
int64_t addFactors(mlir::AffineExpr expr, int64_t stride, llvm::MutableArrayRef<int64_t> factors);

/// Elements of the reduction in one step of `reductionDim`.
int64_t elementsOfStep(const MatmulKernel &kernel);

/// Bytes of a shaped operand; a dynamic size counts as some hundred elements.
double operandBytes(mlir::Value operand);

/// How often each input comes from beyond the second-level cache.
struct KernelTraffic {
  double lhsPasses = 1, rhsPasses = 1;
};
KernelTraffic kernelTraffic(const Contraction &c, const MatmulKernel &kernel, const MatmulTarget &target);

} // namespace lexon::kernel

#endif // LEXON_LIB_KERNEL_KERNELFACTS_H
