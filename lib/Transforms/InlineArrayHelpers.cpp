//===- InlineArrayHelpers.cpp - what passes arrays of pointers, inlined ---===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// C programs allocate, fill, use and free arrays of pointers in functions of their own. To find out that one is an
// N-dimensional array, all of its uses must be seen at once. Only calls that such an array passes through are inlined:
// which those are is told by unification of pointers (Steensgaard, "Points-to Analysis in Almost Linear Time", 1996).
//
//===----------------------------------------------------------------------===//

#include "lexon/Support/Debug.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/Conversion/ControlFlowToSCF/ControlFlowToSCF.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/CFGToSCF.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"

namespace lexon {
#define GEN_PASS_DEF_INLINEARRAYHELPERSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kCall = remark::RemarkOpts::name("call").category("inline-array-helpers");

bool isPointer(Value value) { return isa<LLVM::LLVMPointerType>(value.getType()); }

StringRef allocatorName(Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  if (!call || !llvm::is_contained({"malloc", "calloc", "aligned_alloc"}, call.getCallee()))
    return "";
  return call.getCallee();
}

/// What pointers may point to: classes of values and of what their objects hold.
class Classes {
public:
  unsigned of(Value value) {
    auto [found, isNew] = numbers.try_emplace(value, 0);
    if (isNew)
      found->second = create();
    return find(found->second);
  }
  unsigned ofSymbol(StringRef name) {
    auto [found, isNew] = symbols.try_emplace(name, 0);
    if (isNew)
      found->second = create();
    return find(found->second);
  }
  unsigned heldBy(unsigned number) {
    number = find(number);
    if (holds[number] < 0) {
      int created = create();
      holds[number] = created;
    }
    return find(holds[number]);
  }
  void unify(unsigned a, unsigned b) {
    SmallVector<std::pair<unsigned, unsigned>> work = {{a, b}};
    while (!work.empty()) {
      auto [x, y] = work.pop_back_val();
      x = find(x), y = find(y);
      if (x == y)
        continue;
      parents[y] = x;
      if (holds[x] < 0)
        holds[x] = holds[y];
      else if (holds[y] >= 0)
        work.push_back({holds[x], holds[y]});
    }
  }
  unsigned find(unsigned number) {
    while (parents[number] != number)
      number = parents[number] = parents[parents[number]];
    return number;
  }
  /// Those that `marked` can be reached from, and those reached from it: what an array is part of, and its parts.
  void markConnected(llvm::BitVector &marked) {
    marked.resize(parents.size());
    llvm::BitVector below = marked, above = marked;
    for (bool changes = true; changes;) {
      changes = false;
      for (unsigned i = 0; i < parents.size(); ++i) {
        if (find(i) != i || holds[i] < 0)
          continue;
        unsigned inner = find(holds[i]);
        if (below.test(i) && !below.test(inner))
          changes = true, below.set(inner);
        if (above.test(inner) && !above.test(i))
          changes = true, above.set(i);
      }
    }
    marked |= below;
    marked |= above;
  }
  /// Those of `marked` that are arrays, their parts, and what they are part of, by array.
  llvm::IntEqClasses groups(const llvm::BitVector &marked) {
    llvm::IntEqClasses groups(parents.size());
    for (unsigned i : marked.set_bits())
      if (find(i) == i && holds[i] >= 0 && marked.test(find(holds[i])))
        groups.join(i, find(holds[i]));
    return groups;
  }
  unsigned size() const { return parents.size(); }

private:
  unsigned create() {
    parents.push_back(parents.size());
    holds.push_back(-1);
    return parents.size() - 1;
  }
  DenseMap<Value, unsigned> numbers;
  llvm::StringMap<unsigned> symbols;
  SmallVector<unsigned, 0> parents;
  SmallVector<int, 0> holds;
};

/// Calls, and which functions may take part.
class Helpers {
public:
  explicit Helpers(ModuleOp module) {
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        defined[function.getSymName()] = function;
  }

