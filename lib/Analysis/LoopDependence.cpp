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

/// All loads and the store.
SmallVector<Operation *> accessesOf(const Statement &statement) {
  SmallVector<Operation *> accesses(statement.assignmentReads);
  llvm::append_range(accesses, statement.accumulationReads);
  accesses.push_back(statement.store);
  return accesses;
}
} // namespace

LogicalResult NestAnalysis::checkDependences() {
  bool isInOrder = true;
  for (auto [number, second] : llvm::enumerate(nest.statements)) {
    if (failed(checkStatement(second)))
      return failure();
    for (const Statement &first : ArrayRef(nest.statements).take_front(number)) {
      if (failed(checkNames(first, second)))
        return failure();
      isInOrder = isInOrder && mayPrecede(first, second);
    }
  }
  return isInOrder ? success() : orderStatements();
}

/// Statements that do not come apart in the program's order may do so in another one.
LogicalResult NestAnalysis::orderStatements() {
  std::vector<Statement> ordered;
  auto left = llvm::to_vector(llvm::seq<unsigned>(0, nest.statements.size()));
  while (!left.empty()) {
    auto *next = llvm::find_if(left, [&](unsigned number) {
      return llvm::all_of(left, [&](unsigned other) {
        return other == number || mayPrecede(nest.statements[number], nest.statements[other]);
      });
    });
    if (next == left.end())
      return refuse("one statement of the nest uses what another one stores in other iterations");
    ordered.push_back(nest.statements[*next]);
    left.erase(next);
  }
  nest.statements = std::move(ordered);
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

/// Arrays of different names must be different ones.
LogicalResult NestAnalysis::checkNames(const Statement &first, const Statement &second) {
  auto check = [&](const Statement &stores, const Statement &reads) -> LogicalResult {
    for (Operation *access : accessesOf(reads))
      if (nest.target(stores).memref != nest.access(access).memref && failed(requireDistinct(stores.store, access)))
        return failure();
    return success();
  };
  return succeeded(check(first, second)) && succeeded(check(second, first)) ? success() : failure();
}

/// True if all of `first` may run before all of `second`, whatever the program's order.
bool NestAnalysis::mayPrecede(const Statement &first, const Statement &second) const {
  auto holds = [&](Operation *a, Operation *b) {
    if (nest.access(a).memref != nest.access(b).memref)
      return true;
    DependencePolyhedron meeting(nest, indices, nest.access(a), nest.access(b));
    return !meeting.isInEarlierIteration() && (isBefore(a, b) || !meeting.isInSameIteration());
  };
  return llvm::all_of(accessesOf(first), [&](Operation *access) { return holds(access, second.store); }) &&
         llvm::all_of(accessesOf(second), [&](Operation *access) { return holds(first.store, access); });
}

/// Notes two accesses of different memrefs as to be tested, unless they are proven apart.
LogicalResult NestAnalysis::requireDistinct(Operation *store, Operation *other) {
  const Access &a = nest.access(store), &b = nest.access(other);
  if (lexon::areDisjoint(a.memref, b.memref, aliases))
    return success();
  if (areSameView(a.memref, b.memref) || aliases.alias(a.memref, b.memref).isMust())
    return refuse("two names of one array, one of them stored to");
  if (!llvm::is_contained(nest.mustNotOverlap, std::make_pair(store, other)) &&
      !llvm::is_contained(nest.mustNotOverlap, std::make_pair(other, store)))
    nest.mustNotOverlap.push_back({store, other});
  return success();
}
