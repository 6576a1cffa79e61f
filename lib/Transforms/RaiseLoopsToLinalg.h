//===- RaiseLoopsToLinalg.h - parts of raise-loops-to-linalg -----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The pass has four parts: which nests (RaiseLoopsToLinalg.cpp), the views that a nest's accesses go through
// (...Views.cpp), the operations that take its place (...Ops.cpp), and how much of a nest at a time (...Blocks.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_RAISELOOPSTOLINALG_H
#define LEXON_TRANSFORMS_RAISELOOPSTOLINALG_H

#include "lexon/Analysis/LoopContraction.h"
#include "lexon/Transforms/OverlapTest.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

namespace lexon::raising {

/// What an access reads or writes in the whole nest, as a memref with one dimension for each loop it uses.
struct View {
  Value memref;
  SmallVector<unsigned> loops; ///< that run through the dimensions
};

/// Computes, outside of a nest, what its operations need.
class NestViews {
public:
  NestViews(const LoopNest &nest, OpBuilder builder) : nest(nest), builder(builder) {}

  /// From now on, values are computed before `op`.
  void moveBefore(Operation *op) { builder.setInsertionPoint(op); }
  /// An invariant of the nest, as a value outside of it.
  Value hoist(Value value);
  View view(Operation *access);
  /// True (i1) if no address belongs to both views. Never true by mistake; false also for views that interleave.
  Value disjoint(Operation *access, Operation *other);
  /// True (i1) if all indices of an access through a pointer stay inside its inner dimensions; null if that is known.
  Value within(const Access &access);
  /// True (i1) if the loops make at least `count` iterations together; null if that is known. `known` says which.
  Value atLeast(ArrayRef<unsigned> loops, int64_t count, bool &known);

  /// Memory for the elements of `load` with what multiplies them in the product, if anything does: so that it
  /// multiplies once, not for each sum. Returns whether there is such memory (i1), null if it is not needed.
  Value allocateCopy(const Accumulation &accumulation, Operation *load);
  /// Memory for the sums of a statement that stores something made of them, if its target cannot hold them meanwhile.
  /// Returns whether there is such memory (i1), null if it is not needed.
  Value allocateSums(const Statement &statement);
  /// The memory for multiples of the elements of a load, or for the sums of a store; null if there is none.
  Value copyOf(Operation *access) const { return copies.lookup(access); }
  void freeCopies(OpBuilder &at) const;
  /// The number of iterations of `loop`.
  Value count(unsigned loop) { return value(trips(loop)); }

private:
  OpFoldResult lower(unsigned loop);
  OpFoldResult upper(unsigned loop);
  OpFoldResult step(unsigned loop);
  OpFoldResult trips(unsigned loop);
  OpFoldResult affineBound(AffineMap map, ValueRange operands, bool isLower);
  OpFoldResult index(Value value);
  OpFoldResult first(const LinearIndex &index);
  OpFoldResult stride(const PointerDim &dim);
  Value pointerView(const Access &access, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                    ArrayRef<OpFoldResult> strides, ArrayRef<unsigned> kept);
  Value subview(Location loc, Value source, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                ArrayRef<OpFoldResult> strides, ArrayRef<unsigned> kept);
  Value allocateFor(Operation *access, Type element);
  bool coversAll(const Access &access, ArrayRef<OpFoldResult> sizes) const;

  OpFoldResult add(OpFoldResult a, OpFoldResult b);
  OpFoldResult multiply(OpFoldResult a, int64_t factor);
  OpFoldResult multiply(OpFoldResult a, OpFoldResult b);
  Value value(OpFoldResult folded);

  const LoopNest &nest;
  OpBuilder builder;
  IRMapping hoisted;
  llvm::DenseMap<Value, Value> casts;    ///< of integers to indices
  llvm::DenseMap<Value, Value> memories; ///< of pointers, as memrefs
  llvm::DenseMap<unsigned, OpFoldResult> knownTrips;
  SmallVector<std::pair<Operation *, View>> views;
  DisjointTests tests;
  llvm::MapVector<Operation *, Value> copies;
};

/// True if the addresses of `type` can be compared with others.
/// The operand of an accumulation's product that holds the element of `load`, and not the other factor; null if none.
Value sideOf(const Accumulation &accumulation, Operation *load);

bool hasComparableAddresses(MemRefType type);

/// If several statements of the nest multiply one matrix, each with a vector: a copy of its loops, before it, inside a
/// loop over blocks of the matrix's rows, of about so many bytes. Null otherwise.
Operation *copyInBlocks(const LoopNest &nest, NestViews &views, int64_t bytes, OpBuilder &builder);

/// Emits each statement of `nest` as one or two linalg operations at the builder's place; returns their names.
/// `fuses`: what the language allows to round once is.
SmallVector<std::string> emitStatements(OpBuilder &builder, const LoopNest &nest, NestViews &views, bool keepsOrder,
                                        bool fuses);

} // namespace lexon::raising

#endif // LEXON_TRANSFORMS_RAISELOOPSTOLINALG_H