  func::FuncOp callee(Operation *op) const {
    auto call = dyn_cast<func::CallOp>(op);
    return call ? defined.lookup(call.getCallee()) : func::FuncOp();
  }

  /// Finds functions that give out a new allocation and do nothing else with pointers.
  void findWrappers() {
    for (bool changes = true; changes;) {
      changes = false;
      for (auto &[name, function] : defined)
        if (!wrappers.contains(function) && isWrapper(function))
          changes |= wrappers.insert(function).second;
    }
  }

  bool allocates(Operation *op) const {
    if (!allocatorName(op).empty())
      return true;
    func::FuncOp function = callee(op);
    return function && wrappers.contains(function);
  }

  /// The functions in an order where callees come first; recursive ones are left out.
  SmallVector<func::FuncOp> bottomUp() {
    SmallVector<func::FuncOp> order;
    llvm::StringMap<int> state;
    for (auto function : inOrder())
      if (state.lookup(function.getSymName()) == 0)
        visit(function, state, order);
    return order;
  }

  SmallVector<func::FuncOp> inOrder() {
    SmallVector<func::FuncOp> all;
    if (defined.empty())
      return all;
    auto module = defined.begin()->second->getParentOfType<ModuleOp>();
    for (auto function : module.getOps<func::FuncOp>())
      if (defined.contains(function.getSymName()))
        all.push_back(function);
    return all;
  }

  bool isRecursive(func::FuncOp function) const { return recursive.contains(function); }

private:
  bool isWrapper(func::FuncOp function) {
    auto results = function.getFunctionType().getResults();
    if (results.size() != 1 || !isa<LLVM::LLVMPointerType>(results.front()))
      return false;
    bool storesPointer = function
                             ->walk([&](LLVM::StoreOp op) {
                               return isPointer(op.getValue()) ? WalkResult::interrupt() : WalkResult::advance();
                             })
                             .wasInterrupted();
    if (storesPointer)
      return false;
    bool isNew = true;
    llvm::SmallPtrSet<Value, 8> seen;
    function->walk([&](func::ReturnOp op) { isNew &= comesFromAllocation(op.getOperand(0), seen); });
    return isNew;
  }

  bool comesFromAllocation(Value value, llvm::SmallPtrSet<Value, 8> &seen) {
    if (!seen.insert(value).second)
      return true;
    Operation *op = value.getDefiningOp();
    if (!op) {
      auto argument = cast<BlockArgument>(value);
      Block *block = argument.getOwner();
      if (block->isEntryBlock())
        return false;
      for (auto it = block->pred_begin(); it != block->pred_end(); ++it) {
        auto branch = dyn_cast<BranchOpInterface>((*it)->getTerminator());
        Value from = branch ? branch.getSuccessorOperands(it.getSuccessorIndex())[argument.getArgNumber()] : Value();
        if (!from || !comesFromAllocation(from, seen))
          return false;
      }
      return true;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      unsigned number = cast<OpResult>(value).getResultNumber();
      return branch.elseBlock() && comesFromAllocation(branch.thenYield().getOperand(number), seen) &&
             comesFromAllocation(branch.elseYield().getOperand(number), seen);
    }
    return isa<LLVM::ZeroOp, LLVM::UndefOp>(op) || allocates(op);
  }

  void visit(func::FuncOp function, llvm::StringMap<int> &state, SmallVectorImpl<func::FuncOp> &order) {
    state[function.getSymName()] = 1;
    function->walk([&](func::CallOp call) {
      func::FuncOp next = callee(call);
      if (!next)
        return;
      int found = state.lookup(next.getSymName());
      if (found == 0)
        visit(next, state, order);
      else if (found == 1)
        recursive.insert(next);
    });
    state[function.getSymName()] = 2;
    order.push_back(function);
  }

  llvm::StringMap<func::FuncOp> defined;
  DenseSet<Operation *> wrappers, recursive;
};

/// Puts a copy of a function's body into the place of a call.
class Inliner {
public:
  explicit Inliner(MLIRContext *context) : rewriter(context) {}

