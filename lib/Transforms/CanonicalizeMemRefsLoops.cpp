//===- CanonicalizeMemRefsLoops.cpp - what runs once for each slot --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A loop that fills or frees an array is one if it runs for each slot once. It may be scf.for, scf.while, or blocks:
// a loop that is left by `return` where an allocation fails is blocks, and counts once it is known not to fail.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon::arrays;

std::optional<bool> Structure::evaluate(Value condition, unsigned depth) const {
  auto found = known.find(condition);
  if (found != known.end())
    return found->second;
  APInt constant;
  if (matchPattern(condition, m_ConstantInt(&constant)))
    return constant.isOne();
  Operation *op = condition.getDefiningOp();
  if (!op || depth > 8 || !condition.getType().isInteger(1))
    return std::nullopt;
  auto operand = [&](unsigned i) { return evaluate(op->getOperand(i), depth + 1); };
  if (isa<arith::XOrIOp>(op)) {
    auto a = operand(0), b = operand(1);
    return a && b ? std::optional(*a != *b) : std::nullopt;
  }
  if (isa<arith::AndIOp, arith::OrIOp>(op)) {
    bool deciding = isa<arith::OrIOp>(op);
    auto a = operand(0), b = operand(1);
    if ((a && *a == deciding) || (b && *b == deciding))
      return deciding;
    return a && b ? std::optional(!deciding) : std::nullopt;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    auto chosen = evaluate(select.getCondition(), depth + 1);
    return chosen ? evaluate(*chosen ? select.getTrueValue() : select.getFalseValue(), depth + 1) : std::nullopt;
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    auto chosen = evaluate(branch.getCondition(), depth + 1);
    unsigned number = cast<OpResult>(condition).getResultNumber();
    return chosen ? evaluate((*chosen ? branch.thenYield() : branch.elseYield()).getOperand(number), depth + 1)
                  : std::nullopt;
  }
  return std::nullopt;
}

void Structure::findReachable() {
  reachable.clear();
  Region &region = function->getRegion(0);
  SmallVector<Block *> work = {&region.front()};
  while (!work.empty()) {
    Block *block = work.pop_back_val();
    if (!reachable.insert(block).second)
      continue;
    auto branch = dyn_cast<cf::CondBranchOp>(block->getTerminator());
    std::optional<bool> taken = branch ? evaluate(branch.getCondition()) : std::nullopt;
    if (taken)
      work.push_back(*taken ? branch.getTrueDest() : branch.getFalseDest());
    else
      llvm::append_range(work, block->getSuccessors());
  }
}

bool Structure::isDeadEdge(Block *from, unsigned number) {
  if (!reachable.contains(from))
    return true;
  auto branch = dyn_cast<cf::CondBranchOp>(from->getTerminator());
  std::optional<bool> taken = branch ? evaluate(branch.getCondition()) : std::nullopt;
  return taken && *taken != (number == 0);
}

bool Structure::isDead(Operation *op) {
  for (Operation *inner = op, *parent = op->getParentOp(); inner != function; parent = inner->getParentOp()) {
    if (auto branch = dyn_cast<scf::IfOp>(parent)) {
      std::optional<bool> taken = evaluate(branch.getCondition());
      if (taken && inner->getParentRegion() != (*taken ? &branch.getThenRegion() : &branch.getElseRegion()))
        return true;
    }
    if (parent == function)
      return !reachable.contains(inner->getBlock());
    inner = parent;
  }
  return false;
}

bool Structure::isIn(Operation *op, Operation *loop) {
  if (!isa<cf::CondBranchOp>(loop))
    return loop->isAncestor(op);
  Operation *at = function->getRegion(0).findAncestorOpInRegion(*op);
  CFGLoop *blocks = blockLoopOf(loop->getBlock());
  return at && blocks && blocks->contains(at->getBlock());
}

CFGLoop *Structure::blockLoopOf(Block *block) {
  Region &region = function->getRegion(0);
  if (block->getParent() != &region || region.hasOneBlock())
    return nullptr;
  if (!loops)
    loops = std::make_unique<CFGLoopInfo>(dominance.getDomTree(&region));
  return loops->getLoopFor(block);
}

Operation *Structure::climb(Operation *op) const {
  while (auto branch = dyn_cast<scf::IfOp>(op->getParentOp())) {
    std::optional<bool> taken = evaluate(branch.getCondition());
    if (!taken || op->getParentRegion() != (*taken ? &branch.getThenRegion() : &branch.getElseRegion()))
      return op;
    op = branch;
  }
  return op;
}

