//===- PromoteVariables.cpp - variables in memory become values -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"
#include "lexon/Memory/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/Support/GenericIteratedDominanceFrontier.h"

namespace lexon {
#define GEN_PASS_DEF_PROMOTEVARIABLESPASS
#include "lexon/Memory/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using llvm::BitVector;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("variable").category("promote-variables");

/// One variable: an allocation of one scalar that is only loaded and stored.
struct Slot {
  Operation *allocation;
  Type type;
  SmallVector<LLVM::DbgDeclareOp, 1> declarations;
};

/// What `op` loads or stores: the address and, of a store, the value.
struct Access {
  Value address, stored;
  Type type;
};

std::optional<Access> accessOf(Operation *op) {
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return Access{load.getMemRef(), Value(), load.getType()};
  if (auto store = dyn_cast<memref::StoreOp>(op))
    return Access{store.getMemRef(), store.getValueToStore(), store.getValueToStore().getType()};
  if (auto load = dyn_cast<LLVM::LoadOp>(op))
    if (!load.getVolatile_() && load.getOrdering() == LLVM::AtomicOrdering::not_atomic)
      return Access{load.getAddr(), Value(), load.getType()};
  if (auto store = dyn_cast<LLVM::StoreOp>(op))
    if (!store.getVolatile_() && store.getOrdering() == LLVM::AtomicOrdering::not_atomic)
      return Access{store.getAddr(), store.getValue(), store.getValue().getType()};
  return std::nullopt;
}

/// The type of the scalar that `op` allocates, or null.
Type allocatedScalar(Operation *op) {
  if (auto alloca = dyn_cast<memref::AllocaOp>(op))
    return alloca.getType().getRank() == 0 ? alloca.getType().getElementType() : Type();
  auto alloca = dyn_cast<LLVM::AllocaOp>(op);
  if (!alloca || isa<LLVM::LLVMArrayType, LLVM::LLVMStructType>(alloca.getElemType()))
    return {};
  llvm::APInt count;
  return matchPattern(alloca.getArraySize(), m_ConstantInt(&count)) && count == 1 ? alloca.getElemType() : Type();
}

/// Why the variable `op` allocates must stay in memory; empty if it need not. Fills in `slot`.
std::string reasonAgainst(Operation *op, Type type, Operation *function, Slot &slot) {
  slot = {op, type, {}};
  for (OpOperand &use : op->getResult(0).getUses()) {
    Operation *user = use.getOwner();
    if (auto declaration = dyn_cast<LLVM::DbgDeclareOp>(user)) {
      slot.declarations.push_back(declaration);
      continue;
    }
    std::optional<Access> access = accessOf(user);
    if (!access || access->address != use.get() || access->stored == use.get() || access->type != type)
      return "'" + user->getName().getStringRef().str() + "' uses its address, or another type";
    for (Operation *parent = user->getParentOp(); parent != function; parent = parent->getParentOp())
      if (!isa<scf::IfOp, scf::ForOp, scf::WhileOp>(parent))
        return "used inside of '" + parent->getName().getStringRef().str() + "'";
  }
  return "";
}

/// Turns the slots of one function into values: minimal SSA for blocks (Cytron et al., "Efficiently Computing Static
/// Single Assignment Form", 1991), carried values for scf; both only where the variable is live.
class Promotion {
public:
  Promotion(Operation *function, MutableArrayRef<Slot> slots)
      : function(function), slots(slots), rewriter(function->getContext()), undefined(slots.size()) {
    for (auto [i, slot] : llvm::enumerate(slots))
      for (Operation *user : slot.allocation->getUsers())
        if (!isa<LLVM::DbgDeclareOp>(user))
          accesses[user] = i;
  }

  void run() {
    Region &region = function->getRegion(0);
    for (Block &block : region)
      collectStores(block);
    computeLiveness(region);
    placeArguments(region);
    SmallVector<Value> entry(slots.size());
    renameTree(region, entry);
    for (Operation *dead : erased)
      rewriter.eraseOp(dead);
    for (Slot &slot : slots) {
      for (LLVM::DbgDeclareOp declaration : slot.declarations)
        rewriter.eraseOp(declaration);
      rewriter.eraseOp(slot.allocation);
    }
  }

private:
  using Values = SmallVector<Value>;