  /// Why no call of `function` can be inlined, or "".
  static std::string reasonAgainst(func::FuncOp function) {
    if (auto list = function->getAttrOfType<ArrayAttr>("passthrough"))
      for (Attribute attribute : list)
        if (auto name = dyn_cast<StringAttr>(attribute))
          if (name == "noinline" || name == "returns_twice" || name == "optnone")
            return "'" + name.str() + "'";
    if (auto linkage = function->getAttrOfType<LLVM::LinkageAttr>("llvm.linkage"))
      if (linkage.getLinkage() != LLVM::Linkage::Internal && linkage.getLinkage() != LLVM::Linkage::External &&
          linkage.getLinkage() != LLVM::Linkage::Private)
        return "another definition may take its place";
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (function.getArgAttr(i, LLVM::LLVMDialect::getByValAttrName()))
        return "an argument is passed in memory";
    std::string reason;
    function->walk([&](Operation *op) {
      if (isa<LLVM::StackSaveOp, LLVM::VaStartOp, LLVM::BlockAddressOp, LLVM::IndirectBrOp>(op))
        reason = "'" + op->getName().getStringRef().str() + "'";
      auto kind = op->getAttrOfType<LLVM::TailCallKindAttr>("TailCallKind");
      if (kind && kind.getTailCallKind() == LLVM::tailcallkind::TailCallKind::MustTail)
        reason = "it ends in a call that must be the last thing";
      if (auto alloca = dyn_cast<LLVM::AllocaOp>(op); alloca && !matchPattern(alloca.getArraySize(), m_Constant()))
        reason = "it allocates on the stack what has no constant size";
    });
    return reason;
  }

  /// A body in one block, or failure.
  static LogicalResult structure(func::FuncOp function) {
    if (function.getBody().hasOneBlock())
      return success();
    ControlFlowToSCFTransformation transformation;
    DominanceInfo dominance(function);
    FailureOr<bool> changed = transformCFGToSCF(function.getBody(), transformation, dominance);
    return success(succeeded(changed) && function.getBody().hasOneBlock());
  }