bool Structure::isBeside(Operation *op, Operation *anchor) {
  // Out of branches that are taken if nothing is null.
  Block *block = anchor->getBlock();
  Region *body = &function->getRegion(0);
  while (op->getBlock() != block && op->getParentRegion() != body) {
    auto branch = dyn_cast<scf::IfOp>(op->getParentOp());
    if (!branch)
      return false;
    std::optional<bool> taken = evaluate(branch.getCondition());
    if (!taken || op->getParentRegion() != (*taken ? &branch.getThenRegion() : &branch.getElseRegion()))
      return false;
    op = branch;
  }
  if (op->getBlock() == block)
    return true;
  if (block->getParent() != body)
    return false;
  // Blocks: one of the two comes first on every way, and no loop repeats one without the other. The head of a loop
  // stands for all of it.
  CFGLoop *around = blockLoopOf(op->getBlock());
  if (around && around->getHeader() == op->getBlock() && op == op->getBlock()->getTerminator())
    around = around->getParentLoop();
  if (around != blockLoopOf(block))
    return false;
  return dominance.dominates(block, op->getBlock()) || dominance.dominates(op->getBlock(), block);
}

bool Structure::isAlwaysBefore(Operation *first, Operation *op) {
  if (dominance.properlyDominates(first, op))
    return true;
  // Where a failure is told by returning NULL, its way ends where that of the array goes on.
  Region &region = function->getRegion(0);
  Operation *at = region.findAncestorOpInRegion(*op);
  if (!at || first->getParentRegion() != &region || at->getBlock() == first->getBlock() || region.hasOneBlock())
    return false;
  SmallVector<Block *> work = {&region.front()};
  SmallPtrSet<Block *, 16> seen = {first->getBlock()};
  while (!work.empty()) {
    Block *block = work.pop_back_val();
    if (!seen.insert(block).second)
      continue;
    if (block == at->getBlock())
      return false;
    for (auto [number, next] : llvm::enumerate(block->getSuccessors()))
      if (!isDeadEdge(block, number))
        work.push_back(next);
  }
  return true;
}

bool Structure::mayFollow(Operation *op, Operation *first, Operation *allocation) {
  for (Operation *from = first;; from = from->getParentOp()) {
    Region *region = from->getParentRegion();
    bool isOutermost = region == allocation->getParentRegion();
    if (Operation *at = region->findAncestorOpInRegion(*op)) {
      bool repeats = at == from && !isa<scf::IfOp>(from);
      if (repeats || (at->getBlock() == from->getBlock() && from->isBeforeInBlock(at)))
        return true;
      SmallVector<Block *> work(from->getBlock()->getSuccessors());
      SmallPtrSet<Block *, 16> seen;
      if (isOutermost)
        seen.insert(allocation->getBlock());
      while (!work.empty()) {
        Block *block = work.pop_back_val();
        if (!seen.insert(block).second)
          continue;
        if (block == at->getBlock())
          return true;
        llvm::append_range(work, block->getSuccessors());
      }
    }
    if (isOutermost)
      return false;
  }
}

/// By how much unsigned arithmetic, which may wrap around elsewhere, changes carried value `number`: below the end of
/// the loop there is a next one, above 0 one before.
std::optional<int64_t> Structure::stepOf(const Carried &carried, unsigned number, arith::CmpIOp compare) {
  auto sum = carried.next[number].getDefiningOp<arith::AddIOp>();
  APInt by;
  if (!sum || !matchPattern(sum.getRhs(), m_ConstantInt(&by)))
    return std::nullopt;
  Value from = sum.getLhs();
  for (auto [inside, handed] : llvm::zip_equal(carried.inside, carried.handed))
    if (inside == from)
      from = handed;
  if (from != carried.values[number] || compare.getLhs() != from || !carried.continuesIf)
    return std::nullopt;
  if (by.isOne() && compare.getPredicate() == arith::CmpIPredicate::ult)
    return 1;
  return std::nullopt;
}

