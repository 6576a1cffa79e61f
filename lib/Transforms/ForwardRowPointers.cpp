//===- ForwardRowPointers.cpp - rows that are parts of one block ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// In C a matrix is often one block and a table of pointers to its rows, `a[i] = block + i * m`. What the table holds at
// an index is known from the index: nobody needs to read it.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "lexon/Support/Debug.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace lexon {
#define GEN_PASS_DEF_FORWARDROWPOINTERSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon::arrays;

namespace {
constexpr auto kTable = remark::RemarkOpts::name("table").category("forward-row-pointers");
constexpr int64_t kPointerBytes = 8;

/// A read or write of a slot.
struct Access {
  Operation *op;
  Polynomial slot;
  SmallVector<LLVM::GEPOp, 1> steps; ///< from the table to the slot
};

/// What is stored into a slot: `base`, `bytes` further; or what slot `from` of the table itself holds.
struct Row {
  Polynomial slot, bytes;
  Value base;
  std::optional<Polynomial> from;
  Type element; ///< what the bytes were counted in
  bool inbounds = true;
};

/// A table of pointers that nobody else sees, all of which are `base`, `stride` * slot + `start` bytes further.
class Table {
public:
  Table(Operation *allocation, Reader &reader, DominanceInfo &dominance)
      : allocation(allocation), reader(reader), dominance(dominance) {}

  /// False if the table stays, for the reason `why`, which is "" if it is no such table at all.
  bool match() {
    if (!collect(allocation->getResult(0), {}) || stores.empty())
      return false;
    for (const Access &store : stores) {
      std::optional<Row> row = readRow(store);
      if (!row)
        return false;
      rows.push_back(*row);
    }
    return solve() && checkPlaces();
  }

  void rewrite() {
    OpBuilder builder(allocation);
    computeShared(builder);
    for (const Access &load : loads) {
      builder.setInsertionPoint(load.op);
      load.op->getResult(0).replaceAllUsesWith(rowAt(load, builder));
    }
    for (auto compare : checks) {
      builder.setInsertionPoint(compare);
      bool isEqual = compare.getPredicate() == LLVM::ICmpPredicate::eq;
      compare.getResult().replaceAllUsesWith(
          arith::ConstantIntOp::create(builder, compare.getLoc(), isEqual ? 0 : 1, 1).getResult());
    }
    for (OpOperand *use : watched) {
      builder.setInsertionPoint(use->getOwner());
      use->set(LLVM::UndefOp::create(builder, allocation->getLoc(), use->get().getType()));
    }
    // Users first.
    for (Operation *op : llvm::reverse(owned))
      op->erase();
    allocation->erase();
  }

  std::string why;

private:
  bool refuse(const char *reason) {
    why = reason;
    return false;
  }

  /// Reads the uses of an address that is `bytes` into the table.
  bool collect(Value address, const Polynomial &bytes, SmallVector<LLVM::GEPOp, 1> steps = {}) {
    for (OpOperand &use : address.getUses()) {
      Operation *op = use.getOwner();
      if (isa<LLVM::DbgValueOp>(op)) {
        watched.push_back(&use);
        continue;
      }
      owned.push_back(op);
      if (auto step = dyn_cast<LLVM::GEPOp>(op)) {
        std::optional<Polynomial> by = distance(step);
        if (!by)
          return refuse("the table is used as something else");
        SmallVector<LLVM::GEPOp, 1> further(steps);
        further.push_back(step);
        if (!collect(step.getResult(), bytes.plus(*by), further))
          return false;
        continue;
      }
      if (auto compare = dyn_cast<LLVM::ICmpOp>(op); compare && bytes.terms.empty() && isNullCheck(compare)) {
        checks.push_back(compare);
        continue;
      }
      if (calleeOf(op) == "free" && bytes.terms.empty())
        continue;
      std::optional<Polynomial> slot = bytes.dividedBy(kPointerBytes);
      auto load = dyn_cast<LLVM::LoadOp>(op);
      auto store = dyn_cast<LLVM::StoreOp>(op);
      bool isPlain = (load && isa<LLVM::LLVMPointerType>(load.getType()) && !load.getVolatile_() &&
                      load.getOrdering() == LLVM::AtomicOrdering::not_atomic) ||
                     (store && isa<LLVM::LLVMPointerType>(store.getValue().getType()) && store.getAddr() == address &&
                      store.getValue() != address && !store.getVolatile_() &&
                      store.getOrdering() == LLVM::AtomicOrdering::not_atomic);
      if (!slot || !isPlain)
        return refuse("the table is used as something else");
      (load ? loads : stores).push_back({op, *slot, steps});
    }
    return true;
  }