  void inlineCall(func::CallOp call, func::FuncOp function) {
    auto caller = call->getParentOfType<func::FuncOp>();
    IRMapping mapping;
    mapping.map(function.getArguments(), call.getOperands());
    rewriter.setInsertionPoint(call);
    scope = scopeOf(function);
    // The place of the call is one in the caller, also where the caller is inlined in turn.
    if (!isa<CallSiteLoc>(call.getLoc()))
      call->setLoc(withScope(call.getLoc(), scopeOf(caller)));
    if (function.getBody().hasOneBlock()) {
      for (Operation &op : function.getBody().front().without_terminator())
        clone(op, mapping, call, caller);
      auto results = function.getBody().front().getTerminator()->getOperands();
      for (auto [result, value] : llvm::zip_equal(call.getResults(), results))
        result.replaceAllUsesWith(mapping.lookupOrDefault(value));
    } else {
      inlineBlocks(call, function, mapping, caller);
    }
    call->erase();
  }

private:
  void clone(Operation &op, IRMapping &mapping, func::CallOp call, func::FuncOp caller) {
    Operation *created = rewriter.clone(op, mapping);
    created->walk([&](Operation *inner) {
      inner->setLoc(locationOf(inner->getLoc(), call));
      for (Region &region : inner->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setLoc(locationOf(argument.getLoc(), call));
    });
    // A loop around the call must not grow the stack.
    if (isa<LLVM::AllocaOp, memref::AllocaOp>(created)) {
      Block &entry = caller.getBody().front();
      for (Value operand : created->getOperands()) {
        OpBuilder::InsertionGuard guard(rewriter);
        rewriter.setInsertionPointToStart(&entry);
        Operation *size = rewriter.clone(*operand.getDefiningOp());
        created->replaceUsesOfWith(operand, size->getResult(0));
        created->moveAfter(size);
      }
      if (created->getNumOperands() == 0)
        created->moveBefore(&entry, entry.begin());
    }
  }

  /// The place in the function, which the place of the call is told of.
  Location locationOf(Location own, func::CallOp call) {
    return CallSiteLoc::get(isa<CallSiteLoc>(own) ? own : withScope(own, scope), call.getLoc());
  }

  static LLVM::DISubprogramAttr scopeOf(func::FuncOp function) {
    auto fused = dyn_cast<FusedLoc>(function.getLoc());
    return fused ? dyn_cast_or_null<LLVM::DISubprogramAttr>(fused.getMetadata()) : LLVM::DISubprogramAttr();
  }

  static Location withScope(Location loc, LLVM::DISubprogramAttr scope) {
    auto fused = dyn_cast<FusedLoc>(loc);
    if (!scope || (fused && fused.getMetadata()))
      return loc;
    return FusedLoc::get({loc}, scope, loc.getContext());
  }

  void inlineBlocks(func::CallOp call, func::FuncOp function, IRMapping &mapping, func::FuncOp caller) {
    Block *before = call->getBlock();
    Block *behind = before->splitBlock(call);
    for (Value result : call.getResults())
      result.replaceAllUsesWith(behind->addArgument(result.getType(), call.getLoc()));
    for (Block &block : function.getBody()) {
      Block *created = new Block();
      behind->getParent()->getBlocks().insert(behind->getIterator(), created);
      mapping.map(&block, created);
      if (!block.isEntryBlock())
        for (BlockArgument argument : block.getArguments())
          mapping.map(argument, created->addArgument(argument.getType(), locationOf(argument.getLoc(), call)));
    }
    // In an order where values come before their uses, but for those that blocks hand on.
    for (Block &block : function.getBody())
      for (Operation &op : block) {
        rewriter.setInsertionPointToEnd(mapping.lookup(&block));
        auto back = dyn_cast<func::ReturnOp>(op);
        if (!back) {
          clone(op, mapping, call, caller);
          continue;
        }
        SmallVector<Value> values;
        for (Value value : back.getOperands())
          values.push_back(mapping.lookupOrDefault(value));
        cf::BranchOp::create(rewriter, call.getLoc(), behind, values);
      }
    // A block may stand before the one that dominates it.
    for (Block &block : function.getBody())
      mapping.lookup(&block)->walk([&](Operation *op) {
        for (OpOperand &operand : op->getOpOperands())
          operand.set(mapping.lookupOrDefault(operand.get()));
      });
    rewriter.setInsertionPointToEnd(before);
    cf::BranchOp::create(rewriter, call.getLoc(), mapping.lookup(&function.getBody().front()));
  }

  IRRewriter rewriter;
  LLVM::DISubprogramAttr scope;
};

struct InlineArrayHelpersPass final : lexon::impl::InlineArrayHelpersPassBase<InlineArrayHelpersPass> {
  using InlineArrayHelpersPassBase::InlineArrayHelpersPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Helpers helpers(module);
    if (!module.lookupSymbol("malloc") && !module.lookupSymbol("calloc") && !module.lookupSymbol("aligned_alloc"))
      return;
    helpers.findWrappers();
    Classes classes;
    SmallVector<unsigned> seeds;
    for (auto function : helpers.inOrder())
      unify(function, helpers, classes, seeds);
    addArraysOfOneRow(helpers, classes, seeds);
    if (seeds.empty())
      return;
    llvm::BitVector marked(classes.size());
    for (unsigned seed : seeds)
      marked.set(classes.find(seed));
    classes.markConnected(marked);
    auto isMarked = [&](Value value) {
      if (!isPointer(value))
        return false;
      unsigned number = classes.of(value);
      return number < marked.size() && marked.test(number);
    };
    SmallVector<func::FuncOp> order = helpers.bottomUp();
    llvm::IntEqClasses groups = classes.groups(marked);
    // Callers first: what allocates a row may have that done by another one.
    DenseMap<Operation *, unsigned> wrappers;
    SmallVector<Candidate> candidates;
    for (auto function : llvm::reverse(order))
      function->walk([&](func::CallOp call) {
        func::FuncOp callee = helpers.callee(call);
        if (!callee)
          return;
        bool isWrapper = helpers.allocates(call);
        std::optional<unsigned> group;
        auto join = [&](unsigned other) { group = group ? groups.join(*group, other) : other; };
        for (Value value :
             llvm::concat<Value>(SmallVector<Value>(call.getOperands()), SmallVector<Value>(call.getResults())))
          if (isMarked(value))
            join(classes.of(value));
        if (auto known = wrappers.find(function); isWrapper && known != wrappers.end())
          join(known->second);
        if (!group)
          return;
        candidates.push_back({call, *group});
        if (isWrapper)
          wrappers.try_emplace(callee, *group);
      });
    inlineChosen(order, choose(order, candidates, groups, helpers), helpers);
    eraseUncalled(module);
  }

private:
  /// A call that an array passes through, and the group of the array.
  struct Candidate {
    func::CallOp call;
    unsigned group;
  };
  using CallsOf = DenseMap<Operation *, SmallVector<func::CallOp>>;

