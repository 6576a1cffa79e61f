//===- RaiseLoopsToLinalg.cpp - loop nests as linalg operations -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A matrix multiplication written as loops is found again, so that it takes the same kernels as one from a model.
//
//===----------------------------------------------------------------------===//

#include "RaiseLoopsToLinalg.h"

#include "lexon/Support/Debug.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

namespace lexon {
#define GEN_PASS_DEF_RAISELOOPSTOLINALGPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using lexon::LoopNest;
using lexon::OpRange;
using lexon::Statement;
using lexon::raising::sideOf;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("raised").category("raise-loops-to-linalg");

/// Marks an `scf.if` whose second branch holds loops that were raised in the first.
constexpr StringLiteral kOverlapTest = "lexon.overlap_test";

bool isProduct(Operation *op) { return isa_and_nonnull<arith::MulFOp, arith::MulIOp>(op); }

/// True if `loop` looks as if it might contract: it stores inside two loops, or it adds up products.
bool isCandidate(Operation *loop) {
  return loop
      ->walk([&](Operation *op) {
        bool addsProduct =
            isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp>(op) &&
            llvm::any_of(op->getOperands(), [](Value operand) { return isProduct(operand.getDefiningOp()); }) &&
            !op->getResult(0).getType().isIndex();
        addsProduct |= isa<scf::ReduceOp>(op) && llvm::any_of(op->getOperands(), [](Value operand) {
                         return isProduct(operand.getDefiningOp());
                       });
        addsProduct |= isa<math::FmaOp, LLVM::FMulAddOp>(op);
        bool storesDeep = false;
        if (lexon::isElementStore(op)) {
          unsigned depth = 0;
          for (Operation *parent = op->getParentOp(); parent != loop->getParentOp(); parent = parent->getParentOp())
            if (lexon::isNestLoop(parent))
              depth += isa<scf::ParallelOp>(parent) ? cast<scf::ParallelOp>(parent).getNumLoops() : 1;
          storesDeep = depth >= 2;
        }
        return addsProduct || storesDeep ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// True if something in `nest` changes from one iteration of `loop`, which is around it, to the next.
bool dependsOn(const LoopNest &nest, Operation *loop, bool boundsOnly) {
  OpRange body{loop, loop};
  auto changes = [&](Value value) {
    Operation *op = value.getDefiningOp();
    bool inside =
        op ? nest.range.contains(op) : nest.range.contains(cast<BlockArgument>(value).getOwner()->getParentOp());
    return !inside && !body.isInvariant(value);
  };
  auto isBound = [](OpOperand &operand) {
    auto loop = dyn_cast<scf::ForOp>(operand.getOwner());
    return lexon::isNestLoop(operand.getOwner()) &&
           (!loop || operand.getOperandNumber() < loop.getNumControlOperands());
  };
  for (Operation *op = nest.range.first; op; op = op == nest.range.last ? nullptr : op->getNextNode()) {
    WalkResult result = op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        if (changes(operand.get()) && (!boundsOnly || isBound(operand)))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return true;
  }
  return false;
}

/// The number of loops that run through the target and only one factor, for the factor with fewer of them.
unsigned freeLoops(const LoopNest &nest, const Statement &statement) {
  unsigned inLhs = 0, inRhs = 0;
  for (unsigned loop : statement.accumulation->loops) {
    bool lhs = nest.access(statement.accumulation->lhs).uses(loop);
    bool rhs = nest.access(statement.accumulation->rhs).uses(loop);
    inLhs += lhs && !rhs;
    inRhs += rhs && !lhs;
  }
  return std::min(inLhs, inRhs);
}

/// The number of products of a sum over `loops`, as far as it is known.
int64_t mostProducts(const LoopNest &nest, ArrayRef<unsigned> loops) {
  int64_t product = 1;
  for (unsigned loop : loops)
    if (!nest.loops[loop].trips || llvm::MulOverflow(product, *nest.loops[loop].trips, product))
      return std::numeric_limits<int64_t>::max();
  return product;
}

/// Whether a nest inside loops that are not raised should be. A piece of what all the loops compute together should
/// not: the rows of a triangle (but in a given order vectors gain even there), or a dot product for each element of a
/// matrix.
bool isWorthInside(const LoopNest &nest, ArrayRef<Operation *> around, bool keepsOrder) {
  if (llvm::none_of(around, [&](Operation *loop) { return dependsOn(nest, loop, /*boundsOnly=*/false); }))
    return true;
  bool movingBounds = llvm::any_of(around, [&](Operation *loop) { return dependsOn(nest, loop, /*boundsOnly=*/true); });
  bool contracts = false;
  for (const Statement &statement : nest.statements) {
    if (!statement.accumulation)
      continue;
    contracts = true;
    if (llvm::none_of(statement.loops, [&](unsigned loop) { return nest.target(statement).uses(loop); }) ||
        (movingBounds && !keepsOrder && freeLoops(nest, statement) == 0))
      return false;
  }
  return contracts;
}

class RaiseLoopsToLinalgPass final : public lexon::impl::RaiseLoopsToLinalgPassBase<RaiseLoopsToLinalgPass> {
public:
  using RaiseLoopsToLinalgPassBase::RaiseLoopsToLinalgPassBase;

  void runOnOperation() override {
    aliases = &getAnalysis<AliasAnalysis>();
    SmallVector<Operation *> around;
    for (Region &region : getOperation()->getRegions())
      visit(region, around);
  }

private:
  /// Raises what is in `region`; true if there was anything to raise or to report.
  bool visit(Region &region, SmallVectorImpl<Operation *> &around);
  bool visitLoop(Operation *loop, SmallVectorImpl<Operation *> &around);
  /// Why `nest` is left alone although it is understood; empty if it is not.
  StringRef reasonAgainst(const LoopNest &nest, ArrayRef<Operation *> around);
  void raise(const LoopNest &nest);
  /// Some rows of a matrix at a time, if several statements read it; false if nothing was changed.
  bool raiseInBlocks(const LoopNest &nest);
  /// What must hold at run time for the nest to be what it is raised to (i1); null if nothing must.
  Value conditions(const LoopNest &nest, lexon::raising::NestViews &views, OpBuilder &builder);
  bool reassociates() const { return reassociate && !keepOrder; }

  AliasAnalysis *aliases = nullptr;
  llvm::SmallPtrSet<Operation *, 16> replaced; ///< what belonged to a nest that was raised; most of it is erased
};
} // namespace

bool RaiseLoopsToLinalgPass::visit(Region &region, SmallVectorImpl<Operation *> &around) {
  // Raising removes operations: note first what there is to look at.
  SmallVector<Operation *> nesting;
  for (Operation &op : region.getOps())
    if (op.getNumRegions() != 0)
      nesting.push_back(&op);
  bool any = false;
  for (Operation *op : nesting) {
    if (replaced.contains(op))
      continue;
    // Where operations have no order, nothing is known about what loops compute together.
    if (lexon::isNestLoop(op) && mayHaveSSADominance(region)) {
      any |= visitLoop(op, around);
      continue;
    }
    SmallVector<Operation *> none;
    for (Region &nested : op->getRegions()) {
      bool wasLeft = op->hasAttr(kOverlapTest) && nested.getRegionNumber() == 1;
      if (!wasLeft)
        any |= visit(nested, op->hasTrait<OpTrait::IsIsolatedFromAbove>() ? none : around);
    }
  }
  return any;
}

bool RaiseLoopsToLinalgPass::visitLoop(Operation *loop, SmallVectorImpl<Operation *> &around) {
  std::string reason;
  FailureOr<LoopNest> nest = lexon::analyzeLoopNest(loop, *aliases, reason);
  if (succeeded(nest)) {
    reason = reasonAgainst(*nest, around).str();
    if (reason.empty()) {
      if (!keepOrder || blockBytes <= 0 || !raiseInBlocks(*nest))
        raise(*nest);
      return true;
    }
  }
  LEXON_DEBUG("raise-loops-to-linalg", os << loop->getLoc() << ": " << reason);
  around.push_back(loop);
  bool any = visit(loop->getRegion(0), around);
  around.pop_back();
  if (any || !isCandidate(loop))
    return any;
  // A part of a nest that is left alone is reported with the whole.
  LoopNest whole;
  whole.range = {loop, loop};
  if (llvm::any_of(around, [&](Operation *outer) { return dependsOn(whole, outer, /*boundsOnly=*/false); }))
    return false;
  remark::missed(loop->getLoc(), kEvent) << remark::reason("{0}", reason);
  return true;
}

StringRef RaiseLoopsToLinalgPass::reasonAgainst(const LoopNest &nest, ArrayRef<Operation *> around) {
  bool contracts = false;
  for (const Statement &statement : nest.statements) {
    contracts |= statement.accumulation.has_value();
    bool repeats = llvm::any_of(statement.loops, [&](unsigned loop) { return !nest.target(statement).uses(loop); });
    if (statement.reassociated && !reassociates() && (!keepOrder || repeats))
      return "it adds in another order than linalg does, and 'reassociate' is off";
    if (!keepOrder && !statement.finishedBy.empty())
      return statement.finishedBy;
    if (keepOrder && statement.accumulation && statement.accumulation->isReduction)
      return "what is summed is not a product of two elements";
  }
  if (!contracts && keepOrder)
    return "it sums no products";
  if (keepOrder)
    for (const Statement &statement : nest.statements)
      if (statement.accumulation &&
          llvm::none_of(statement.loops, [&](unsigned loop) { return nest.target(statement).uses(loop); }))
        return "one sum alone takes one product after the other";
  if (keepOrder)
    for (const Statement &statement : nest.statements)
      if (statement.accumulation && !statement.accumulation->isGeneral &&
          (!sideOf(*statement.accumulation, statement.accumulation->lhs) ||
           !sideOf(*statement.accumulation, statement.accumulation->rhs)))
        return "a product of elements is scaled before it is added, which no kernel does in this order";
  for (const Statement &statement : nest.statements)
    if (statement.accumulation && mostProducts(nest, statement.accumulation->loops) < minIterations)
      return "it sums few products";
  for (auto [store, other] : nest.mustNotOverlap)
    if (!lexon::raising::hasComparableAddresses(nest.access(store).type()) ||
        !lexon::raising::hasComparableAddresses(nest.access(other).type()))
      return "its memrefs may overlap, and their addresses cannot be compared";
  if (!isWorthInside(nest, around, keepOrder))
    return "it is part of a larger nest that is left alone";
  return "";
}

/// Replaces the nest; where its memrefs may overlap, only if a test at run time finds that they do not.
void RaiseLoopsToLinalgPass::raise(const LoopNest &nest) {
  Operation *first = nest.range.first, *last = nest.range.last;
  Location loc = first->getLoc();
  IRRewriter rewriter(last);
  lexon::raising::NestViews views(nest, rewriter);
  SmallVector<Operation *> operations;
  for (Operation *op = first; op; op = op == last ? nullptr : op->getNextNode())
    operations.push_back(op);
  replaced.insert(operations.begin(), operations.end());
  SmallVector<std::string> names;
  Value holds = conditions(nest, views, rewriter);
  if (keepOrder)
    for (const Statement &statement : nest.statements)
      if (statement.accumulation && !statement.accumulation->isGeneral && freeLoops(nest, statement) > 0)
        for (Operation *load : {statement.accumulation->lhs, statement.accumulation->rhs})
          if (Value isThere = views.allocateCopy(*statement.accumulation, load))
            holds = holds ? arith::AndIOp::create(rewriter, loc, holds, isThere).getResult() : isThere;
  if (keepOrder)
    for (const Statement &statement : nest.statements)
      if (statement.reassociated)
        if (Value isThere = views.allocateSums(statement))
          holds = holds ? arith::AndIOp::create(rewriter, loc, holds, isThere).getResult() : isThere;
  if (!holds) {
    names = emitStatements(rewriter, nest, views, keepOrder, fuseMultiplyAdd);
    // Stores and loops in between are statements of the nest as well, and have been emitted.
    for (Operation *op : llvm::reverse(operations))
      if (lexon::isElementStore(op) || lexon::isNestLoop(op) || isOpTriviallyDead(op))
        rewriter.eraseOp(op);
  } else {
    auto choice = scf::IfOp::create(rewriter, loc, holds, /*withElseRegion=*/true);
    choice->setAttr(kOverlapTest, rewriter.getUnitAttr());
    views.moveBefore(choice);
    rewriter.setInsertionPointToStart(choice.thenBlock());
    names = emitStatements(rewriter, nest, views, keepOrder, fuseMultiplyAdd);
    for (Operation *op : operations)
      rewriter.moveOpBefore(op, choice.elseBlock()->getTerminator());
    rewriter.setInsertionPointAfter(choice);
    views.freeCopies(rewriter);
  }
  remark::passed(loc, kEvent) << "raised to " + llvm::join(names, ", ") +
                                     (nest.mustNotOverlap.empty() ? "" : ", where the memrefs do not overlap");
}

bool RaiseLoopsToLinalgPass::raiseInBlocks(const LoopNest &nest) {
  Operation *loop = nest.range.first;
  OpBuilder builder(loop);
  lexon::raising::NestViews views(nest, builder);
  Operation *copy = lexon::raising::copyInBlocks(nest, views, blockBytes, builder);
  if (!copy)
    return false;
  // Less is known about a block than about the whole: that its end is no row behind the last one, for one.
  std::string reason;
  FailureOr<LoopNest> block = lexon::analyzeLoopNest(copy, *aliases, reason);
  if (failed(block)) {
    copy->getParentOp()->erase();
    return false;
  }
  replaced.insert(loop);
  raise(*block);
  loop->erase();
  return true;
}

Value RaiseLoopsToLinalgPass::conditions(const LoopNest &nest, lexon::raising::NestViews &views, OpBuilder &builder) {
  Location loc = nest.range.first->getLoc();
  Value all;
  auto require = [&](Value holds) {
    if (holds)
      all = all ? arith::AndIOp::create(builder, loc, all, holds).getResult() : holds;
  };
  for (auto [store, other] : nest.mustNotOverlap)
    require(views.disjoint(store, other));
  for (const Statement &statement : nest.statements) {
    require(views.within(nest.target(statement)));
    for (const auto *reads : {&statement.assignmentReads, &statement.accumulationReads})
      for (Operation *load : *reads)
        require(views.within(nest.access(load)));
  }
  if (minIterations == 0)
    return all;
  for (const Statement &statement : nest.statements)
    if (statement.accumulation) {
      bool isKnown = false;
      Value enough = views.atLeast(statement.accumulation->loops, minIterations, isKnown);
      require(isKnown ? Value() : enough);
    }
  return all;
}
