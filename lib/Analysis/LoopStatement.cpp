//===- LoopStatement.cpp - what each store of a nest computes -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "LoopContractionDetail.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::detail::NestAnalysis;

namespace {
/// Expressions deeper than this are not followed: recursion must not depend on the input's size.
constexpr unsigned kMaxDepth = 64;
/// A product with more operands than this is not followed.
constexpr size_t kMaxFactors = 8;
/// A term of more elements is left to the program: they would not stay in registers.
constexpr size_t kMaxElements = 4;

bool isAdd(Operation *op) { return isa_and_nonnull<arith::AddFOp, arith::AddIOp>(op); }
bool isSub(Operation *op) { return isa_and_nonnull<arith::SubFOp, arith::SubIOp>(op); }
bool isMul(Operation *op) { return isa_and_nonnull<arith::MulFOp, arith::MulIOp>(op); }
/// True for arithmetic that is done on vectors as on elements.
bool isArithmetic(Operation *op) {
  return isa_and_nonnull<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp, LLVM::FMulAddOp>(op);
}

/// Drops from `assignment` what a start at zero makes void, as `0 * x` and `0 + x`.
void simplify(Assignment &assignment) {
  while (!assignment.path.empty() && isZero(assignment.start)) {
    OpOperand *through = assignment.path.front();
    Operation *op = through->getOwner();
    Value other = op->getOperand(1 - through->getOperandNumber());
    bool firstOfSub = isSub(op) && through->getOperandNumber() == 0;
    if (firstOfSub)
      return;
    if (!isMul(op))
      assignment.start = other;
    assignment.path.erase(assignment.path.begin());
    if (!isMul(op))
      return;
  }
}
} // namespace

bool lexon::isZero(Value value) { return matchPattern(value, m_AnyZeroFloat()) || matchPattern(value, m_Zero()); }

LogicalResult NestAnalysis::readStatements() {
  for (Statement &statement : nest.statements)
    if (failed(readStatement(statement)))
      return failure();
  return success();
}

LogicalResult NestAnalysis::readStatement(Statement &statement) {
  const Access &target = nest.target(statement);
  Value stored = storedValue(statement.store);
  bool sumsInMemory = false;
  for (unsigned loop : statement.loops) {
    sumsInMemory |= !target.uses(loop);
    if (nest.loops[loop].isParallel && !target.uses(loop))
      return refuse("parallel iterations store to the same element");
  }
  OpResult sum;
  SmallVector<OpOperand *> path;
  bool hasPath = succeeded(findSum(stored, sum, path));
  if (!hasPath) {
    statement.finishedBy = reason;
    SmallVector<OpResult> sums = sumsIn(stored);
    if (sums.size() != 1 || failed(readFinishedSum(statement, sums.front())))
      return failure();
  } else if (sum) {
    if (failed(readSum(statement, sum, path)))
      return failure();
  } else if (sumsInMemory) {
    if (failed(readMemorySum(statement, stored)))
      return failure();
  } else if (failed(readAssignment(statement, {stored, {}}))) {
    return failure();
  }
  if (sumsInMemory && (statement.assignment || !statement.finishedBy.empty()))
    return refuse("an element is stored again and again without being summed");
  if (!statement.accumulation)
    return success();
  if (failed(readTerm(*statement.accumulation, statement.accumulationReads)))
    return failure();
  if (succeeded(checkDimensions(statement)))
    return success();
  // No contraction: but still a sum, if every loop takes part.
  std::string known = reason;
  Accumulation &accumulation = *statement.accumulation;
  accumulation.isGeneral = false;
  accumulation.isReduction = true;
  if (succeeded(checkDimensions(statement)))
    return success();
  reason = known;
  return failure();
}

/// True if `value` is the element of the target, as it is when the statement begins.
bool NestAnalysis::isTargetLoad(const Statement &statement, Value value) const {
  Operation *load = value.getDefiningOp();
  return isElementLoad(load) && nest.range.contains(load) && load->getBlock() == statement.store->getBlock() &&
         nest.access(load).sameAs(nest.target(statement));
}