/// True if a carried value counts `index`: it is the one of `inits` first, then that of `next`, as long as `condition`
/// is `continuesIf`.
bool Structure::countsCarried(const Carried &carried, Polynomial index, const Polynomial &extent, std::string &why) {
  index = reader.substitute(index, carried.inside, carried.handed);
  auto compare = carried.condition.getDefiningOp<arith::CmpIOp>();
  if (!compare) {
    why = "its loop ends on a condition that is no comparison";
    return false;
  }
  for (auto [i, counter] : llvm::enumerate(carried.values)) {
    Type type = counter.getType();
    if (!type.isIntOrIndex() || type.isInteger(1))
      continue;
    for (bool isSigned : {true, false}) {
      unsigned atom = reader.atom(counter, isSigned);
      if (index.coefficient(atom) != 1)
        continue;
      Polynomial self;
      self.terms[{atom}] = 1;
      Polynomial offset = index.plus(self, -1);
      Polynomial first = reader.read(carried.inits[i], isSigned);
      Polynomial next = reader.substitute(reader.read(carried.next[i], isSigned), carried.inside, carried.handed);
      std::optional<int64_t> step = next.plus(self, -1).asConstant();
      arith::CmpIPredicate predicate = compare.getPredicate();
      Polynomial left = reader.read(compare.getLhs(), isSigned), right = reader.read(compare.getRhs(), isSigned);
      if (!carried.continuesIf)
        predicate = arith::invertPredicate(predicate);
      if (right.uses(atom)) {
        std::swap(left, right);
        switch (predicate) {
        case arith::CmpIPredicate::slt:
          predicate = arith::CmpIPredicate::sgt;
          break;
        case arith::CmpIPredicate::sgt:
          predicate = arith::CmpIPredicate::slt;
          break;
        case arith::CmpIPredicate::sle:
          predicate = arith::CmpIPredicate::sge;
          break;
        case arith::CmpIPredicate::sge:
          predicate = arith::CmpIPredicate::sle;
          break;
        case arith::CmpIPredicate::ult:
          predicate = arith::CmpIPredicate::ugt;
          break;
        case arith::CmpIPredicate::ugt:
          predicate = arith::CmpIPredicate::ult;
          break;
        case arith::CmpIPredicate::ule:
          predicate = arith::CmpIPredicate::uge;
          break;
        case arith::CmpIPredicate::uge:
          predicate = arith::CmpIPredicate::ule;
          break;
        default:
          break;
        }
      }
      bool isOfWidth = counter.getType().isIndex() || counter.getType().getIntOrFloatBitWidth() == 64;
      bool comparesSigned = predicate == arith::CmpIPredicate::slt || predicate == arith::CmpIPredicate::sle ||
                            predicate == arith::CmpIPredicate::sgt || predicate == arith::CmpIPredicate::sge;
      if (!isOfWidth && predicate != arith::CmpIPredicate::ne && comparesSigned != isSigned) {
        why = "its loop compares with another sign than it counts";
        return false;
      }
      // Of unsigned arithmetic that would wrap around, what the widths hide is read as an atom: no step, no match.
      if (!step && !isSigned)
        step = stepOf(carried, i, compare);
      if (!step || left.coefficient(atom) != 1 || right.uses(atom) || (*step != 1 && *step != -1)) {
        why = "its loop does not count by one";
        return false;
      }
      Polynomial shift = left.plus(self, -1); // continues if first + t * step + shift compares with right
      Polynomial trips;
      bool isEqual = predicate == arith::CmpIPredicate::ne;
      if (*step == 1 && (isEqual || predicate == arith::CmpIPredicate::slt || predicate == arith::CmpIPredicate::ult))
        trips = right.plus(first, -1).plus(shift, -1);
      else if (*step == 1 && predicate == arith::CmpIPredicate::sle)
        trips = right.plus(first, -1).plus(shift, -1).plus(Polynomial::constant(1));
      else if (*step == -1 &&
               (isEqual || predicate == arith::CmpIPredicate::sgt || predicate == arith::CmpIPredicate::ugt))
        trips = first.plus(shift).plus(right, -1);
      else if (*step == -1 && predicate == arith::CmpIPredicate::sge)
        trips = first.plus(shift).plus(right, -1).plus(Polynomial::constant(1));
      else {
        why = "its loop ends on a condition that is not counted";
        return false;
      }
      Polynomial start = first.plus(offset);
      Polynomial wanted = *step == 1 ? Polynomial() : extent.plus(Polynomial::constant(-1));
      if (start == wanted && trips == extent)
        return true;
      why = "its loop does not run over all of the slots, once each";
      return false;
    }
  }
  why = "its index is not counted by the loop around";
  return false;
}

bool Structure::countsFor(scf::ForOp loop, const Polynomial &index, const Polynomial &extent, std::string &why) {
  unsigned atom = reader.atom(loop.getInductionVar(), true);
  int64_t step = index.coefficient(atom);
  APInt increment;
  if ((step != 1 && step != -1) || !matchPattern(loop.getStep(), m_ConstantInt(&increment))) {
    why = "its index is not counted by the loop around";
    return false;
  }
  Polynomial self;
  self.terms[{atom}] = 1;
  Polynomial lower = reader.read(loop.getLowerBound(), true), upper = reader.read(loop.getUpperBound(), true);
  Polynomial start = index.plus(self, -step).plus(lower, step);
  Polynomial wanted = step == 1 ? Polynomial() : extent.plus(Polynomial::constant(-1));
  if (increment.isOne() && !start.uses(atom) && start == wanted && upper.plus(lower, -1) == extent)
    return true;
  why = "its loop does not run over all of the slots, once each";
  return false;
}

