//===- LoopDependence.cpp - may the statements of a nest be taken apart? --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Loop distribution: two statements may each get a nest of their own if they meet in one element only within the same
// iteration of the loops around both (Kennedy and Allen, Optimizing Compilers for Modern Architectures, section 5.3).
//
//===----------------------------------------------------------------------===//

#include "DependencePolyhedron.h"
#include "LoopContractionDetail.h"

#include "lexon/Analysis/Overlap.h"

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

/// What a statement reads must not be what it writes, except each element before it is assigned or added to.
LogicalResult NestAnalysis::checkStatement(const Statement &statement) {
  const Access &target = nest.target(statement);
  if (mayOverlapItself(target.type()))
    return refuse("the layout of the array that is stored to has one element at several indices");
  auto check = [&](Operation *load, bool mayBeTarget) -> LogicalResult {
    const Access &read = nest.access(load);
    if (read.memref != target.memref)
      return requireDistinct(statement.store, load);
    if (mayBeTarget && read.sameAs(target))
      return success();
    DependencePolyhedron meeting(nest, indices, read, target);
    if (mayBeTarget ? !meeting.isInOtherIteration() : !meeting.isAnywhere())
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
  DependencePolyhedron meeting(nest, indices, a, b);
  if (!meeting.isInEarlierIteration() && (secondIsLater || !meeting.isInSameIteration()))
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
