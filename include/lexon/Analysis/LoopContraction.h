//===- LoopContraction.h - what a nest of loops computes ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Facts about loop nests that fill, copy, scale and contract, on memrefs and through the pointers of C programs.
// Nothing is changed here.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_ANALYSIS_LOOPCONTRACTION_H
#define LEXON_ANALYSIS_LOOPCONTRACTION_H

#include "lexon/Analysis/LinearIndex.h"
#include "lexon/Analysis/PointerAddress.h"
#include "lexon/Support/LLVM.h"

#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/IR/BuiltinTypes.h"

#include <string>
#include <vector>

namespace lexon {

/// One counter of an scf.for, scf.parallel, affine.for or affine.parallel.
struct NestLoop {
  mlir::Operation *op;
  unsigned dim;        ///< which of the operation's counters
  mlir::Value counter; ///< index, or an integer
  bool isParallel;
  /// Where known: the first value of the counter, its (positive) step, the number of iterations.
  std::optional<int64_t> lower, step, trips;
};

/// A dimension of the memory behind a pointer: from one index to the next it is `elements` times the factors.
struct PointerDim {
  int64_t elements = 0;
  llvm::SmallVector<mlir::Value, 2> factors;
};

/// A load or store of one element.
struct Access {
  mlir::Operation *op = nullptr;
  mlir::Value memref; ///< or an !llvm.ptr
  llvm::SmallVector<LinearIndex> indices;
  /// Behind a pointer: its dimensions, from the one of the largest stride to the one of stride 1, and the type of a
  /// memref that has them. An inner dimension is as long as the next outer one's stride, if each index stays in it:
  /// nothing says that it does.
  llvm::SmallVector<PointerDim> dims;
  mlir::MemRefType pointee;

  mlir::MemRefType type() const { return pointee ? pointee : llvm::cast<mlir::MemRefType>(memref.getType()); }
  /// The dimension that `loop` runs through; -1 if it runs through none.
  int dimOf(unsigned loop) const;
  bool uses(unsigned loop) const { return dimOf(loop) >= 0; }
  /// True if both name the same element in each iteration.
  bool sameAs(const Access &other) const { return memref == other.memref && indices == other.indices; }
};

/// `target = f(start)` for each element, where `f` applies the operations on `path` one after the other.
struct Assignment {
  mlir::Value start;
  /// The operands that take the value so far; the first one stands for `start`.
  llvm::SmallVector<mlir::OpOperand *> path;
};

/// `target = target + scale(lhs * rhs)` (or `-`), summed over the loops that `target` does not use; or
/// `target = target + f(lhs, rhs, others)`, where `f` adds, subtracts and multiplies floating-point numbers.
struct Accumulation {
  llvm::SmallVector<unsigned> loops;              ///< all, in the order of the program: outermost first
  mlir::Operation *lhs = nullptr, *rhs = nullptr; ///< loads
  /// True for such an `f`. Each of its loads uses the loops that `lhs` or `rhs` uses, in the same order.
  bool isGeneral = false;
  /// True if an expression of elements is summed that is no product of two: no contraction. `lhs` and `rhs` are one of
  /// the elements.
  bool isReduction = false;
  /// The product, with what multiplies it inside the sum; null if `combine` is an `llvm.intr.fmuladd`.
  mlir::Value term;
  llvm::SmallVector<mlir::OpOperand *> scales; ///< multiplications applied to the sum: the operands that take it
  mlir::Operation *combine = nullptr;          ///< the addition or subtraction that is repeated
  bool subtract = false;
};

/// What the program does to the elements of one array: it assigns them, accumulates into them, or both, in this order.
struct Statement {
  mlir::Operation *store = nullptr;
  llvm::SmallVector<unsigned> loops; ///< around the store, outermost first
  std::optional<Assignment> assignment;
  std::optional<Accumulation> accumulation;
  llvm::SmallVector<mlir::Operation *> assignmentReads, accumulationReads; ///< loads
  /// True if the program adds in another order than assignment and accumulation done one after the other: it stores
  /// something made of a finished `sum`, which begins with `start`.
  bool reassociated = false;
  mlir::Value sum, start;
  /// If it is made by more than additions and multiplications, so that there is no assignment to begin with: by what.
  std::string finishedBy;
};

/// A nest whose statements may be executed one after the other, each in a nest of its own.
struct LoopNest {
  OpRange range;
  llvm::SmallVector<NestLoop> loops;
  llvm::DenseMap<mlir::Block *, llvm::SmallVector<unsigned>> loopsAround; ///< the operations of a block
  llvm::DenseMap<mlir::Operation *, Access> accesses;
  std::vector<Statement> statements; ///< in the order in which they may be executed
  /// Accesses of different memrefs that must not overlap for the above to hold, where this is not proven.
  llvm::SmallVector<std::pair<mlir::Operation *, mlir::Operation *>> mustNotOverlap;

  const Access &access(mlir::Operation *op) const { return accesses.find(op)->second; }
  const Access &target(const Statement &statement) const { return access(statement.store); }
};

/// True for the four kinds of loop operations above.
bool isNestLoop(mlir::Operation *op);

/// True for the operations that load, or store, one element: of memref, affine or, through a pointer, llvm.
bool isElementLoad(mlir::Operation *op);
bool isElementStore(mlir::Operation *op);
/// What such a store stores.
mlir::Value storedValue(mlir::Operation *store);

/// Analyzes the nest that `root` begins: `root` itself or, if `root` sums into a loop-carried value, all up to the
/// store of the sum. Fails with the reason, which completes "not raised: ...".
mlir::FailureOr<LoopNest> analyzeLoopNest(mlir::Operation *root, mlir::AliasAnalysis &aliases, std::string &reason);

/// True if the value is a floating-point or integer zero (of any sign).
bool isZero(mlir::Value value);

} // namespace lexon

#endif // LEXON_ANALYSIS_LOOPCONTRACTION_H
