//===- CanonicalizeMemRefsUses.cpp - is this an N-dimensional array? ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// An array of pointers may become one block of memory if nothing can tell the difference: every object is as long as
// its siblings, each is in one slot from the loop that fills it to the one that frees it, and no pointer to one is seen
// by anything that is not known.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lexon::arrays;

namespace {
constexpr int64_t kPointerBytes = 8;
constexpr int64_t kMostElements = int64_t(1) << 40;

bool isNull(Value value) { return value.getDefiningOp<LLVM::ZeroOp>() != nullptr; }

bool isPointerLike(Type type) { return isa<LLVM::LLVMPointerType, MemRefType>(type); }

/// Functions of the C library that keep no pointer, whose result nobody uses.
bool onlyAccesses(Operation *op) {
  static const llvm::StringSet<> names = {"memcpy", "memmove", "memset", "memcmp",
                                          "fread",  "fwrite",  "strlen", "bzero"};
  if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp, LLVM::MemsetOp, LLVM::MemcpyInlineOp, LLVM::MemsetInlineOp>(op))
    return true;
  StringRef callee = calleeOf(op);
  if (!names.contains(callee))
    return false;
  return llvm::all_of(op->getResults(),
                      [](Value result) { return !isPointerLike(result.getType()) || result.use_empty(); });
}

bool isPlain(LLVM::LoadOp op) { return !op.getVolatile_() && op.getOrdering() == LLVM::AtomicOrdering::not_atomic; }
bool isPlain(LLVM::StoreOp op) { return !op.getVolatile_() && op.getOrdering() == LLVM::AtomicOrdering::not_atomic; }

/// What `op` does with a pointer that nothing else is known of.
std::string describe(OpOperand &use) {
  Operation *op = use.getOwner();
  if (isa<LLVM::StoreOp, memref::StoreOp>(op))
    return "stored";
  if (isa<LLVM::ICmpOp, arith::CmpIOp>(op))
    return "compared";
  if (isa<func::ReturnOp, LLVM::ReturnOp>(op))
    return "returned";
  if (isa<LLVM::PtrToIntOp, memref::ExtractAlignedPointerAsIndexOp>(op))
    return "converted to an integer";
  if (isa<scf::YieldOp, scf::ForOp, scf::WhileOp, scf::ConditionOp, arith::SelectOp, LLVM::SelectOp, BranchOpInterface>(
          op))
    return "one of several that a loop or a branch hands on";
  if (StringRef callee = calleeOf(op); !callee.empty())
    return "passed to '" + callee.str() + "'";
  if (isa<CallOpInterface>(op))
    return "passed to a function that is not known";
  if (isa<LLVM::LoadOp, LLVM::StoreOp, memref::LoadOp>(op))
    return "accessed in a way that is not plain";
  return "used by '" + op->getName().getStringRef().str() + "'";
}

/// Collects the uses of an array's addresses.
class Collector {
public:
  Collector(Reader &reader, Array &array) : reader(reader), array(array) {}