/// stored = path(sum), with a sum carried by loops.
LogicalResult NestAnalysis::readSum(Statement &statement, OpResult sum, SmallVector<OpOperand *> path) {
  if (!storedSums.insert(sum).second)
    return refuse("one sum is stored twice");
  Accumulation accumulation;
  accumulation.loops = statement.loops;
  Value start;
  if (failed(readSumLoop(sum, accumulation, start)))
    return failure();
  for (OpOperand *through : path) {
    Operation *op = through->getOwner();
    if (isMul(op))
      accumulation.scales.push_back(through);
    accumulation.subtract ^= isSub(op) && through->getOperandNumber() == 1;
  }
  statement.accumulation = accumulation;
  statement.sum = sum;
  statement.start = start;
  statement.reassociated = !path.empty() && isa<FloatType>(sum.getType());
  Assignment assignment{start, path};
  simplify(assignment);
  if (assignment.path.empty() && isTargetLoad(statement, assignment.start)) {
    statement.assignmentReads.push_back(assignment.start.getDefiningOp());
    return success();
  }
  return readAssignment(statement, assignment);
}

/// stored = f(sum), for any `f` of elements and invariants. Fails with the reason that there is already, or its own.
LogicalResult NestAnalysis::readFinishedSum(Statement &statement, OpResult sum) {
  if (!isa<FloatType>(sum.getType()) || !storedSums.insert(sum).second)
    return failure();
  Accumulation accumulation;
  accumulation.loops = statement.loops;
  if (failed(readSumLoop(sum, accumulation, statement.start)))
    return failure();
  statement.accumulation = accumulation;
  statement.sum = sum;
  statement.reassociated = true;
  llvm::DenseSet<Value> seen{sum};
  if (failed(readExpression(storedValue(statement.store), statement.assignmentReads, seen)))
    return failure();
  return readExpression(statement.start, statement.assignmentReads, seen);
}

/// A loop (or several, one directly inside the other) that adds a term to its carried value in each iteration.
LogicalResult NestAnalysis::readSumLoop(OpResult sum, Accumulation &accumulation, Value &start) {
  Value expectedStart;
  while (true) {
    auto loop = cast<LoopLikeOpInterface>(sum.getOwner());
    unsigned number = sum.getResultNumber();
    Block *body = &loop->getRegion(0).front();
    Value first = loop.getInits()[number], carried = loop.getRegionIterArgs()[number];
    if (expectedStart && first != expectedStart)
      return refuse("an inner loop does not continue the sum of the outer one");
    if (!expectedStart)
      start = first;
    accumulation.loops.push_back(nest.loopsAround[body].back());
    Value next = loop.getYieldedValues()[number];
    if (readFused(next.getDefiningOp(), carried, accumulation))
      return next.getDefiningOp()->getBlock() == body ? success()
                                                      : refuse("a loop-carried value is not a sum of products");
    Operation *op = next.getDefiningOp();
    if (op && isNestLoop(op) && op->getBlock() == body) {
      sum = cast<OpResult>(next);
      expectedStart = carried;
      continue;
    }
    bool isFirst = op && op->getNumOperands() == 2 && op->getOperand(0) == carried;
    bool isSecond = isAdd(op) && op->getOperand(1) == carried;
    if (!(isAdd(op) || isSub(op)) || op->getBlock() != body || isFirst == isSecond)
      return refuse("a loop-carried value is not a sum of products");
    accumulation.combine = op;
    accumulation.subtract = isSub(op);
    accumulation.term = op->getOperand(isFirst ? 1 : 0);
    return success();
  }
}

/// `x * y + carried`, as Clang writes it where the language allows to round once.
bool NestAnalysis::readFused(Operation *op, Value carried, Accumulation &accumulation) const {
  auto fused = dyn_cast_or_null<LLVM::FMulAddOp>(op);
  if (!fused || fused.getC() != carried || fused.getA() == carried || fused.getB() == carried ||
      !isa<FloatType>(fused.getType()))
    return false;
  accumulation.combine = fused;
  return true;
}

/// stored = target + term, again and again.
LogicalResult NestAnalysis::readMemorySum(Statement &statement, Value stored) {
  Operation *op = stored.getDefiningOp();
  Accumulation fused;
  if (op && op->getNumOperands() == 3 && isTargetLoad(statement, op->getOperand(2)) &&
      readFused(op, op->getOperand(2), fused)) {
    fused.loops = statement.loops;
    statement.accumulation = fused;
    statement.assignmentReads.push_back(op->getOperand(2).getDefiningOp());
    return success();
  }
  if (!isAdd(op) && !isSub(op))
    return refuse("an element is stored again and again without being summed");
  bool first = isTargetLoad(statement, op->getOperand(0)), second = isTargetLoad(statement, op->getOperand(1));
  if (first == second || (second && isSub(op)))
    return refuse("an element is stored again and again without being summed");
  Accumulation accumulation;
  accumulation.loops = statement.loops;
  accumulation.combine = op;
  accumulation.subtract = isSub(op);
  accumulation.term = op->getOperand(first ? 1 : 0);
  statement.accumulation = accumulation;
  statement.assignmentReads.push_back(op->getOperand(first ? 0 : 1).getDefiningOp());
  return success();
}