  static bool isNullCheck(LLVM::ICmpOp compare) {
    bool isEquality =
        compare.getPredicate() == LLVM::ICmpPredicate::eq || compare.getPredicate() == LLVM::ICmpPredicate::ne;
    return isEquality &&
           (compare.getLhs().getDefiningOp<LLVM::ZeroOp>() || compare.getRhs().getDefiningOp<LLVM::ZeroOp>());
  }

  std::optional<Polynomial> distance(LLVM::GEPOp step) {
    std::optional<int64_t> size = sizeOf(step.getElemType());
    if (!size || step.getRawConstantIndices().size() != 1)
      return std::nullopt;
    Polynomial by = step.getDynamicIndices().empty() ? Polynomial::constant(step.getRawConstantIndices().front())
                                                     : reader.read(step.getDynamicIndices().front(), true);
    return by.times(Polynomial::constant(*size));
  }

  std::optional<Row> readRow(const Access &store) {
    Row row{store.slot, {}, cast<LLVM::StoreOp>(store.op).getValue(), {}, {}};
    for (;;) {
      if (auto step = row.base.getDefiningOp<LLVM::GEPOp>()) {
        std::optional<Polynomial> by = distance(step);
        if (!by)
          return std::nullopt;
        row.bytes = row.bytes.plus(*by);
        row.element = step.getElemType();
        row.inbounds &= bitEnumContainsAny(step.getNoWrapFlags(), LLVM::GEPNoWrapFlags::inboundsFlag);
        row.base = step.getBase();
      } else if (std::optional<Polynomial> by = carriedDistance(row)) {
        row.bytes = row.bytes.plus(*by);
      } else {
        break;
      }
    }
    for (const Access &load : loads)
      if (load.op == row.base.getDefiningOp())
        row.from = load.slot;
    return row;
  }

  /// How far a pointer that a loop carries on by equal steps (`p += m`) is from where it was before the loop, which
  /// becomes the base.
  std::optional<Polynomial> carriedDistance(Row &row) {
    auto carried = dyn_cast<BlockArgument>(row.base);
    Operation *loop = carried ? carried.getOwner()->getParentOp() : nullptr;
    Value init, next;
    std::optional<Polynomial> times;
    if (auto counted = dyn_cast_or_null<scf::ForOp>(loop)) {
      APInt increment;
      if (carried == counted.getInductionVar() || !matchPattern(counted.getStep(), m_ConstantInt(&increment)) ||
          !increment.isOne())
        return std::nullopt;
      init = counted.getTiedLoopInit(carried)->get();
      next = counted.getTiedLoopYieldedValue(carried)->get();
      times = reader.read(counted.getInductionVar()).plus(reader.read(counted.getLowerBound()), -1);
    } else if (auto whileLoop = dyn_cast_or_null<scf::WhileOp>(loop)) {
      std::optional<unsigned> number = handedOn(whileLoop, carried);
      if (!number)
        return std::nullopt;
      init = whileLoop.getInits()[*number];
      next = whileLoop.getYieldOp().getOperand(*number);
      times = iterations(whileLoop);
    }
    auto step = next ? next.getDefiningOp<LLVM::GEPOp>() : LLVM::GEPOp();
    std::optional<Polynomial> by = step && step.getBase() == carried ? distance(step) : std::nullopt;
    if (!times || !by || !reader.isAvailable(*by, loop, dominance))
      return std::nullopt;
    row.base = init;
    row.element = step.getElemType();
    row.inbounds &= bitEnumContainsAny(step.getNoWrapFlags(), LLVM::GEPNoWrapFlags::inboundsFlag);
    return by->times(*times);
  }