  void collect(Operation *root) {
    array.isMemRef = isa<memref::AllocOp>(root);
    array.levels.resize(1);
    setLevel(0, root);
    visit(root->getResult(0), {});
  }

private:
  void setLevel(unsigned number, Operation *op) {
    Level &level = array.levels[number];
    level.allocation = op;
    StringRef callee = calleeOf(op);
    if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
      level.bytes = alloc.getDynamicSizes().empty() ? Polynomial::constant(alloc.getType().getDimSize(0))
                                                    : reader.read(alloc.getDynamicSizes().front());
      level.alignment = alloc.getAlignment().value_or(0);
    } else if (callee == "calloc") {
      level.bytes = reader.read(op->getOperand(0)).times(reader.read(op->getOperand(1)));
      level.zeroed = true;
    } else if (callee == "aligned_alloc") {
      level.bytes = reader.read(op->getOperand(1));
      APInt alignment;
      if (matchPattern(op->getOperand(0), m_ConstantInt(&alignment)))
        level.alignment = alignment.getZExtValue();
    } else {
      level.bytes = reader.read(op->getOperand(0));
    }
  }

  void add(OpOperand &use, UseKind kind, const Place &place, std::string why = "") {
    if (kind == UseKind::Bad && why.empty())
      why = describe(use);
    array.uses.push_back({&use, kind, place, {}, why});
  }

  void visit(Value value, const Place &place) {
    for (OpOperand &use : value.getUses())
      array.isMemRef ? visitMemRef(use, place) : visitPointer(use, place);
  }

  void readRow(OpOperand &use, const Place &place, Value row, int64_t unit) {
    std::optional<Polynomial> slot = place.bytes.dividedBy(unit);
    if (!slot)
      return add(use, UseKind::Bad, place, "read at what is not a slot");
    add(use, UseKind::ReadRow, place);
    Place next{place.indices, {}};
    next.indices.push_back(*slot);
    visit(row, next);
  }

  void fill(OpOperand &use, const Place &place, Value stored, int64_t unit) {
    std::optional<Polynomial> slot = place.bytes.dividedBy(unit);
    if (isNull(stored))
      return add(use, UseKind::Clear, place);
    Operation *allocation = originOf(stored).getDefiningOp();
    unsigned level = place.level();
    if (!slot || !allocation || !isAllocation(allocation) || isa<memref::AllocOp>(allocation) != array.isMemRef)
      return add(use, UseKind::Bad, place, "given a pointer that is no allocation of its own");
    if (isa<memref::AllocOp>(allocation) && cast<memref::AllocOp>(allocation).getType().getRank() != 1)
      return add(use, UseKind::Bad, place, "given a memref that has not one dimension");
    if (array.levels.size() < level + 2)
      array.levels.resize(level + 2);
    if (array.levels[level + 1].allocation)
      return add(use, UseKind::Bad, place, "given a pointer at a second place");
    setLevel(level + 1, allocation);
    array.levels[level].fill = use.getOwner();
    add(use, UseKind::Fill, place);
    Place next{place.indices, {}};
    next.indices.push_back(*slot);
    visit(stored, next);
  }

  /// True if `use` is the store that puts a new row into its slot, which nobody else sees.
  bool isOwnFill(OpOperand &use, const Place &place) {
    return place.level() > 0 && place.level() < array.levels.size() && place.bytes.terms.empty() &&
           array.levels[place.level() - 1].fill == use.getOwner() &&
           array.levels[place.level()].allocation == originOf(use.get()).getDefiningOp();
  }

  void visitPointer(OpOperand &use, const Place &place) {
    Operation *op = use.getOwner();
    if (auto step = dyn_cast<LLVM::GEPOp>(op)) {
      std::optional<int64_t> size = sizeOf(step.getElemType());
      if (!size || step.getRawConstantIndices().size() != 1)
        return add(use, UseKind::Bad, place, "moved to a member");
      Polynomial by = step.getDynamicIndices().empty() ? Polynomial::constant(step.getRawConstantIndices().front())
                                                       : reader.read(step.getDynamicIndices().front(), true);
      add(use, UseKind::Step, place);
      return visit(step.getResult(), {place.indices, place.bytes.plus(by, *size)});
    }
    if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
      if (!isPlain(load))
        return add(use, UseKind::Bad, place);
      if (isa<LLVM::LLVMPointerType>(load.getType()))
        return readRow(use, place, load.getResult(), kPointerBytes);
      return add(use, UseKind::Element, place);
    }
    if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
      if (store.getValue() == use.get()) {
        // What a fill stores is not a use that anybody sees.
        return isOwnFill(use, place) ? void() : add(use, UseKind::Bad, place);
      }
      if (!isPlain(store))
        return add(use, UseKind::Bad, place);
      if (isa<LLVM::LLVMPointerType>(store.getValue().getType()))
        return fill(use, place, store.getValue(), kPointerBytes);
      return add(use, UseKind::Element, place);
    }
    if (auto compare = dyn_cast<LLVM::ICmpOp>(op)) {
      bool isEquality =
          compare.getPredicate() == LLVM::ICmpPredicate::eq || compare.getPredicate() == LLVM::ICmpPredicate::ne;
      bool isWithNull = isNull(compare.getLhs()) || isNull(compare.getRhs());
      return add(use, isEquality && isWithNull && place.bytes.terms.empty() ? UseKind::NullCheck : UseKind::Bad, place);
    }
    if (calleeOf(op) == "free")
      return add(use, place.bytes.terms.empty() ? UseKind::Free : UseKind::Bad, place);
    if (isa<LLVM::DbgValueOp>(op))
      return add(use, UseKind::Debug, place);
    if (SmallVector<Value> handed = handedOn(use); !handed.empty() && place.bytes.terms.empty()) {
      add(use, UseKind::Hand, place);
      for (Value value : handed)
        if (aliases.insert(value).second)
          visit(value, place);
      return;
    }
    llvm::SmallPtrSet<Value, 8> seen;
    add(use, isHarmless(use, seen) ? UseKind::Pointer : UseKind::Bad, place);
  }

  /// What a branch makes of the pointer it hands on, if all else that may arrive there is NULL; see originOf.
  static SmallVector<Value> handedOn(OpOperand &use) {
    SmallVector<Value> values;
    if (auto branch = dyn_cast<BranchOpInterface>(use.getOwner())) {
      if (auto argument = branch.getSuccessorBlockArgument(use.getOperandNumber()))
        values.push_back(*argument);
    } else if (isa<scf::YieldOp>(use.getOwner()) && isa<scf::IfOp>(use.getOwner()->getParentOp())) {
      values.push_back(use.getOwner()->getParentOp()->getResult(use.getOperandNumber()));
    }
    if (!values.empty() && originOf(values.front()) != originOf(use.get()))
      values.clear();
    return values;
  }

  /// True if the pointer is only accessed through, also where loops carry it on.
  bool isHarmless(OpOperand &use, llvm::SmallPtrSet<Value, 8> &seen) {
    Operation *op = use.getOwner();
    if (onlyAccesses(op))
      return true;
    auto follow = [&](Value value) {
      return !seen.insert(value).second || llvm::all_of(value.getUses(), [&](OpOperand &next) {
        Operation *user = next.getOwner();
        if (auto load = dyn_cast<LLVM::LoadOp>(user))
          return isPlain(load) && !isa<LLVM::LLVMPointerType>(load.getType());
        if (auto store = dyn_cast<LLVM::StoreOp>(user))
          return isPlain(store) && store.getValue() != next.get() &&
                 !isa<LLVM::LLVMPointerType>(store.getValue().getType());
        return isHarmless(next, seen);
      });
    };
    if (isa<LLVM::DbgValueOp>(op))
      return true;
    if (auto step = dyn_cast<LLVM::GEPOp>(op))
      return follow(step.getResult());
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      OpResult result = loop.getTiedLoopResult(&use);
      return result && follow(result) && follow(loop.getTiedLoopRegionIterArg(&use));
    }
    if (auto yield = dyn_cast<scf::YieldOp>(op)) {
      unsigned number = use.getOperandNumber();
      if (auto loop = dyn_cast<scf::ForOp>(yield->getParentOp()))
        return follow(loop.getResult(number)) && follow(loop.getRegionIterArg(number));
      if (auto loop = dyn_cast<scf::WhileOp>(yield->getParentOp()))
        return follow(loop.getBeforeArguments()[number]);
      return isa<scf::IfOp>(yield->getParentOp()) && follow(yield->getParentOp()->getResult(number));
    }
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      return follow(loop.getBeforeArguments()[use.getOperandNumber()]);
    if (auto condition = dyn_cast<scf::ConditionOp>(op)) {
      auto loop = cast<scf::WhileOp>(condition->getParentOp());
      unsigned number = use.getOperandNumber() - 1;
      return use.getOperandNumber() > 0 && follow(loop.getResult(number)) && follow(loop.getAfterArguments()[number]);
    }
    return false;
  }

  void visitMemRef(OpOperand &use, const Place &place) {
    Operation *op = use.getOwner();
    auto at = [&](Value index) { return Place{place.indices, reader.read(index)}; };
    if (auto load = dyn_cast<memref::LoadOp>(op)) {
      if (isa<MemRefType>(load.getType()))
        return readRow(use, at(load.getIndices().front()), load.getResult(), 1);
      return add(use, UseKind::Element, at(load.getIndices().front()));
    }
    if (auto store = dyn_cast<memref::StoreOp>(op)) {
      if (store.getValue() == use.get()) {
        return isOwnFill(use, place) ? void() : add(use, UseKind::Bad, place);
      }
      Place slot = at(store.getIndices().front());
      if (isa<MemRefType>(store.getValue().getType()))
        return fill(use, slot, store.getValue(), 1);
      return add(use, UseKind::Element, slot);
    }
    if (isa<memref::DeallocOp>(op))
      return add(use, UseKind::Free, place);
    if (auto dim = dyn_cast<memref::DimOp>(op); dim && matchPattern(dim.getIndex(), m_Zero()))
      return add(use, UseKind::Size, place);
    if (auto cast = dyn_cast<memref::CastOp>(op); cast && isa<MemRefType>(cast.getType())) {
      add(use, UseKind::Step, place);
      return visit(cast.getResult(), place);
    }
    add(use, UseKind::Bad, place);
  }

  Reader &reader;
  Array &array;
  llvm::SmallPtrSet<Value, 4> aliases;
};

