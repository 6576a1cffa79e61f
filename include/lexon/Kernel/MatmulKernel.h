//===- MatmulKernel.h - the one generator of contraction kernels -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A kernel is described first (which dimension is vectorized, how large the register tile is), then emitted. The two
// steps are two passes, select-matmul-kernel and lower-matmul-kernels; the description travels between them as an
// attribute, so that a user can read it, test it, or write another one.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_KERNEL_MATMULKERNEL_H
#define LEXON_KERNEL_MATMULKERNEL_H

#include "lexon/Analysis/Contraction.h"
#include "lexon/Support/TargetFacts.h"

#include "mlir/IR/BuiltinAttributes.h"
#include <algorithm>
#include <optional>
#include <string>

namespace lexon {

/// Along which of its dimensions a contraction is vectorized. None: sums that keep their order, where no operand lends
/// itself to vectors; many sums are under way at once all the same.
enum class VectorDim { N, M, K, Batch, None };

/// What multiplies and adds: one product for each lane, or pairs of bf16 numbers by an instruction of their own.
enum class Product { MultiplyAdd, Dot, Tiles };

/// A register-tiled kernel for `out[m, n] += lhs[m, k] * rhs[k, n]`.
///
/// The vectorized side of the tile (`columns`) is the rows of `rhs` for N, of `lhs` for M; the other side is
/// `rows`. For K, `rows` are rows of lhs and `columns` columns of rhs, each accumulator a vector of partial sums. For
/// Batch (the channels of a depthwise convolution) `columns` are the batch and `rows` rows of lhs: each step multiplies
/// a vector of lhs with one of rhs.
struct MatmulKernel {
  VectorDim vectorize = VectorDim::N;
  /// The loop dimensions that are tiled: -1 if the contraction has none of that kind.
  int64_t rowDim = -1, columnDim = -1, reductionDim = -1;
  /// Elements of a vector, in the type of the accumulator.
  int64_t lanes = 1;
  /// Accumulators of a full tile: rows x columns (columns in vectors for N and M, in elements for K).
  int64_t rows = 1, columns = 1;
  /// Part of the reduction done before the next tile of rows; 0: all of it.
  int64_t blockK = 0;
  /// Tiles of rows that share one pass over the columns; 0: all of them.
  int64_t blockRows = 0;
  /// True if the columns that are not tiled (the panels of a packed rhs) are the outer loops and the rows that are not
  /// tiled the inner ones: each panel then comes from memory once. False: the other way round, each row of lhs does.
  bool columnsOuter = false;
  /// Steps of the reduction that are summed in accumulators of their own, added at the end: a tile of few accumulators
  /// would otherwise wait for the latency of its additions.
  int64_t phases = 1;
  /// Steps of the reduction after which sums go to a second set of accumulators, so that the error does not grow with
  /// the whole reduction; 0: never.
  int64_t chunkK = 0;
  /// Elements of the next panel of rhs to prefetch for each step of the reduction; 0: none. A panel is what one index
  /// of the leading column dimension of a packed rhs holds; the next one comes into the second-level cache while the
  /// tiles of this one are computed.
  int64_t prefetch = 0;
  /// True if the columns of a tile are copied, one step of the reduction behind the other, before the tiles of a block
  /// of rows pass over them: where steps lie a stride apart, they would meet in few sets of the caches. Decided again
  /// at run time, where the rows are not known. For operands of two dimensions, in sequential code.
  bool copiesColumns = false;
  /// True if the operand of the columns is contiguous along the reduction instead (a matrix times a vector): squares of
  /// it are transposed in registers. For sums that keep their order.
  bool transposes = false;
  /// The reduction dimension whose two elements lie side by side in both operands, innermost: bf16 in pairs. -1: none.
  int64_t pairDim = -1;
  /// Dot: `vdpbf16ps`, for pairs or vectors along the reduction. Tiles: `tdpbf16ps` for pairs; an accumulator is then a
  /// tile of `tileRows` rows and `lanes` columns, and `rows` counts tiles.
  Product product = Product::MultiplyAdd;
  /// Rows of an AMX tile, 1 to 16. The last tile of rows begins earlier where they do not divide the rows.
  int64_t tileRows = 0;