  BitVector none() const { return BitVector(slots.size()); }

  //===--------------------------------------------------------------------===//
  // Which slots an operation stores, and where each is live
  //===--------------------------------------------------------------------===//

  /// The slots stored in `block`, at any depth.
  BitVector collectStores(Block &block) {
    BitVector all = none();
    for (Operation &op : block) {
      auto access = accesses.find(&op);
      if (access != accesses.end() && accessOf(&op)->stored)
        all.set(access->second);
      if (op.getNumRegions() == 0)
        continue;
      BitVector own = none();
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          own |= collectStores(inner);
      if (own.any())
        stores[&op] = own;
      all |= own;
    }
    return all;
  }

  /// What is live before `block` if `live` is behind it.
  BitVector liveBefore(Block &block, BitVector live) {
    for (Operation &op : llvm::reverse(block)) {
      auto access = accesses.find(&op);
      if (access != accesses.end())
        accessOf(&op)->stored ? live.reset(access->second) : live.set(access->second);
      else if (isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op))
        live = liveBefore(&op, live);
    }
    return live;
  }

  BitVector liveBefore(Operation *op, const BitVector &after) {
    BitVector needed = after;
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      BitVector before = liveBefore(*branch.thenBlock(), after);
      before |= branch.elseBlock() ? liveBefore(*branch.elseBlock(), after) : after;
      liveCarried[op] = after;
      return before;
    }
    // Loops: what is live at the start of an iteration is at the end of the one before.
    while (true) {
      BitVector before = needed;
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        before |= liveBefore(*loop.getBody(), needed);
      } else {
        auto loop2 = cast<scf::WhileOp>(op);
        before |= liveBefore(*loop2.getAfterBody(), needed);
        before |= liveBefore(*loop2.getBeforeBody(), before);
      }
      if (before == needed)
        break;
      needed = before;
    }
    liveCarried[op] = needed;
    return needed;
  }

  void computeLiveness(Region &region) {
    for (Block &block : region)
      liveIn[&block] = none();
    for (bool changes = true; changes;) {
      changes = false;
      for (Block &block : llvm::reverse(region)) {
        BitVector live = none();
        for (Block *successor : block.getSuccessors())
          live |= liveIn[successor];
        live = liveBefore(block, live);
        changes |= live != liveIn[&block];
        liveIn[&block] = live;
      }
    }
  }

  //===--------------------------------------------------------------------===//
  // Blocks
  //===--------------------------------------------------------------------===//

  /// Gives blocks arguments where different values of a slot meet.
  void placeArguments(Region &region) {
    if (region.hasOneBlock())
      return;
    dominance = std::make_unique<DominanceInfo>(function);
    auto &tree = dominance->getDomTree(&region);
    for (auto [i, slot] : llvm::enumerate(slots)) {
      llvm::SmallPtrSet<Block *, 16> defining, live;
      for (Operation *user : slot.allocation->getUsers()) {
        auto access = accesses.find(user);
        if (access != accesses.end() && accessOf(user)->stored)
          defining.insert(region.findAncestorBlockInRegion(*user->getBlock()));
      }
      if (defining.empty())
        continue;
      for (Block &block : region)
        if (liveIn[&block].test(i))
          live.insert(&block);
      llvm::IDFCalculatorBase<Block, false> frontier(tree);
      frontier.setDefiningBlocks(defining);
      frontier.setLiveInBlocks(live);
      SmallVector<Block *> meets;
      frontier.calculate(meets);
      for (Block *block : meets) {
        block->addArgument(slot.type, slot.allocation->getLoc());
        arguments[block].push_back(i);
      }
    }
  }

  /// Renames along the dominator tree, without recursion: functions may have thousands of blocks.
  void renameTree(Region &region, const Values &entry) {
    SmallVector<std::pair<Block *, Values>> work = {{&region.front(), entry}};
    while (!work.empty()) {
      auto [block, values] = work.pop_back_val();
      ArrayRef<unsigned> own = arguments[block];
      for (auto [i, slot] : llvm::enumerate(own)) {
        values[slot] = block->getArgument(block->getNumArguments() - own.size() + i);
        noteValue(slot, values[slot], block, block->begin());
      }
      rename(*block, values);
      if (auto branch = dyn_cast<BranchOpInterface>(block->getTerminator()))
        for (unsigned i = 0; i < branch->getNumSuccessors(); ++i)
          for (unsigned slot : arguments[branch->getSuccessor(i)])
            branch.getSuccessorOperands(i).append(valueOf(slot, values));
      if (!dominance)
        return;
      auto *node = dominance->getDomTree(&region).getNode(block);
      for (auto *child : node->children())
        work.push_back({child->getBlock(), values});
    }
  }

  Value valueOf(unsigned slot, Values &values) {
    if (values[slot])
      return values[slot];
    // Read before it was written.
    Value &value = undefined[slot];
    if (!value) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(&function->getRegion(0).front());
      value = LLVM::UndefOp::create(rewriter, slots[slot].allocation->getLoc(), slots[slot].type);
    }
    return value;
  }

  /// Tells a debugger what the variable holds from here on.
  void noteValue(unsigned slot, Value value, Block *block, Block::iterator at) {
    for (LLVM::DbgDeclareOp declaration : slots[slot].declarations) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPoint(block, at);
      LLVM::DbgValueOp::create(rewriter, declaration.getLoc(), value, declaration.getVarInfo(),
                               declaration.getLocationExpr());
    }
  }

  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  /// Replaces the accesses in `block`, at any depth; `values` are those of the slots before and then behind it.
  void rename(Block &block, Values &values) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      auto found = accesses.find(&op);
      if (found != accesses.end()) {
        Access access = *accessOf(&op);
        if (access.stored) {
          values[found->second] = access.stored;
          noteValue(found->second, access.stored, &block, op.getIterator());
        } else {
          rewriter.replaceAllUsesWith(op.getResult(0), valueOf(found->second, values));
        }
        erased.push_back(&op);
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        renameIf(branch, values);
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        renameFor(loop, values);
      } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
        renameWhile(loop, values);
      }
    }
  }

  /// The slots that `op` hands on: stored in it and live behind it (or at the start of its next iteration).
  SmallVector<unsigned> carriedBy(Operation *op) {
    SmallVector<unsigned> result;
    auto found = stores.find(op);
    if (found == stores.end())
      return result;
    BitVector both = found->second;
    both &= liveCarried[op];
    for (unsigned slot : both.set_bits())
      result.push_back(slot);
    return result;
  }

  SmallVector<Type> typesOf(ArrayRef<unsigned> carried) {
    return llvm::map_to_vector(carried, [&](unsigned slot) { return slots[slot].type; });
  }

  void appendTo(Operation *terminator, ArrayRef<unsigned> carried, Values &values) {
    for (unsigned slot : carried)
      terminator->insertOperands(terminator->getNumOperands(), valueOf(slot, values));
  }

  /// The results of `created` for those of `old`, and its further ones for the slots.
  void replace(Operation *old, Operation *created, ArrayRef<unsigned> carried, Values &values) {
    unsigned before = old->getNumResults();
    rewriter.replaceAllUsesWith(old->getResults(), created->getResults().take_front(before));
    rewriter.eraseOp(old);
    for (auto [i, slot] : llvm::enumerate(carried)) {
      values[slot] = created->getResult(before + i);
      noteValue(slot, values[slot], created->getBlock(), std::next(created->getIterator()));
    }
  }

  void renameIf(scf::IfOp branch, Values &values) {
    SmallVector<unsigned> carried = carriedBy(branch);
    Values thenValues = values, elseValues = values;
    if (carried.empty()) {
      rename(*branch.thenBlock(), thenValues);
      if (branch.elseBlock())
        rename(*branch.elseBlock(), elseValues);
      return;
    }
    SmallVector<Type> types(branch.getResultTypes());
    llvm::append_range(types, typesOf(carried));
    rewriter.setInsertionPoint(branch);
    auto created = scf::IfOp::create(rewriter, branch.getLoc(), types, branch.getCondition(), /*addThenBlock=*/false,
                                     /*addElseBlock=*/false);
    created.getThenRegion().takeBody(branch.getThenRegion());
    created.getElseRegion().takeBody(branch.getElseRegion());
    if (created.getElseRegion().empty()) {
      rewriter.createBlock(&created.getElseRegion());
      scf::YieldOp::create(rewriter, branch.getLoc());
    }
    rename(*created.thenBlock(), thenValues);
    rename(*created.elseBlock(), elseValues);
    appendTo(created.thenYield(), carried, thenValues);
    appendTo(created.elseYield(), carried, elseValues);
    replace(branch, created, carried, values);
  }

  void renameFor(scf::ForOp loop, Values &values) {
    SmallVector<unsigned> carried = carriedBy(loop);
    if (carried.empty()) {
      Values inside = values;
      return rename(*loop.getBody(), inside);
    }
    SmallVector<Value> inits(loop.getInitArgs());
    for (unsigned slot : carried)
      inits.push_back(valueOf(slot, values));
    rewriter.setInsertionPoint(loop);
    auto created = scf::ForOp::create(rewriter, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(),
                                      loop.getStep(), inits, nullptr, loop.getUnsignedCmp());
    created->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    Block *body = created.getBody();
    if (!body->empty())
      rewriter.eraseOp(body->getTerminator());
    unsigned before = loop.getBody()->getNumArguments();
    rewriter.mergeBlocks(loop.getBody(), body, body->getArguments().take_front(before));
    Values inside = values;
    for (auto [i, slot] : llvm::enumerate(carried)) {
      inside[slot] = body->getArgument(before + i);
      noteValue(slot, inside[slot], body, body->begin());
    }
    rename(*body, inside);
    appendTo(body->getTerminator(), carried, inside);
    replace(loop, created, carried, values);
  }

  void renameWhile(scf::WhileOp loop, Values &values) {
    SmallVector<unsigned> carried = carriedBy(loop);
    SmallVector<Value> inits(loop.getInits());
    for (unsigned slot : carried)
      inits.push_back(valueOf(slot, values));
    SmallVector<Type> types(loop.getResultTypes());
    llvm::append_range(types, typesOf(carried));
    rewriter.setInsertionPoint(loop);
    auto created = scf::WhileOp::create(rewriter, loop.getLoc(), types, inits);
    created->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    created.getBefore().takeBody(loop.getBefore());
    created.getAfter().takeBody(loop.getAfter());
    Values inside = values;
    for (unsigned slot : carried)
      inside[slot] = created.getBeforeBody()->addArgument(slots[slot].type, loop.getLoc());
    rename(*created.getBeforeBody(), inside);
    appendTo(created.getConditionOp(), carried, inside);
    for (unsigned slot : carried)
      inside[slot] = created.getAfterBody()->addArgument(slots[slot].type, loop.getLoc());
    rename(*created.getAfterBody(), inside);
    appendTo(created.getAfterBody()->getTerminator(), carried, inside);
    replace(loop, created, carried, values);
  }

  Operation *function;
  MutableArrayRef<Slot> slots;
  IRRewriter rewriter;
  Values undefined;
  DenseMap<Operation *, unsigned> accesses;
  DenseMap<Operation *, BitVector> stores, liveCarried;
  DenseMap<Block *, BitVector> liveIn;
  DenseMap<Block *, SmallVector<unsigned>> arguments;
  std::unique_ptr<DominanceInfo> dominance;
  SmallVector<Operation *> erased;
};

struct PromoteVariablesPass final : lexon::impl::PromoteVariablesPassBase<PromoteVariablesPass> {
  using PromoteVariablesPassBase::PromoteVariablesPassBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<FunctionOpInterface>()) {
      if (function.isExternal())
        continue;
      SmallVector<Slot, 0> slots;
      for (Block &block : function.getFunctionBody())
        for (Operation &op : block) {
          Type type = allocatedScalar(&op);
          if (!type)
            continue;
          Slot slot;
          std::string reason = reasonAgainst(&op, type, function, slot);
          if (reason.empty()) {
            remark::passed(op.getLoc(), kEvent) << "a value";
            slots.push_back(slot);
          } else {
            remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
          }
        }
      if (!slots.empty())
        Promotion(function, slots).run();
    }
  }
};
} // namespace