/// Checks what was collected.
class Checker {
public:
  Checker(Reader &reader, Structure &structure, Array &array) : reader(reader), structure(structure), array(array) {}

  std::optional<Refusal> check() {
    assumeNothingIsNull();
    for (Use &use : array.uses)
      if (!(use.isDead = structure.isDead(use.op())))
        live.push_back(&use);
    for (auto step : {&Checker::checkUses, &Checker::checkElements, &Checker::checkExtents, &Checker::checkDimensions,
                      &Checker::checkFills, &Checker::checkFrees, &Checker::checkNullChecks})
      if (std::optional<Refusal> refusal = (this->*step)())
        return refusal;
    return std::nullopt;
  }

private:
  unsigned leaf() const { return array.levels.size() - 1; }

  std::string subject(const Use &use) {
    if (!use.place.bytes.terms.empty())
      return "interior pointer ";
    return use.place.level() == 0 ? "its pointer " : "row pointer ";
  }

  void assumeNothingIsNull() {
    structure.clear();
    for (Use &use : array.uses)
      if (auto compare = dyn_cast<LLVM::ICmpOp>(use.op()); compare && use.kind == UseKind::NullCheck)
        structure.assume(compare.getResult(), compare.getPredicate() == LLVM::ICmpPredicate::ne);
    structure.findReachable();
  }