/// The results of loops that `value` is made of.
SmallVector<OpResult> NestAnalysis::sumsIn(Value value) const {
  SmallVector<OpResult> sums;
  SmallVector<Value> worklist{value};
  llvm::DenseSet<Value> seen{value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    Operation *op = next.getDefiningOp();
    if (!op || !nest.range.contains(op))
      continue;
    if (isNestLoop(op)) {
      sums.push_back(cast<OpResult>(next));
      continue;
    }
    for (Value operand : op->getOperands())
      if (seen.insert(operand).second)
        worklist.push_back(operand);
  }
  return sums;
}

/// Finds the one loop result that `value` is made of, and the operations between; none if there is none.
LogicalResult NestAnalysis::findSum(Value value, OpResult &sum, SmallVectorImpl<OpOperand *> &path) {
  while (containsSum(value)) {
    Operation *op = value.getDefiningOp();
    if (isNestLoop(op)) {
      sum = cast<OpResult>(value);
      std::reverse(path.begin(), path.end());
      return success();
    }
    if (!isAdd(op) && !isSub(op) && !isMul(op))
      return refuse("'" + op->getName().getStringRef() + "' applied to the sum");
    bool first = containsSum(op->getOperand(0)), second = containsSum(op->getOperand(1));
    if (first && second)
      return refuse("one store combines two sums");
    OpOperand &through = op->getOpOperand(first ? 0 : 1);
    if (isMul(op) && !nest.range.isInvariant(op->getOperand(first ? 1 : 0)))
      return refuse("the sum is multiplied by a value that changes in the nest");
    path.push_back(&through);
    value = through.get();
  }
  return success();
}

LogicalResult NestAnalysis::readTerm(Accumulation &accumulation, SmallVectorImpl<Operation *> &reads) {
  SmallVector<Operation *> factors;
  SmallVector<Value> parts{accumulation.term};
  if (!accumulation.term)
    parts.assign({accumulation.combine->getOperand(0), accumulation.combine->getOperand(1)});
  for (Value part : parts)
    if (failed(readFactors(part, factors, reads, 0)))
      return readOtherTerm(accumulation, parts, reads);
  if (factors.size() != 2) {
    reason = "what is summed is not a product of two elements";
    return readOtherTerm(accumulation, parts, reads);
  }
  accumulation.lhs = factors[0];
  accumulation.rhs = factors[1];
  return success();
}

/// A sum of products, as of a symmetric update of rank 2k: any arithmetic on elements of two kinds, those of rows and
/// those of columns. Fails with the reason that there is already.
LogicalResult NestAnalysis::readGeneralTerm(Accumulation &accumulation, ArrayRef<Value> parts,
                                            SmallVectorImpl<Operation *> &reads) {
  reads.clear();
  Type type = parts.front().getType();
  SmallVector<Value> worklist(llvm::reverse(parts));
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!seen.insert(value).second || nest.range.isInvariant(value))
      continue;
    if (value.getType() != type || (!isElementLoad(op) && !isArithmetic(op)) || seen.size() > kMaxDepth)
      return failure();
    if (isElementLoad(op))
      reads.push_back(op);
    else
      llvm::append_range(worklist, llvm::reverse(op->getOperands()));
  }
  if (reads.size() > kMaxElements || reads.empty() || !isa<FloatType>(type))
    return failure();
  auto loopsOf = [&](Operation *load) {
    SmallVector<unsigned> loops;
    for (const LinearIndex &index : nest.access(load).indices)
      for (auto [loop, coefficient] : index.loops)
        loops.push_back(loop);
    return loops;
  };
  accumulation.isGeneral = true;
  accumulation.lhs = accumulation.rhs = reads.front();
  for (Operation *load : reads) {
    if (loopsOf(load) == loopsOf(accumulation.lhs) || loopsOf(load) == loopsOf(accumulation.rhs))
      continue;
    if (accumulation.rhs != accumulation.lhs)
      return failure();
    accumulation.rhs = load;
  }
  return accumulation.rhs != accumulation.lhs ? success() : failure();
}