  static void leave(func::CallOp call, const std::string &why) {
    LEXON_DEBUG("inline-array-helpers", os << "call of '" << call.getCallee() << "' stays: " << why);
    remark::missed(call.getLoc(), kCall) << remark::reason("{0}",
                                                           "call of '" + call.getCallee().str() + "' stays: " + why);
  }

  /// All calls of an array's group or none, as long as the module does not grow too much: in a program that keeps
  /// everything in one kind of table (an interpreter) all calls are of one group, which would be hopeless as well.
  CallsOf choose(ArrayRef<func::FuncOp> order, ArrayRef<Candidate> candidates, const llvm::IntEqClasses &groups,
                 Helpers &helpers) {
    llvm::MapVector<unsigned, SmallVector<func::CallOp>> byGroup;
    for (const Candidate &candidate : candidates) {
      func::FuncOp callee = helpers.callee(candidate.call);
      std::string reason = helpers.isRecursive(callee) ? "it is recursive" : Inliner::reasonAgainst(callee);
      if (reason.empty())
        byGroup[groups.findLeader(candidate.group)].push_back(candidate.call);
      else
        leave(candidate.call, reason);
    }
    DenseMap<Operation *, uint64_t> sizes;
    for (func::FuncOp function : order)
      function->walk([&](Operation *) { ++sizes[function]; });
    CallsOf chosen;
    for (auto &[group, calls] : byGroup) {
      CallsOf tried = chosen;
      for (func::CallOp call : calls)
        tried[call->getParentOfType<func::FuncOp>()].push_back(call);
      if (growth(order, tried, sizes, helpers) <= mostOperations)
        chosen = std::move(tried);
      else
        for (func::CallOp call : calls)
          leave(call, "the program would become too large");
    }
    return chosen;
  }

  /// How many operations inlining adds, or some number above the limit.
  uint64_t growth(ArrayRef<func::FuncOp> order, const CallsOf &calls, DenseMap<Operation *, uint64_t> sizes,
                  Helpers &helpers) const {
    uint64_t sum = 0;
    for (func::FuncOp caller : order) {
      auto found = calls.find(caller);
      if (found == calls.end())
        continue;
      uint64_t added = 0;
      for (func::CallOp call : found->second)
        added += sizes.lookup(helpers.callee(call));
      sizes[caller] += added;
      sum += added;
      if (sum > mostOperations)
        break;
    }
    return sum;
  }