  std::optional<Refusal> checkUses() {
    for (Level &level : array.levels)
      if (!level.allocation)
        return Refusal{array.levels.front().allocation, "not every level has an allocation"};
    for (Use *use : live) {
      if (use->kind == UseKind::Bad) {
        bool isSlot = StringRef(use->why).starts_with("given") || StringRef(use->why).starts_with("read at");
        return Refusal{use->op(), (isSlot ? std::string("slot ") : subject(*use)) + use->why};
      }
      if (use->kind == UseKind::Hand && !onlyNullOnDeadWays(*use))
        return Refusal{use->op(), subject(*use) + "one of several that a branch hands on"};
      if (use->place.level() > leaf())
        return Refusal{use->op(), "no loop gives the slot that is read here an allocation"};
    }
    return std::nullopt;
  }

  /// True if NULL takes the place of the pointer only where an allocation failed.
  bool onlyNullOnDeadWays(const Use &use) {
    if (auto branch = dyn_cast<scf::IfOp>(use.op()->getParentOp()); branch && isa<scf::YieldOp>(use.op())) {
      std::optional<bool> taken = structure.evaluate(branch.getCondition());
      unsigned number = use.operand->getOperandNumber();
      Value other = (use.op()->getParentRegion() == &branch.getThenRegion() ? branch.elseYield() : branch.thenYield())
                        .getOperand(number);
      return !isNull(other) ||
             (taken && use.op()->getParentRegion() == (*taken ? &branch.getThenRegion() : &branch.getElseRegion()));
    }
    auto argument = cast<BranchOpInterface>(use.op()).getSuccessorBlockArgument(use.operand->getOperandNumber());
    Block *block = argument->getOwner();
    if (!structure.getDominance().properlyDominates(array.levels.front().allocation, &block->front()))
      return false;
    for (auto it = block->pred_begin(); it != block->pred_end(); ++it) {
      auto from = cast<BranchOpInterface>((*it)->getTerminator());
      Value given = from.getSuccessorOperands(it.getSuccessorIndex())[argument->getArgNumber()];
      if (isNull(given) && !structure.isDeadEdge(*it, it.getSuccessorIndex()))
        return false;
    }
    return true;
  }