std::optional<bool> Structure::isRunEachTime(Block *block, CFGLoop *loop) {
  Block *latch = loop->getLoopLatch();
  // The head of a loop within stands for all of that loop.
  CFGLoop *around = blockLoopOf(block);
  if (around && around != loop && around->getHeader() == block)
    around = around->getParentLoop();
  if (!latch || around != loop)
    return false;
  if (!dominance.dominates(block, latch)) {
    // Beside dead blocks the way may be the only one left.
    Block *at = block;
    SmallPtrSet<Block *, 8> seen;
    while (at != latch && seen.insert(at).second) {
      Block *only = nullptr;
      for (Block *next : at->getSuccessors())
        if (reachable.contains(next))
          only = only && only != next ? at : next;
      if (!only || only == at)
        return false;
      at = only;
    }
    if (at != latch)
      return false;
    for (Block *from = block; from != loop->getHeader();) {
      Block *only = nullptr;
      for (Block *before : from->getPredecessors())
        if (reachable.contains(before))
          only = only && only != before ? from : before;
      if (!only || only == from)
        return false;
      from = only;
    }
  }
  // Nothing but the head leaves it.
  for (Block *inside : loop->getBlocks())
    for (Block *next : inside->getSuccessors())
      if (inside != loop->getHeader() && !loop->contains(next) && reachable.contains(next)) {
        auto branch = dyn_cast<cf::CondBranchOp>(inside->getTerminator());
        std::optional<bool> taken = branch ? evaluate(branch.getCondition()) : std::nullopt;
        if (!taken || (*taken ? branch.getTrueDest() : branch.getFalseDest()) == next)
          return false;
      }
  return true;
}

Operation *Structure::countingLoop(Operation *op, const Polynomial &index, const Polynomial &extent, std::string &why) {
  op = climb(op);
  if (isa<scf::IfOp>(op->getParentOp())) {
    why = "it depends on a condition";
    return nullptr;
  }
  Operation *parent = op->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent))
    return countsFor(loop, index, extent, why) ? loop : nullptr;
  if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
    if (op->getBlock() != loop.getAfterBody()) {
      why = "it is part of the condition of a loop";
      return nullptr;
    }
    Carried carried{llvm::to_vector_of<Value>(loop.getBeforeArguments()),
                    llvm::to_vector(loop.getInits()),
                    llvm::to_vector(loop.getYieldOp().getOperands()),
                    llvm::to_vector_of<Value>(loop.getAfterArguments()),
                    llvm::to_vector(loop.getConditionOp().getArgs()),
                    loop.getConditionOp().getCondition(),
                    true};
    return countsCarried(carried, index, extent, why) ? loop : nullptr;
  }
  CFGLoop *loop = parent == function ? blockLoopOf(op->getBlock()) : nullptr;
  if (loop && loop->getHeader() == op->getBlock() && op == op->getBlock()->getTerminator())
    loop = loop->getParentLoop();
  if (!loop) {
    why = "it is not in a loop over the slots";
    return nullptr;
  }
  Block *head = loop->getHeader();
  auto branch = dyn_cast<cf::CondBranchOp>(head->getTerminator());
  if (!branch || op->getBlock() == head || !isRunEachTime(op->getBlock(), loop).value_or(false)) {
    why = "its loop is left early, or it depends on a condition";
    return nullptr;
  }
  Carried carried;
  carried.values = llvm::to_vector_of<Value>(head->getArguments());
  carried.condition = branch.getCondition();
  for (auto argument : head->getArguments()) {
    Value before, after;
    for (auto it = head->pred_begin(); it != head->pred_end(); ++it) {
      if (!reachable.contains(*it))
        continue;
      auto from = dyn_cast<BranchOpInterface>((*it)->getTerminator());
      Value value = from ? from.getSuccessorOperands(it.getSuccessorIndex())[argument.getArgNumber()] : Value();
      Value &slot = loop->contains(*it) ? after : before;
      if (!value || (slot && slot != value)) {
        why = "its loop has several ways in";
        return nullptr;
      }
      slot = value;
    }
    if (!before || !after)
      return nullptr;
    carried.inits.push_back(before);
    carried.next.push_back(after);
  }
  carried.continuesIf = loop->contains(branch.getTrueDest());
  if (carried.continuesIf == loop->contains(branch.getFalseDest())) {
    why = "its loop is left early";
    return nullptr;
  }
  return countsCarried(carried, index, extent, why) ? branch.getOperation() : nullptr;
}