  /// The number of the value that the loop hands on to its body as `argument`.
  static std::optional<unsigned> handedOn(scf::WhileOp loop, BlockArgument argument) {
    if (argument.getOwner() != loop.getAfterBody())
      return std::nullopt;
    auto handed = dyn_cast<BlockArgument>(loop.getConditionOp().getArgs()[argument.getArgNumber()]);
    if (!handed || handed.getOwner() != loop.getBeforeBody())
      return std::nullopt;
    return handed.getArgNumber();
  }

  /// How often the body ran before, by a counter that the loop carries.
  std::optional<Polynomial> iterations(scf::WhileOp loop) {
    for (BlockArgument counter : loop.getAfterArguments()) {
      std::optional<unsigned> number = counter.getType().isIntOrIndex() ? handedOn(loop, counter) : std::nullopt;
      auto sum = number ? loop.getYieldOp().getOperand(*number).getDefiningOp<arith::AddIOp>() : arith::AddIOp();
      if (!sum || sum.getLhs() != counter || !matchPattern(sum.getRhs(), m_One()))
        continue;
      bool isWide = counter.getType().isIndex() || counter.getType().isInteger(64);
      if (isWide || bitEnumContainsAny(sum.getOverflowFlags(), arith::IntegerOverflowFlags::nsw))
        return reader.read(counter, true).plus(reader.read(loop.getInits()[*number], true), -1);
    }
    return std::nullopt;
  }

  /// Finds `base`, `stride` and `start` such that every store is of base + stride * slot + start. A store of what
  /// another slot holds keeps to that if the distance of the slots does.
  bool solve() {
    const Row *first = nullptr;
    for (const Row &row : rows)
      if (!row.from && (!first || !row.slot.asConstant()))
        first = &row;
    if (!first)
      return false;
    base = first->base;
    for (const Row &row : rows) {
      if (!row.from && row.base != base)
        return false;
      // How far slots are from another, and what they hold.
      bool isFirst = &row == first;
      Polynomial slots = row.from ? row.slot.plus(*row.from, -1) : isFirst ? row.slot : row.slot.plus(first->slot, -1);
      Polynomial bytes = row.from || isFirst ? row.bytes : row.bytes.plus(first->bytes, -1);
      if (stride.terms.empty() && !(isFirst && slots.asConstant()))
        stride = quotient(bytes, slots);
      if (row.element && (!element || row.element == element)) {
        element = row.element;
        inbounds = inbounds.value_or(true) && row.inbounds;
      }
    }
    if (stride.terms.empty())
      return false; // no block, or rows without end
    start = first->bytes.plus(stride.times(first->slot), -1);
    for (const Row &row : rows) {
      Polynomial held = stride.times(row.slot).plus(start);
      Polynomial given = row.from ? stride.times(*row.from).plus(start).plus(row.bytes) : row.bytes;
      if (!(held == given))
        return refuse("its rows are not at equal distances in one block");
    }
    return true;
  }