  std::optional<Refusal> checkElements() {
    for (Use *use : live) {
      bool isLeaf = use->place.level() == leaf();
      if (use->kind == UseKind::Element) {
        if (!isLeaf)
          return Refusal{use->op(), "slot for a pointer accessed as something else"};
        Type type = elementOf(use->op());
        if (!MemRefType::isValidElementType(type) || !type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8)
          return Refusal{use->op(), "elements are no numbers"};
        if (array.element && array.element != type)
          return Refusal{use->op(), "elements accessed as different types"};
        array.element = type;
      } else if (use->kind == UseKind::Pointer && !isLeaf) {
        return Refusal{use->op(), subject(*use) + describe(*use->operand)};
      }
    }
    if (!array.element)
      return Refusal{array.levels.front().allocation, "no element is accessed: their type is not known"};
    unit = array.isMemRef ? 1 : array.element.getIntOrFloatBitWidth() / 8;
    for (Use *use : live) {
      if (use->kind != UseKind::Element && use->kind != UseKind::Pointer)
        continue;
      if (!use->place.bytes.dividedBy(unit))
        return Refusal{use->op(), "element accessed between two others"};
      auto alignment = use->op()->getAttrOfType<IntegerAttr>("alignment");
      if (!array.isMemRef && alignment && alignment.getInt() > unit)
        return Refusal{use->op(), "access needs more alignment than its type"};
    }
    return std::nullopt;
  }

  /// A vector may be a matrix in one allocation.
  std::optional<Refusal> checkDimensions() {
    if (leaf() != 0 || array.isMemRef)
      return std::nullopt;
    SmallVector<IndexedBy> accesses;
    for (Use *use : live)
      if (use->kind == UseKind::Element)
        accesses.push_back({*use->place.bytes.dividedBy(unit), use->op()});
    const Level &level = array.levels.front();
    if (std::optional<Split> split =
            splitDimension(level.extent, accesses, level.allocation, reader, structure.getDominance())) {
      array.extents = split->extents;
      auto *indices = split->indices.begin();
      for (Use *use : live)
        if (use->kind == UseKind::Element)
          use->indices = *indices++;
      return std::nullopt;
    }
    if (const Use *use = matrixAccess())
      return Refusal{use->op(), "accessed as an array of more dimensions (a[i * n + j]), not all indices of which are "
                                "known to stay in theirs"};
    return std::nullopt;
  }

  /// An access that shows a vector to be a matrix, whose dimensions raise-loops-to-linalg may still tell from the
  /// pointer, if they are tested at run time. Some vectors are looked at in groups, too, so either the size is a
  /// product, or there are no other accesses.
  const Use *matrixAccess() {
    const Use *found = nullptr;
    bool hasOthers = false;
    for (const Use *use : live) {
      if (use->kind != UseKind::Element || use->place.bytes.asConstant())
        continue;
      if (isLinearised(use->place.bytes))
        found = use;
      else
        hasOthers = true;
    }
    bool hasProduct = llvm::any_of(array.levels.front().bytes.terms, [](auto &term) { return term.first.size() > 1; });
    return hasProduct || !hasOthers ? found : nullptr;
  }