/// Collects in `factors` the loads whose element changes in the nest, in `reads` all loads.
LogicalResult NestAnalysis::readFactors(Value value, SmallVectorImpl<Operation *> &factors,
                                        SmallVectorImpl<Operation *> &reads, unsigned depth) {
  if (nest.range.isInvariant(value))
    return success();
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::NegFOp>(op) && depth < kMaxDepth)
    return readFactors(op->getOperand(0), factors, reads, depth + 1);
  if (isMul(op) && depth < kMaxDepth) {
    if (failed(readFactors(op->getOperand(0), factors, reads, depth + 1)))
      return failure();
    return readFactors(op->getOperand(1), factors, reads, depth + 1);
  }
  if (isa_and_nonnull<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(op) &&
      isElementLoad(op->getOperand(0).getDefiningOp()))
    op = op->getOperand(0).getDefiningOp();
  if (!isElementLoad(op) || reads.size() >= kMaxFactors)
    return refuse("what is summed is not a product of two elements");
  reads.push_back(op);
  bool varies = llvm::any_of(nest.access(op).indices, [](const LinearIndex &index) { return !index.loops.empty(); });
  if (varies)
    factors.push_back(op);
  return success();
}

/// What is summed, where it is no product of two elements. Fails with the reason that there is already.
LogicalResult NestAnalysis::readOtherTerm(Accumulation &accumulation, ArrayRef<Value> parts,
                                          SmallVectorImpl<Operation *> &reads) {
  if (succeeded(readGeneralTerm(accumulation, parts, reads)))
    return success();
  accumulation.isGeneral = false;
  reads.clear();
  std::string known = reason;
  llvm::DenseSet<Value> seen;
  for (Value part : parts)
    if (failed(readExpression(part, reads, seen)))
      reads.clear();
  reason = known;
  if (reads.empty())
    return failure();
  accumulation.isReduction = true;
  accumulation.lhs = accumulation.rhs = reads.front();
  return success();
}

/// Each loop runs through the target and a factor, or through both factors; of a reduction, through any element.
LogicalResult NestAnalysis::checkDimensions(const Statement &statement) {
  const Accumulation &accumulation = *statement.accumulation;
  const Access &target = nest.target(statement);
  const Access &lhs = nest.access(accumulation.lhs), &rhs = nest.access(accumulation.rhs);
  bool sums = false;
  for (unsigned loop : accumulation.loops) {
    if (accumulation.isReduction) {
      bool isRead =
          llvm::any_of(statement.accumulationReads, [&](Operation *load) { return nest.access(load).uses(loop); });
      if (!isRead && !target.uses(loop))
        return refuse("a loop adds the same again and again");
      sums |= !target.uses(loop);
      continue;
    }
    bool inLhs = lhs.uses(loop), inRhs = rhs.uses(loop), inTarget = target.uses(loop);
    if (!inLhs && !inRhs)
      return refuse("a loop runs through neither factor of the product");
    if (!inTarget && inLhs != inRhs)
      return refuse("a loop sums over one factor alone");
    sums |= !inTarget;
  }
  return sums ? success() : refuse("no loop sums");
}

/// An expression of elements and invariants.
LogicalResult NestAnalysis::readExpression(Value value, SmallVectorImpl<Operation *> &reads,
                                           llvm::DenseSet<Value> &seen) {
  if (!seen.insert(value).second || nest.range.isInvariant(value))
    return success();
  Operation *op = value.getDefiningOp();
  if (!op)
    return refuse("a loop counter or loop-carried value is stored");
  if (isElementLoad(op)) {
    reads.push_back(op);
    return success();
  }
  if (op->getNumRegions() != 0 || !isMemoryEffectFree(op) || seen.size() > kMaxDepth)
    return refuse("'" + op->getName().getStringRef() + "' in the value that is stored");
  for (Value operand : op->getOperands()) {
    if (!operand.getType().isIntOrIndexOrFloat())
      return refuse("'" + op->getName().getStringRef() + "' in the value that is stored");
    if (failed(readExpression(operand, reads, seen)))
      return failure();
  }
  return success();
}

LogicalResult NestAnalysis::readAssignment(Statement &statement, Assignment assignment) {
  llvm::DenseSet<Value> seen;
  SmallVector<Value> parts{assignment.start};
  for (OpOperand *through : assignment.path)
    parts.push_back(through->getOwner()->getOperand(1 - through->getOperandNumber()));
  for (Value part : parts)
    if (failed(readExpression(part, statement.assignmentReads, seen)))
      return failure();
  statement.assignment = assignment;
  return success();
}