  /// Rows of a full tile, in elements.
  int64_t rowsOfTile() const { return product == Product::Tiles ? rows * tileRows : rows; }
};

/// The machine, as far as a kernel depends on it.
struct MatmulTarget {
  int64_t vectorBits = 128;
  int64_t vectorRegisters = 16;
  /// Bytes of the cache in which a block of the row operand should stay (a core's second-level cache).
  int64_t cacheBytes = 1 << 20;
  Bf16Products bf16Products = Bf16Products::Widen;
  /// Threads that share the tiles.
  int64_t threads = 1;
  /// Bytes of the cache that all cores share.
  int64_t lastLevelBytes = 32 << 20;
  /// Of one core: vector multiply-adds and vector loads in a cycle, cycles from a sum to the next addition to it. What
  /// most x86-64 server cores have. (Zen 4 takes twice as long for 512 bits; that changes no order among tiles.)
  double multiplyAddsPerCycle = 2, loadsPerCycle = 2, multiplyAddLatency = 4;
  /// Bytes that all threads together read from memory in a cycle: 6 to 12 were measured with two cores.
  double memoryBytesPerCycle = 10;
  /// Bytes that a core reads in a cycle from its second-level cache, and that it reads from or copies to the last level
  /// and memory.
  double cacheBytesPerCycle = 50, lastLevelBytesPerCycle = 20, coreMemoryBytesPerCycle = 7;
  /// Cycles that a core waits for a line that a loop with a stride brings from the second-level cache, from the last
  /// level, from memory.
  double cyclesOfNearLine = 8.5, cyclesOfLine = 10, cyclesOfDistantLine = 15;
};

/// What a kernel is expected to take, in cycles of one core. A model, not a simulation: it ranks kernels and says what
/// limits them.
struct KernelCost {
  /// If every multiply-add unit of every thread had work in each cycle.
  double fullRate = 0;
  /// The busiest thread's loops over tiles: tails, loads, latencies and empty places included.
  double arithmetic = 0;
  /// What these loops wait, beyond that, for columns whose lines lie a stride apart: the second-level cache has few
  /// sets for them, or they come from memory one by one.
  double strides = 0;
  /// Waiting for memory, if it is read in long runs.
  double memory = 0;

  double cycles() const { return std::max(arithmetic + strides, memory); }
  bool isLimitedByMemory() const { return memory > arithmetic + strides; }
};

/// The type in which products of a contraction are summed: the result's, but f32 for f16 and bf16. Null if there are no
/// kernels for the element types.
mlir::Type accumulatorType(const Contraction &contraction);

/// When the panels of a packed operand were written: once, long ago (a weight), or just before.
enum class PanelAge { Old, New };

/// The cost of a kernel for a contraction on memrefs; sizes known only at run time are taken to be some hundred.
KernelCost expectedCost(const Contraction &contraction, const MatmulKernel &kernel, const MatmulTarget &target,
                        PanelAge panels = PanelAge::Old);

/// The cycles that copying `operand`, contiguous in memory, into panels takes.
double expectedCopyCycles(mlir::Value operand, const MatmulTarget &target);

/// Matrix products as a library computes them.
struct LibraryProduct {
  int64_t batch = 1, m = 1, n = 1, k = 1;
  /// Bits of an element, and of the library's vectors: it has its own kernels for the machine it runs on.
  int64_t elementBits = 32, vectorBits = 128;
  /// Bytes from one row of an input to the next in memory.
  int64_t lhsRowBytes = 0, rhsRowBytes = 0;
};

/// The cycles that OpenBLAS takes for it, called with one thread by each of ours.
double expectedLibraryCycles(const LibraryProduct &product, const MatmulTarget &target);

/// Chooses the kernel of least expected cost for a contraction on memrefs, or says in `reason` why there is none.
std::optional<MatmulKernel> selectMatmulKernel(const Contraction &contraction, const MatmulTarget &target,
                                               std::string &reason);

/// Kernels worth measuring for a contraction, different ones, that of least expected cost first; empty, with a
/// `reason`, if there are none.
llvm::SmallVector<MatmulKernel> enumerateMatmulKernels(const Contraction &contraction, const MatmulTarget &target,
                                                       std::string &reason);

/// The kernel as an attribute, and back. Reading fails with a diagnostic at `op` if the attribute is malformed or does
/// not fit the operation (a dimension that is not contiguous, a size that is not positive).
mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context, const MatmulKernel &kernel);
mlir::FailureOr<MatmulKernel> fromAttribute(const Contraction &contraction, mlir::DictionaryAttr attribute);

/// Emits the loops and vector code of `kernel` for `contraction` (on memrefs) at the builder's insertion point.
void emitMatmulKernel(mlir::OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel);

} // namespace lexon

#endif // LEXON_KERNEL_MATMULKERNEL_H