  /// True for `i * n + j`, where `n` may be a constant.
  bool isLinearised(const Polynomial &bytes) const {
    unsigned terms = 0;
    bool hasStride = false, hasProduct = false;
    for (auto &[product, coefficient] : bytes.terms) {
      terms += !product.empty();
      hasProduct |= product.size() > 1;
      hasStride |= !product.empty() && std::abs(static_cast<int64_t>(coefficient)) > unit;
    }
    return hasProduct || (terms > 1 && hasStride);
  }

  static Type elementOf(Operation *op) {
    if (auto store = dyn_cast<LLVM::StoreOp>(op))
      return store.getValue().getType();
    if (auto store = dyn_cast<memref::StoreOp>(op))
      return store.getValue().getType();
    return op->getResult(0).getType();
  }

  std::optional<Refusal> checkExtents() {
    Operation *root = array.levels.front().allocation;
    for (auto [i, level] : llvm::enumerate(array.levels)) {
      int64_t size = array.isMemRef ? 1 : i == leaf() ? unit : kPointerBytes;
      std::optional<Polynomial> extent = level.bytes.dividedBy(size);
      if (!extent)
        return Refusal{level.allocation, "size is not a number of elements"};
      level.extent = *extent;
      if (std::optional<int64_t> number = extent->asConstant(); number && (*number < 0 || *number > kMostElements))
        return Refusal{level.allocation, "size is too large for an array"};
      if (!reader.isAvailable(*extent, root, structure.getDominance()))
        return Refusal{level.allocation, "rows of different length, or of a length that is not known before"};
    }
    return std::nullopt;
  }

  /// The outermost of the loops around `op` that count the last indices of `place` and, if `stopAt` says so, fewer than
  /// all of them.
  Operation *loopsAround(Operation *op, ArrayRef<Polynomial> indices, std::string &why,
                         function_ref<bool(Operation *, unsigned)> stopAt) {
    for (unsigned i = indices.size(); i-- > 0;) {
      // A loop of one iteration is none any more.
      bool isOnly = indices[i] == Polynomial() && array.levels[i].extent == Polynomial::constant(1);
      op = isOnly ? structure.climb(op) : structure.countingLoop(op, indices[i], array.levels[i].extent, why);
      if (!op)
        return nullptr;
      array.loops.push_back(op);
      if (stopAt(op, i))
        return op;
    }
    return op;
  }

  std::optional<Refusal> checkFills() {
    for (unsigned i = 0; i < leaf(); ++i) {
      Level &level = array.levels[i];
      const Use *fill = nullptr;
      for (Use *use : live)
        if (use->kind == UseKind::Fill && use->op() == level.fill)
          fill = use;
      if (!fill)
        return Refusal{level.fill, "slots are given their pointers where an allocation failed"};
      if (!structure.isBeside(level.fill, array.levels[i + 1].allocation))
        return Refusal{level.fill, "row allocated elsewhere than it is given to its slot"};
      SmallVector<Polynomial, 4> indices(fill->place.indices);
      indices.push_back(*fill->place.bytes.dividedBy(array.isMemRef ? 1 : kPointerBytes));
      std::string why = "it does not stand beside the allocation";
      bool isDone = false;
      level.loop = loopsAround(level.fill, indices, why, [&](Operation *loop, unsigned depth) {
        // Rows of what was allocated in the same iteration, or of all that was filled before.
        bool isOwn = depth == 0 || ArrayRef(indices).take_front(depth) == ArrayRef(fillIndices[depth - 1]);
        isDone = isOwn && structure.isBeside(loop, array.levels[depth].allocation);
        return isDone;
      });
      if (!level.loop || !isDone)
        return Refusal{level.fill, "rows are not all allocated: " + why};
      fillIndices.push_back(indices);
    }
    return std::nullopt;
  }