  /// What `bytes` has for each of `slots`, as far as that can be told from a term of one factor.
  static Polynomial quotient(const Polynomial &bytes, const Polynomial &slots) {
    if (std::optional<int64_t> number = slots.asConstant())
      return *number ? bytes.dividedBy(*number).value_or(Polynomial()) : Polynomial();
    for (auto &[product, coefficient] : slots.terms) {
      if (product.size() != 1 || coefficient != 1)
        continue;
      Polynomial result;
      for (auto &[factors, times] : bytes.terms)
        if (llvm::count(factors, product.front()) == 1) {
          SmallVector<unsigned, 2> others;
          llvm::copy_if(factors, std::back_inserter(others), [&](unsigned atom) { return atom != product.front(); });
          result.terms[others] = times;
        }
      if (!result.terms.empty())
        return result;
    }
    return {};
  }

  /// While the table lives, base, stride and start must be what they were when it was filled. They are if they were
  /// computed before it was allocated: who computes them anew comes by the allocation before any access. The base may
  /// also be computed after it, if that is not done again without another allocation.
  bool checkPlaces() {
    if (!reader.isAvailable(stride, allocation, dominance) || !reader.isAvailable(start, allocation, dominance))
      return refuse("the length of its rows is not known before it");
    if (!dominance.properlyDominates(base, allocation) && !isMadeOnce(base.getDefiningOp()))
      return refuse("its rows are parts of what may change");
    for (const Access &load : loads) {
      if (!dominance.properlyDominates(base, load.op))
        return refuse("it is read where its block is not known");
      if (calleeOf(allocation) != "calloc")
        continue;
      // Slots without a row hold NULL, which may be looked at.
      for (Operation *user : load.op->getUsers()) {
        auto store = dyn_cast<LLVM::StoreOp>(user);
        bool isAccess = isa<LLVM::GEPOp, LLVM::LoadOp, LLVM::DbgValueOp>(user) ||
                        (store && store.getValue() != load.op->getResult(0));
        if (!isAccess)
          return refuse("it is cleared, and a row used otherwise than accessed");
      }
    }
    return true;
  }

  bool isMadeOnce(Operation *made) {
    Block *from = made ? made->getBlock() : nullptr, *start = allocation->getBlock();
    if (!from || from->getParent() != start->getParent() || !dominance.dominates(start, from))
      return false;
    if (from == start)
      return true;
    SmallVector<Block *> work(from->getSuccessors());
    SmallPtrSet<Block *, 16> seen = {start};
    while (!work.empty()) {
      Block *block = work.pop_back_val();
      if (block == from)
        return false;
      if (seen.insert(block).second)
        llvm::append_range(work, block->getSuccessors());
    }
    return true;
  }

  Value rowAt(const Access &load, OpBuilder &builder) {
    if (stride.times(load.slot).plus(start).terms.empty())
      return base;
    Location loc = load.op->getLoc();
    Value index = arith::MulIOp::create(builder, loc, slotOf(load, builder), length);
    if (!start.terms.empty())
      index = arith::AddIOp::create(builder, loc, index, offset);
    auto flags = inbounds.value_or(false) ? LLVM::GEPNoWrapFlags::inbounds : LLVM::GEPNoWrapFlags::none;
    return LLVM::GEPOp::create(builder, loc, base.getType(), unit, base, ValueRange{index}, flags);
  }

  /// Computes what all rows share before the table is allocated: the distance of two and the first one's place, in
  /// units of what the program's pointers point to if they are whole ones.
  void computeShared(OpBuilder &builder) {
    unit = element ? element : builder.getI8Type();
    if (!stride.dividedBy(*sizeOf(unit)) || !start.dividedBy(*sizeOf(unit)))
      unit = builder.getI8Type();
    auto compute = [&](const Polynomial &bytes) {
      Value index = reader.materializeExtent(*bytes.dividedBy(*sizeOf(unit)), builder, allocation, dominance);
      return arith::IndexCastOp::create(builder, allocation->getLoc(), builder.getI64Type(), index);
    };
    length = compute(stride);
    offset = compute(start);
  }

