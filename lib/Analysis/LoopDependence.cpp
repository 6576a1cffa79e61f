//===- LoopDependence.cpp - may the statements of a nest be taken apart? --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Loop distribution: two statements may each get a nest of their own if they meet in one element only within the same
// iteration of the loops around both (Kennedy and Allen, Optimizing Compilers for Modern Architectures, section 5.3).
//
//===----------------------------------------------------------------------===//

#include "LoopContractionDetail.h"

#include "lexon/Analysis/Overlap.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::detail::NestAnalysis;

namespace {
/// True if `a` runs before `b` in the same iteration; neither is inside the other.
bool isBefore(Operation *a, Operation *b) {
  for (; a; a = a->getParentOp())
    if (Operation *ancestor = a->getBlock()->findAncestorOpInBlock(*b))
      return ancestor != a && a->isBeforeInBlock(ancestor);
  return false;
}

/// The first and the last value of a linear index of at most one loop, if the loop is known.
std::optional<std::pair<int64_t, int64_t>> rangeOf(const LinearIndex &index, ArrayRef<NestLoop> loops) {
  int64_t first = index.constant, last = index.constant, span = 0;
  if (index.loops.empty())
    return std::make_pair(first, last);
  auto [number, coefficient] = index.loops.front();
  const NestLoop &loop = loops[number];
  if (!loop.lower || !loop.step || !loop.trips || llvm::MulOverflow(coefficient, *loop.lower, first) ||
      llvm::AddOverflow(first, index.constant, first) || llvm::MulOverflow(*loop.trips - 1, *loop.step, span) ||
      llvm::MulOverflow(span, coefficient, span) || llvm::AddOverflow(first, span, last))
    return std::nullopt;
  return std::make_pair(first, last);
}
} // namespace

LogicalResult NestAnalysis::checkDependences() {
  for (auto [number, second] : llvm::enumerate(nest.statements)) {
    if (failed(checkStatement(second)))
      return failure();
    for (const Statement &first : ArrayRef(nest.statements).take_front(number))
      if (failed(checkPair(first, second)))
        return failure();
  }
  return success();
}

/// True if a constant difference in one index keeps two accesses of one memref apart.
bool NestAnalysis::areDisjoint(const Access &a, const Access &b) const {
  for (auto [indexA, indexB] : llvm::zip(a.indices, b.indices)) {
    // What is the same for both, being invariant, does not matter.
    LinearIndex invariantsA, invariantsB;
    invariantsA.invariants = indexA.invariants;
    invariantsB.invariants = indexB.invariants;
    if (!(invariantsA == invariantsB))
      continue;
    auto rangeA = rangeOf(indexA, nest.loops), rangeB = rangeOf(indexB, nest.loops);
    if (rangeA && rangeB && (rangeA->second < rangeB->first || rangeB->second < rangeA->first))
      return true;
  }
  return false;
}

/// True if two accesses of one memref only meet where all loops around both are in the same iteration.
bool NestAnalysis::onlyInSameIteration(const Access &a, const Access &b) const {
  const SmallVector<unsigned> &around = nest.loopsAround.find(b.op->getBlock())->second;
  for (unsigned loop : nest.loopsAround.find(a.op->getBlock())->second) {
    if (!llvm::is_contained(around, loop))
      continue;
    int dim = a.dimOf(loop);
    if (dim < 0 || !(a.indices[dim] == b.indices[dim]))
      return false;
  }
  return true;
}

/// What a statement reads must not be what it writes, except each element before it is assigned or added to.
LogicalResult NestAnalysis::checkStatement(const Statement &statement) {
  const Access &target = nest.target(statement);
  if (mayOverlapItself(target.type()))
    return refuse("the layout of the array that is stored to has one element at several indices");
  auto check = [&](Operation *load, bool mayBeTarget) -> LogicalResult {
    const Access &read = nest.access(load);
    if (read.memref != target.memref)
      return requireDistinct(statement.store, load);
    if ((mayBeTarget && read.sameAs(target)) || areDisjoint(read, target))
      return success();
    return refuse("the array that is stored to is also read in other places");
  };
  for (Operation *load : statement.assignmentReads)
    if (failed(check(load, /*mayBeTarget=*/true)))
      return failure();
  for (Operation *load : statement.accumulationReads)
    if (failed(check(load, /*mayBeTarget=*/false)))
      return failure();
  return success();
}

LogicalResult NestAnalysis::checkPair(const Statement &first, const Statement &second) {
  if (failed(checkOrder(first.store, second.store, true)))
    return failure();
  for (const auto *reads : {&first.assignmentReads, &first.accumulationReads})
    for (Operation *load : *reads)
      if (failed(checkOrder(load, second.store, true)))
        return failure();
  for (const auto *reads : {&second.assignmentReads, &second.accumulationReads})
    for (Operation *load : *reads)
      if (failed(checkOrder(first.store, load, isBefore(first.store, load))))
        return failure();
  return success();
}

/// All of `first` will run before all of `second`. `secondIsLater` says whether it was so in each iteration.
LogicalResult NestAnalysis::checkOrder(Operation *first, Operation *second, bool secondIsLater) {
  const Access &a = nest.access(first), &b = nest.access(second);
  if (a.memref != b.memref)
    return requireDistinct(first, second);
  if (areDisjoint(a, b) || (secondIsLater && onlyInSameIteration(a, b)))
    return success();
  return refuse("one statement of the nest uses what another one stores in other iterations");
}

/// Notes two accesses of different memrefs as to be tested, unless they are proven apart.
LogicalResult NestAnalysis::requireDistinct(Operation *store, Operation *other) {
  const Access &a = nest.access(store), &b = nest.access(other);
  if (lexon::areDisjoint(a.memref, b.memref, aliases))
    return success();
  if (areSameView(a.memref, b.memref) || aliases.alias(a.memref, b.memref).isMust())
    return refuse("two names of one array, one of them stored to");
  if (!llvm::is_contained(nest.mustNotOverlap, std::make_pair(store, other)))
    nest.mustNotOverlap.push_back({store, other});
  return success();
}