  std::optional<Refusal> checkFrees() {
    SmallVector<const Use *> inner;
    for (Use *use : live) {
      if (use->kind != UseKind::Free)
        continue;
      if (use->place.level() == 0)
        array.roots.push_back(use->op());
      else
        inner.push_back(use);
    }
    llvm::SmallPtrSet<const Use *, 8> matched;
    for (Operation *root : array.roots) {
      for (unsigned level = 1; level <= leaf(); ++level) {
        const Use *found = nullptr;
        std::string why = "its rows are not freed";
        for (const Use *use : inner) {
          if (use->place.level() != level || matched.contains(use))
            continue;
          Operation *loop =
              loopsAround(use->op(), use->place.indices, why, [](Operation *, unsigned) { return false; });
          if (!loop || !structure.isBeside(loop, root) || !structure.getDominance().properlyDominates(loop, root))
            continue;
          found = use;
          freeLoops.push_back(loop);
          break;
        }
        if (!found) {
          if (!canBeFilledBefore(root))
            break; // freed before it has rows
          return Refusal{root, "freed, but not all rows before it: " + why};
        }
        matched.insert(found);
      }
    }
    for (const Use *use : inner)
      if (!matched.contains(use))
        return Refusal{use->op(), "row freed here, but not with all others and the array"};
    for (Use *use : live) {
      if (use->kind != UseKind::Clear)
        continue;
      bool isFreed = llvm::any_of(inner, [&](const Use *freed) {
        return freed->op()->getBlock() == use->op()->getBlock() && freed->op()->isBeforeInBlock(use->op()) &&
               freed->place.indices.size() == use->place.level() + 1 &&
               ArrayRef(freed->place.indices).drop_back() == ArrayRef(use->place.indices) &&
               use->place.bytes == freed->place.indices.back().times(Polynomial::constant(kPointerBytes));
      });
      if (!isFreed)
        return Refusal{use->op(), "slot set to NULL while its row is in use"};
    }
    return std::nullopt;
  }

  /// True if the slot that `row` is read from may have been set to NULL.
  bool mayBeCleared(const Use &check, Operation *row) {
    return llvm::any_of(live, [&](Use *use) {
      if (use->kind != UseKind::Clear || use->place.level() + 1 != check.place.level())
        return false;
      // The loop around clears each slot once: what reads one before sees it as it was filled.
      bool isSame = ArrayRef(check.place.indices).drop_back() == ArrayRef(use->place.indices) &&
                    check.place.indices.back().times(Polynomial::constant(kPointerBytes)) == use->place.bytes;
      return !(isSame && structure.getDominance().properlyDominates(row, use->op())) &&
             Structure::mayFollow(row, use->op(), array.levels.front().allocation);
    });
  }

  /// True if every slot was given its row wherever `op` runs.
  bool isBehind(Operation *op, Operation *loop) {
    return structure.isAlwaysBefore(loop, op) && !structure.isIn(op, loop);
  }

  /// True if control may come from the loop that fills the outermost level to `op`.
  bool canBeFilledBefore(Operation *op) {
    Operation *loop = array.levels.front().loop;
    return leaf() > 0 && !structure.isIn(op, loop) && Structure::mayFollow(op, loop, array.levels.front().allocation);
  }

  std::optional<Refusal> checkNullChecks() {
    DominanceInfo &dominance = structure.getDominance();
    for (Use *use : live) {
      unsigned level = use->place.level();
      if (use->kind != UseKind::NullCheck)
        continue;
      if (level == 0) {
        array.checksRoot = true;
        continue;
      }
      // `if (a[i]) free(a[i])` does not ask whether the allocation failed.
      array.checksRows |= llvm::none_of(freeLoops, [&](Operation *loop) {
        return structure.isIn(use->op(), loop) || llvm::is_contained(use->op()->getResult(0).getUsers(), loop);
      });
      Operation *row = use->operand->get().getDefiningOp();
      if (row == array.levels[level].allocation)
        continue;
      // What was never stored holds nothing that a program may read, but for calloc.
      const Level &outer = array.levels[level - 1];
      bool isFilled = !outer.zeroed;
      for (unsigned i = level; i-- > 0 && !isFilled;) {
        Operation *loop = array.levels[i].loop;
        isFilled = isBehind(row, loop);
        // What fills the levels between is part of that loop, or complete as well.
        for (unsigned inner = i + 1; inner < level && isFilled; ++inner)
          isFilled =
              structure.isIn(array.levels[inner].fill, loop) || structure.isAlwaysBefore(array.levels[inner].loop, row);
      }
      bool isSame = dominance.properlyDominates(outer.fill, row) &&
                    ArrayRef(use->place.indices) == ArrayRef(fillIndices[level - 1]);
      if (!isFilled && !isSame)
        return Refusal{use->op(), "row pointer compared with NULL before all rows are allocated"};
      if (mayBeCleared(*use, row))
        return Refusal{use->op(), "row pointer compared with NULL after rows are freed"};
    }
    return std::nullopt;
  }