  /// The slot's number, from the program's own indices: polynomials hide which values they were computed from.
  Value slotOf(const Access &load, OpBuilder &builder) {
    Location loc = load.op->getLoc();
    Value sum;
    for (LLVM::GEPOp step : load.steps) {
      int64_t size = *sizeOf(step.getElemType());
      if (size % kPointerBytes != 0)
        return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                          reader.materialize(load.slot, builder, loc));
      Value index = step.getDynamicIndices().empty()
                        ? arith::ConstantIntOp::create(builder, loc, step.getRawConstantIndices().front(), 64)
                        : step.getDynamicIndices().front();
      if (!index.getType().isInteger(64))
        index = arith::ExtSIOp::create(builder, loc, builder.getI64Type(), index);
      if (size != kPointerBytes)
        index = arith::MulIOp::create(builder, loc, index,
                                      arith::ConstantIntOp::create(builder, loc, size / kPointerBytes, 64));
      sum = sum ? arith::AddIOp::create(builder, loc, sum, index).getResult() : index;
    }
    return sum ? sum : arith::ConstantIntOp::create(builder, loc, 0, 64).getResult();
  }

  Operation *allocation;
  Reader &reader;
  DominanceInfo &dominance;
  SmallVector<Access> loads, stores;
  SmallVector<LLVM::ICmpOp> checks;
  SmallVector<OpOperand *> watched;
  SmallVector<Operation *> owned; ///< all operations on the table, those that others use before these
  SmallVector<Row> rows;
  Value base;
  Polynomial stride, start;
  Type element;
  std::optional<bool> inbounds;
  Type unit;
  Value length, offset; ///< stride and start, in units
};

struct ForwardRowPointersPass final : lexon::impl::ForwardRowPointersPassBase<ForwardRowPointersPass> {
  using ForwardRowPointersPassBase::ForwardRowPointersPassBase;

  void runOnOperation() override {
    if (bringsAllocator(getOperation()))
      return;
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      if (!function.isExternal())
        runOn(function);
  }

private:
  static void runOn(FunctionOpInterface function) {
    SmallVector<Operation *> tables;
    function->walk([&](Operation *op) {
      if (isAllocation(op) && !isa<memref::AllocOp>(op))
        tables.push_back(op);
    });
    DominanceInfo dominance(function);
    // A table of a table's parts comes into sight once that one is gone.
    for (bool changes = true; changes;) {
      changes = false;
      for (Operation *&allocation : tables) {
        if (!allocation)
          continue;
        Reader reader;
        Table table(allocation, reader, dominance);
        if (!table.match())
          continue;
        LEXON_DEBUG("forward-row-pointers", os << "'" << nameOf(allocation) << "' is known without being read");
        remark::passed(allocation->getLoc(), kTable) << "rows of '" + nameOf(allocation) + "' are parts of one block";
        table.rewrite();
        allocation = nullptr;
        changes = true;
      }
    }
    for (Operation *allocation : tables)
      if (allocation)
        explain(allocation, dominance);
  }

  static void explain(Operation *allocation, DominanceInfo &dominance) {
    Reader reader;
    Table table(allocation, reader, dominance);
    if (!table.match() && !table.why.empty() && holdsParts(allocation))
      remark::missed(allocation->getLoc(), kTable)
          << remark::reason("{0}", "'" + nameOf(allocation) + "' stays: " + table.why);
  }

  /// True if a slot is given a part of another allocation.
  static bool holdsParts(Operation *allocation) {
    return llvm::any_of(allocation->getUsers(), [](Operation *user) {
      auto step = dyn_cast<LLVM::GEPOp>(user);
      return step && llvm::any_of(step->getUsers(), [&](Operation *access) {
               auto store = dyn_cast<LLVM::StoreOp>(access);
               auto part = store ? store.getValue().getDefiningOp<LLVM::GEPOp>() : LLVM::GEPOp();
               Operation *whole = part ? part.getBase().getDefiningOp() : nullptr;
               return whole && isAllocation(whole) && store.getAddr() == step.getResult();
             });
    });
  }
};
} // namespace