  /// Reads one function into `classes`, and adds the arrays whose slots it gives allocations to `seeds`.
  static void unify(func::FuncOp function, Helpers &helpers, Classes &classes, SmallVectorImpl<unsigned> &seeds) {
    function->walk([&](Operation *op) {
      auto same = [&](Value a, Value b) {
        if (isPointer(a) && isPointer(b))
          classes.unify(classes.of(a), classes.of(b));
      };
      if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
        if (isPointer(load.getResult()))
          classes.unify(classes.of(load.getResult()), classes.heldBy(classes.of(load.getAddr())));
      } else if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
        if (isPointer(store.getValue()))
          classes.unify(classes.of(store.getValue()), classes.heldBy(classes.of(store.getAddr())));
        if (isPointer(store.getValue()) && isIndexed(store, helpers))
          seeds.push_back(classes.of(store.getAddr()));
      } else if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp>(op)) {
        classes.unify(classes.heldBy(classes.of(op->getOperand(0))), classes.heldBy(classes.of(op->getOperand(1))));
      } else if (auto address = dyn_cast<LLVM::AddressOfOp>(op)) {
        classes.unify(classes.of(address.getResult()), classes.ofSymbol(address.getGlobalName()));
      } else if (func::FuncOp callee = helpers.callee(op)) {
        // One that allocates what goes into a slot.
        for (Value operand : op->getOperands())
          if (auto step = operand.getDefiningOp<LLVM::GEPOp>(); step && isSlot(step))
            seeds.push_back(classes.of(operand));
        for (auto [operand, argument] : llvm::zip(op->getOperands(), callee.getArguments()))
          same(operand, argument);
        if (helpers.allocates(op))
          return;
        callee->walk([&](func::ReturnOp back) {
          for (auto [value, result] : llvm::zip(back.getOperands(), op->getResults()))
            same(value, result);
        });
      } else if (isa<LLVM::GEPOp>(op)) {
        same(op->getResult(0), op->getOperand(0));
      } else if (isa<arith::SelectOp, LLVM::SelectOp>(op)) {
        same(op->getResult(0), op->getOperand(1));
        same(op->getResult(0), op->getOperand(2));
      } else if (auto branch = dyn_cast<BranchOpInterface>(op)) {
        for (unsigned i = 0; i < op->getNumSuccessors(); ++i)
          for (auto [n, argument] : llvm::enumerate(op->getSuccessor(i)->getArguments()))
            if (Value value = branch.getSuccessorOperands(i)[n])
              same(value, argument);
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        for (auto [init, carried, result, yielded] :
             llvm::zip(loop.getInits(), loop.getRegionIterArgs(), loop.getResults(), loop.getYieldedValues())) {
          same(init, carried);
          same(yielded, carried);
          same(result, carried);
        }
      } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
        for (auto [init, carried, yielded] :
             llvm::zip(loop.getInits(), loop.getBeforeArguments(), loop.getYieldOp().getOperands())) {
          same(init, carried);
          same(yielded, carried);
        }
        for (auto [given, inside, result] :
             llvm::zip(loop.getConditionOp().getArgs(), loop.getAfterArguments(), loop.getResults())) {
          same(given, inside);
          same(given, result);
        }
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        for (auto [i, result] : llvm::enumerate(branch.getResults())) {
          same(result, branch.thenYield().getOperand(i));
          same(result, branch.elseYield().getOperand(i));
        }
      }
    });
  }

  /// `a = malloc(sizeof *a), *a = malloc(...)`: the loop over one slot is none any more.
  static void addArraysOfOneRow(Helpers &helpers, Classes &classes, SmallVectorImpl<unsigned> &seeds) {
    SmallVector<Value> arrays, filled;
    for (auto function : helpers.inOrder())
      function->walk([&](Operation *op) {
        uint64_t bytes = 1;
        auto times = [&](Value operand) {
          APInt factor;
          bool isConstant = matchPattern(operand, m_ConstantInt(&factor)) && factor.ule(8);
          bytes *= isConstant ? factor.getZExtValue() : 0;
        };
        if (StringRef name = allocatorName(op); name == "malloc" || name == "calloc") {
          llvm::for_each(op->getOperands(), times);
          if (bytes == 8)
            arrays.push_back(op->getResult(0));
        }
        auto store = dyn_cast<LLVM::StoreOp>(op);
        Operation *row = store && isPointer(store.getValue()) ? store.getValue().getDefiningOp() : nullptr;
        if (row && helpers.allocates(row))
          filled.push_back(store.getAddr());
      });
    DenseSet<unsigned> known;
    for (Value array : arrays)
      known.insert(classes.of(array));
    for (Value slot : filled)
      if (known.contains(classes.of(slot)))
        seeds.push_back(classes.of(slot));
  }

  static bool isSlot(LLVM::GEPOp step) {
    return !step.getDynamicIndices().empty() && isa<LLVM::LLVMPointerType>(step.getElemType());
  }

  /// A store of a pointer at an index that is no constant: what arrays of rows are filled by.
  static bool isIndexed(LLVM::StoreOp store, const Helpers &helpers) {
    auto step = store.getAddr().getDefiningOp<LLVM::GEPOp>();
    if (!step || !isSlot(step))
      return false;
    if (isa_and_nonnull<func::CallOp>(store.getValue().getDefiningOp()))
      return true;
    // A part of an allocation, also one that a loop counts up to, or of what another slot holds.
    Value whole = store.getValue();
    auto carried = dyn_cast<BlockArgument>(whole);
    if (auto loop = carried ? dyn_cast<LoopLikeOpInterface>(carried.getOwner()->getParentOp()) : LoopLikeOpInterface())
      return llvm::any_of(loop.getInits(), [&](Value init) {
        return isPointer(init) && init.getDefiningOp() && helpers.allocates(init.getDefiningOp());
      });
    whole = baseOf(whole);
    Operation *from = whole.getDefiningOp();
    if (from && helpers.allocates(from))
      return true;
    auto other = dyn_cast_or_null<LLVM::LoadOp>(from);
    Operation *table = step.getBase().getDefiningOp();
    return other && table && helpers.allocates(table) && baseOf(other.getAddr()).getDefiningOp() == table;
  }

  static Value baseOf(Value pointer) {
    auto step = pointer.getDefiningOp<LLVM::GEPOp>();
    return step ? step.getBase() : pointer;
  }

  void inlineChosen(ArrayRef<func::FuncOp> order, const CallsOf &chosen, Helpers &helpers) {
    Inliner inliner(&getContext());
    for (func::FuncOp caller : order)
      for (func::CallOp call : chosen.lookup(caller)) {
        func::FuncOp callee = helpers.callee(call);
        bool isInBlocks = call->getParentOp() == caller.getOperation();
        if (!isInBlocks && failed(Inliner::structure(callee))) {
          leave(call, "its control flow is not structured");
          continue;
        }
        LEXON_DEBUG("inline-array-helpers",
                    os << "call of '" << callee.getSymName() << "' in '" << caller.getSymName() << "' is inlined");
        remark::passed(call.getLoc(), kCall) << "call of '" + callee.getSymName().str() + "' is inlined";
        inliner.inlineCall(call, callee);
      }
  }

  /// Functions of this file alone that nobody calls any more.
  static void eraseUncalled(ModuleOp module) {
    for (bool changes = true; changes;) {
      changes = false;
      SymbolTableCollection tables;
      SymbolUserMap users(tables, module);
      SmallVector<func::FuncOp> uncalled;
      for (auto function : module.getOps<func::FuncOp>()) {
        auto linkage = function->getAttrOfType<LLVM::LinkageAttr>("llvm.linkage");
        bool isInternal = linkage && linkage.getLinkage() == LLVM::Linkage::Internal;
        if (isInternal && !function.isExternal() && users.getUsers(function).empty())
          uncalled.push_back(function);
      }
      for (func::FuncOp function : uncalled)
        function.erase();
      changes = !uncalled.empty();
    }
  }
};
} // namespace
