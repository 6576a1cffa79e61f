//===- DependencePolyhedron.h - where two accesses meet ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The iterations in which two accesses of a nest name one element, as an integer set (Feautrier, Dataflow analysis of
// array and scalar references, 1991, section 3). Upstream has this for affine loops and memrefs only
// (`affine::checkMemrefAccessDependence`), not for `scf` loops, pointers, and indices that wrap around.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_ANALYSIS_DEPENDENCEPOLYHEDRON_H
#define LEXON_LIB_ANALYSIS_DEPENDENCEPOLYHEDRON_H

#include "lexon/Analysis/LoopContraction.h"

#include "mlir/Analysis/Presburger/IntegerRelation.h"
#include "llvm/ADT/MapVector.h"

namespace lexon::detail {

/// A sum of variables by number, and a constant.
struct VariableSum {
  SmallVector<llvm::DynamicAPInt> coefficients; ///< as far as they are not 0
  llvm::DynamicAPInt constant = llvm::DynamicAPInt(0);

  void add(unsigned variable, const llvm::DynamicAPInt &coefficient);
  /// `*this + factor * other`.
  VariableSum plus(const VariableSum &other, int64_t factor) const;
};

/// Counters and invariants are integers of 64 bits at most, and what is computed from them is known modulo 2^64. A sum
/// becomes a constraint only where its value cannot wrap: the set may be larger than what runs, never smaller.
class DependencePolyhedron {
public:
  /// Of two accesses of one memref, or behind one pointer, in the nest whose indices `indices` reads.
  DependencePolyhedron(const LoopNest &nest, const LinearIndexReader &indices, const Access &first,
                       const Access &second);

  /// False if no iterations of the two accesses name one element.
  bool isAnywhere() const { return !set.isIntegerEmpty(); }
  /// False if, wherever they do, `second` comes in a later iteration of the loops around both than `first`, or in the
  /// same one. In parallel loops all other iterations count as earlier.
  bool isInEarlierIteration() const { return isInOtherIteration(/*isEarlier=*/true); }
  /// False if they only do in the same iteration of the loops around both.
  bool isInOtherIteration() const { return isInOtherIteration(/*isEarlier=*/false); }
  /// False if they never do in the same iteration of the loops around both.
  bool isInSameIteration() const;

private:
  using Integer = llvm::DynamicAPInt;
  struct Range {
    Integer low, high;
  };

  bool isInOtherIteration(bool isEarlier) const;
  unsigned addVariable(Range range);
  unsigned variableOf(Value invariant);
  SmallVector<unsigned> addCounters(ArrayRef<unsigned> loops);
  unsigned addCounter(const NestLoop &loop);
  void addBound(const std::optional<LinearIndex> &bound, unsigned counter, bool isLower, std::optional<int64_t> step);
  VariableSum sumOf(const LinearIndex &index, ArrayRef<unsigned> loops, ArrayRef<unsigned> counters);
  Range rangeOf(const VariableSum &sum) const;
  /// `sum >= 0`, or `sum == 0`.
  void require(mlir::presburger::IntegerPolyhedron &where, const VariableSum &sum, bool isEqual) const;

  const LoopNest &nest;
  const LinearIndexReader &indices;
  mlir::presburger::IntegerPolyhedron set;
  SmallVector<Range> ranges; ///< of the variables
  llvm::DenseMap<Value, unsigned> invariants;
  SmallVector<unsigned> firstLoops, secondLoops; ///< around the accesses, outermost first
  SmallVector<unsigned> firstCounters, secondCounters;
};

} // namespace lexon::detail

#endif // LEXON_LIB_ANALYSIS_DEPENDENCEPOLYHEDRON_H