  Reader &reader;
  Structure &structure;
  Array &array;
  SmallVector<Use *> live;
  int64_t unit = 1;
  SmallVector<SmallVector<Polynomial, 4>> fillIndices;
  SmallVector<Operation *> freeLoops;
};
} // namespace

StringRef lexon::arrays::calleeOf(Operation *op) {
  if (auto call = dyn_cast<func::CallOp>(op))
    return call.getCallee();
  if (auto call = dyn_cast<LLVM::CallOp>(op))
    return call.getCallee().value_or("");
  return "";
}

std::optional<int64_t> lexon::arrays::sizeOf(Type type) {
  if (isa<LLVM::LLVMPointerType>(type))
    return kPointerBytes;
  if (type.isIntOrFloat() && type.getIntOrFloatBitWidth() % 8 == 0 && type.getIntOrFloatBitWidth() <= 64)
    return type.getIntOrFloatBitWidth() / 8;
  if (auto inner = dyn_cast<LLVM::LLVMArrayType>(type))
    if (std::optional<int64_t> size = sizeOf(inner.getElementType()))
      return *size * inner.getNumElements();
  return std::nullopt;
}

bool lexon::arrays::bringsAllocator(ModuleOp module) {
  return llvm::any_of(module.getOps<FunctionOpInterface>(), [](FunctionOpInterface function) {
    return !function.isExternal() && llvm::is_contained({"malloc", "calloc", "aligned_alloc", "free", "realloc"},
                                                        SymbolTable::getSymbolName(function).getValue());
  });
}

bool lexon::arrays::isAllocation(Operation *op) {
  if (auto alloc = dyn_cast<memref::AllocOp>(op))
    return alloc.getType().getLayout().isIdentity() && !alloc.getType().getMemorySpace();
  StringRef callee = calleeOf(op);
  if (op->getNumResults() != 1 || !isa<LLVM::LLVMPointerType>(op->getResult(0).getType()))
    return false;
  unsigned operands = op->getNumOperands();
  bool isKnown =
      (callee == "malloc" && operands == 1) || ((callee == "calloc" || callee == "aligned_alloc") && operands == 2);
  return isKnown && llvm::all_of(op->getOperandTypes(), [](Type type) { return type.isInteger(64); });
}

Value lexon::arrays::originOf(Value value) {
  auto pick = [](Value a, Value b) { return isNull(a) ? b : isNull(b) ? a : a == b ? a : Value(); };
  for (unsigned depth = 0; depth < 8; ++depth) {
    Value next;
    if (auto branch = value.getDefiningOp<scf::IfOp>()) {
      unsigned number = cast<OpResult>(value).getResultNumber();
      next = pick(branch.thenYield().getOperand(number), branch.elseYield().getOperand(number));
    } else if (auto argument = dyn_cast<BlockArgument>(value); argument && !argument.getOwner()->isEntryBlock()) {
      Block *block = argument.getOwner();
      for (auto it = block->pred_begin(); it != block->pred_end(); ++it) {
        auto from = dyn_cast<BranchOpInterface>((*it)->getTerminator());
        Value given = from ? from.getSuccessorOperands(it.getSuccessorIndex())[argument.getArgNumber()] : Value();
        if (!given)
          return value;
        next = next ? pick(next, given) : given;
        if (!next)
          return value;
      }
    }
    if (!next || isNull(next))
      return value;
    value = next;
  }
  return value;
}

std::optional<Refusal> lexon::arrays::analyze(Operation *root, Reader &reader, Structure &structure, Array &array) {
  Collector(reader, array).collect(root);
  return Checker(reader, structure, array).check();
}
