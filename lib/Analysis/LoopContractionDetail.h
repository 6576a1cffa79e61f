//===- LoopContractionDetail.h - the parts of one analysis ------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The analysis of loop nests in steps, each in a file of its own: LoopNest.cpp reads loops and accesses,
// PointerShape.cpp gives memory behind pointers dimensions, LoopStatement.cpp finds out what is stored,
// LoopDependence.cpp whether the statements may be taken apart.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_ANALYSIS_LOOPCONTRACTIONDETAIL_H
#define LEXON_LIB_ANALYSIS_LOOPCONTRACTIONDETAIL_H

#include "lexon/Analysis/LoopContraction.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/Twine.h"

namespace lexon::detail {

/// Each step needs the ones before. A step that fails leaves the reason.
class NestAnalysis {
public:
  NestAnalysis(LoopNest &nest, AliasAnalysis &aliases, std::string &reason)
      : nest(nest), aliases(aliases), reason(reason), indices(nest.range), pointers(nest.range) {}

  LogicalResult readNest();
  LogicalResult readStatements();
  LogicalResult checkDependences();

private:
  LogicalResult refuse(const llvm::Twine &why) {
    reason = why.str();
    return failure();
  }

  // LoopNest.cpp
  LogicalResult readOperation(Operation *op);
  LogicalResult readLoop(Operation *op);
  LogicalResult readCounters(Operation *op);
  LogicalResult addLoop(Operation *op, unsigned dim, Value counter, ValueRange bounds, std::optional<int64_t> lower,
                        std::optional<int64_t> upper, std::optional<int64_t> step);
  LogicalResult readAccess(Operation *op);
  LogicalResult readPointerAccess(Operation *op);
  LogicalResult checkAccess(const Access &access);
  bool isWithin(const LinearIndex &index, int64_t extent) const;

  // PointerShape.cpp
  void joinBases();
  LogicalResult shapePointers();
  LogicalResult shapePointer(Value base, ArrayRef<Operation *> ops);

  // LoopStatement.cpp
  LogicalResult readStatement(Statement &statement);
  LogicalResult readSum(Statement &statement, OpResult sum, SmallVector<OpOperand *> path);
  LogicalResult readFinishedSum(Statement &statement, OpResult sum);
  LogicalResult readSumLoop(OpResult sum, Accumulation &accumulation, Value &start);
  LogicalResult readMemorySum(Statement &statement, Value stored);
  LogicalResult findSum(Value value, OpResult &sum, SmallVectorImpl<OpOperand *> &path);
  bool containsSum(Value value) const { return !sumsIn(value).empty(); }
  SmallVector<OpResult> sumsIn(Value value) const;
  bool readFused(Operation *op, Value carried, Accumulation &accumulation) const;
  LogicalResult readTerm(Accumulation &accumulation, SmallVectorImpl<Operation *> &reads);
  LogicalResult readGeneralTerm(Accumulation &accumulation, ArrayRef<Value> parts, SmallVectorImpl<Operation *> &reads);
  LogicalResult readFactors(Value value, SmallVectorImpl<Operation *> &factors, SmallVectorImpl<Operation *> &reads,
                            unsigned depth);
  LogicalResult readOtherTerm(Accumulation &accumulation, ArrayRef<Value> parts, SmallVectorImpl<Operation *> &reads);
  LogicalResult checkDimensions(const Statement &statement);
  LogicalResult readExpression(Value value, SmallVectorImpl<Operation *> &reads, llvm::DenseSet<Value> &seen);
  LogicalResult readAssignment(Statement &statement, Assignment assignment);
  bool isTargetLoad(const Statement &statement, Value value) const;

  // LoopDependence.cpp
  LogicalResult checkStatement(const Statement &statement);
  LogicalResult checkNames(const Statement &first, const Statement &second);
  bool mayPrecede(const Statement &first, const Statement &second) const;
  LogicalResult orderStatements();
  LogicalResult requireDistinct(Operation *store, Operation *other);

  LoopNest &nest;
  AliasAnalysis &aliases;
  std::string &reason;
  LinearIndexReader indices;
  PointerAddressReader pointers;
  llvm::MapVector<Operation *, PointerAddress> addresses; ///< of accesses through pointers
  llvm::DenseSet<Value> storedSums;                       ///< that statements so far use
};

} // namespace lexon::detail

#endif // LEXON_LIB_ANALYSIS_LOOPCONTRACTIONDETAIL_H
