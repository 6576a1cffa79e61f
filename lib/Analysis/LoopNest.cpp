//===- LoopNest.cpp - loops and memory accesses of a nest -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "LoopContractionDetail.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::detail::NestAnalysis;

namespace {
/// Each pair of statements is compared.
constexpr size_t kMaxStatements = 32;

/// The value of a bound of an affine loop, if the map alone decides it.
std::optional<int64_t> constantBound(AffineMap map) {
  return map.isSingleConstant() ? std::optional<int64_t>(map.getSingleConstantResult()) : std::nullopt;
}

std::optional<int64_t> tripCount(std::optional<int64_t> lower, std::optional<int64_t> upper,
                                 std::optional<int64_t> step) {
  int64_t length;
  if (!lower || !upper || !step)
    return std::nullopt;
  if (*upper <= *lower)
    return 0;
  if (llvm::SubOverflow(*upper, *lower, length))
    return std::nullopt;
  return llvm::divideCeil(length, *step);
}

/// The store that `root`, a loop that sums into loop-carried values, feeds through operations of the same block.
Operation *storeOfSum(Operation *root) {
  SmallVector<Operation *> worklist{root};
  llvm::DenseSet<Operation *> seen;
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (isElementStore(op))
      return op;
    for (Operation *user : op->getUsers())
      if (user->getBlock() == root->getBlock() && seen.insert(user).second)
        worklist.push_back(user);
  }
  return nullptr;
}

/// True if a result of `range` is used after it.
bool escapes(const OpRange &range) {
  for (Operation *op = range.first; op; op = op == range.last ? nullptr : op->getNextNode())
    for (Operation *user : op->getUsers())
      if (!range.contains(user))
        return true;
  return false;
}
} // namespace

bool lexon::isElementLoad(Operation *op) {
  return isa_and_nonnull<memref::LoadOp, affine::AffineLoadOp, LLVM::LoadOp>(op);
}

bool lexon::isElementStore(Operation *op) {
  return isa_and_nonnull<memref::StoreOp, affine::AffineStoreOp, LLVM::StoreOp>(op);
}

Value lexon::storedValue(Operation *store) { return store->getOperand(0); }

bool lexon::isNestLoop(Operation *op) {
  return isa<scf::ForOp, scf::ParallelOp, affine::AffineForOp, affine::AffineParallelOp>(op);
}

int lexon::Access::dimOf(unsigned loop) const {
  for (auto [dim, index] : llvm::enumerate(indices))
    if (llvm::any_of(index.loops, [&](auto &term) { return term.first == loop; }))
      return static_cast<int>(dim);
  return -1;
}

LogicalResult NestAnalysis::readNest() {
  for (Operation *op = nest.range.first; op; op = op == nest.range.last ? nullptr : op->getNextNode())
    if (failed(readOperation(op)))
      return failure();
  if (nest.statements.empty())
    return refuse("nothing is stored");
  return shapePointers();
}

LogicalResult NestAnalysis::readOperation(Operation *op) {
  if (isNestLoop(op))
    return readLoop(op);
  if (isElementLoad(op))
    return readAccess(op);
  if (isElementStore(op)) {
    if (nest.statements.size() >= kMaxStatements)
      return refuse("too many stores in one nest");
    Statement &statement = nest.statements.emplace_back();
    statement.store = op;
    statement.loops = nest.loopsAround[op->getBlock()];
    return readAccess(op);
  }
  if (op->hasTrait<OpTrait::IsTerminator>() || (op->getNumRegions() == 0 && isMemoryEffectFree(op)))
    return success();
  return refuse("'" + op->getName().getStringRef() + "' in the nest");
}

LogicalResult NestAnalysis::readLoop(Operation *op) {
  Block *body = &op->getRegion(0).front();
  auto firstLoop = static_cast<unsigned>(nest.loops.size());
  if (op->getNumResults() > 0 && isa<scf::ParallelOp, affine::AffineParallelOp>(op))
    return refuse("'" + op->getName().getStringRef() + "' with a reduction");
  if (failed(readCounters(op)))
    return failure();
  SmallVector<unsigned> around = nest.loopsAround[op->getBlock()];
  llvm::append_range(around, llvm::seq<unsigned>(firstLoop, nest.loops.size()));
  nest.loopsAround[body] = around;
  for (Operation &inner : *body)
    if (failed(readOperation(&inner)))
      return failure();
  return success();
}

LogicalResult NestAnalysis::readCounters(Operation *op) {
  auto addPlain = [&](unsigned dim, Value counter, ArrayRef<Value> bounds) {
    return addLoop(op, dim, counter, bounds, getConstantIntValue(bounds[0]), getConstantIntValue(bounds[1]),
                   getConstantIntValue(bounds[2]));
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    if (loop.getUnsignedCmp())
      return refuse("the loop counts in unsigned numbers");
    return addPlain(0, loop.getInductionVar(), {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
  }
  if (auto loop = dyn_cast<scf::ParallelOp>(op)) {
    for (auto [dim, counter] : llvm::enumerate(loop.getInductionVars()))
      if (failed(addPlain(dim, counter, {loop.getLowerBound()[dim], loop.getUpperBound()[dim], loop.getStep()[dim]})))
        return failure();
    return success();
  }
  if (auto loop = dyn_cast<affine::AffineForOp>(op)) {
    SmallVector<Value> bounds(loop.getControlOperands());
    return addLoop(op, 0, loop.getInductionVar(), bounds, constantBound(loop.getLowerBoundMap()),
                   constantBound(loop.getUpperBoundMap()), loop.getStepAsInt());
  }
  auto loop = cast<affine::AffineParallelOp>(op);
  for (auto [dim, counter] : llvm::enumerate(loop.getIVs()))
    if (failed(addLoop(op, dim, counter, loop.getMapOperands(), constantBound(loop.getLowerBoundMap(dim)),
                       constantBound(loop.getUpperBoundMap(dim)), loop.getSteps()[dim])))
      return failure();
  return success();
}

LogicalResult NestAnalysis::addLoop(Operation *op, unsigned dim, Value counter, ValueRange bounds,
                                    std::optional<int64_t> lower, std::optional<int64_t> upper,
                                    std::optional<int64_t> step) {
  for (Value bound : bounds)
    if (!nest.range.isInvariant(bound))
      return refuse("the bounds of an inner loop change with an outer one (a triangle, or tiles)");
  if (!counter.getType().isIndex() && counter.getType().getIntOrFloatBitWidth() > 64)
    return refuse("a loop counter of more than 64 bits");
  if (step && *step <= 0)
    return refuse("a loop's step is not positive");
  std::optional<int64_t> trips = tripCount(lower, upper, step);
  if (trips && *trips == 0)
    return refuse("a loop of the nest never runs");
  bool isParallel = isa<scf::ParallelOp, affine::AffineParallelOp>(op);
  indices.addLoop(counter, nest.loops.size());
  pointers.addLoop(counter, nest.loops.size());
  nest.loops.push_back({op, dim, counter, isParallel, lower, step, trips});
  return success();
}

LogicalResult NestAnalysis::readPointerAccess(Operation *op) {
  auto read = [&](auto access, Value pointer, Type type) -> LogicalResult {
    if (access.getVolatile_() || access.getNontemporal() || access.getOrdering() != LLVM::AtomicOrdering::not_atomic)
      return refuse("a volatile, atomic or non-temporal access");
    if (!isa<LLVM::LLVMPointerType>(pointer.getType()) || !type.isIntOrFloat())
      return refuse("elements that are neither integers nor floating-point numbers");
    uint64_t bytes = DataLayout::closest(op).getTypeSize(type).getFixedValue();
    if (access.getAlignment().value_or(bytes) < bytes)
      return refuse("elements that are not aligned");
    std::optional<PointerAddress> address = pointers.read(pointer);
    if (!address)
      return refuse("an address is not a base and a sum of loop counters times invariants");
    addresses[op] = *address;
    return success();
  };
  if (auto load = dyn_cast<LLVM::LoadOp>(op))
    return read(load, load.getAddr(), load.getType());
  auto store = cast<LLVM::StoreOp>(op);
  return read(store, store.getAddr(), store.getValue().getType());
}

LogicalResult NestAnalysis::readAccess(Operation *op) {
  if (isa<LLVM::LoadOp, LLVM::StoreOp>(op))
    return readPointerAccess(op);
  Access access;
  access.op = op;
  SmallVector<std::optional<LinearIndex>> read;
  auto readAffine = [&](auto affineOp) {
    access.memref = affineOp.getMemRef();
    AffineMap map = affineOp.getAffineMap();
    for (AffineExpr expr : map.getResults())
      read.push_back(indices.read(expr, map.getNumDims(), affineOp.getMapOperands()));
  };
  auto readPlain = [&](auto memrefOp) {
    access.memref = memrefOp.getMemRef();
    for (Value index : memrefOp.getIndices())
      read.push_back(indices.read(index));
    return memrefOp.getNontemporal();
  };
  bool isSpecial = op->hasAttr("volatile") || op->hasAttr("volatile_");
  if (auto load = dyn_cast<affine::AffineLoadOp>(op))
    readAffine(load);
  else if (auto store = dyn_cast<affine::AffineStoreOp>(op))
    readAffine(store);
  else if (auto load = dyn_cast<memref::LoadOp>(op))
    isSpecial |= readPlain(load);
  else
    isSpecial |= readPlain(cast<memref::StoreOp>(op));
  if (isSpecial)
    return refuse("a volatile or non-temporal access");
  for (std::optional<LinearIndex> &index : read) {
    if (!index)
      return refuse("an index is not a sum of loop counters times constants (a linearised or an indirect access)");
    access.indices.push_back(*index);
  }
  if (failed(checkAccess(access)))
    return failure();
  nest.accesses[op] = access;
  return success();
}

/// A view of the elements that `access` goes through must exist.
LogicalResult NestAnalysis::checkAccess(const Access &access) {
  if (!nest.range.isInvariant(access.memref))
    return refuse("a memref is chosen inside the nest");
  if (!access.type().getElementType().isIntOrIndexOrFloat())
    return refuse("elements that are neither integers nor floating-point numbers");
  if (!access.type().isStrided())
    return refuse("a memref whose layout has no strides");
  llvm::SmallDenseSet<unsigned> used;
  for (auto [dim, index] : llvm::enumerate(access.indices)) {
    if (index.loops.size() > 1)
      return refuse("one index uses several loop counters (a diagonal, a window, or a linearised access)");
    if (!index.loops.empty() && !used.insert(index.loops.front().first).second)
      return refuse("a loop counter is used in two indices of one access (a diagonal)");
    if (!index.loops.empty() && index.loops.front().second < 0)
      return refuse("an index runs backwards");
    // A view out of bounds is not valid IR, even if the loops never run.
    if (!isWithin(index, access.type().getDimSize(dim)))
      return refuse("an access is out of bounds");
  }
  return success();
}

/// False if `index`, of at most one loop, is known to leave a dimension of size `extent`.
bool NestAnalysis::isWithin(const LinearIndex &index, int64_t extent) const {
  int64_t first = index.constant, span = 0, last;
  if (!index.loops.empty()) {
    auto [number, coefficient] = index.loops.front();
    const NestLoop &loop = nest.loops[number];
    int64_t stride;
    if (llvm::MulOverflow(coefficient, loop.step.value_or(1), stride) ||
        llvm::MulOverflow(loop.trips.value_or(1) - 1, stride, span))
      return false;
    if (!loop.lower)
      return true;
    if (llvm::MulOverflow(coefficient, *loop.lower, first) || llvm::AddOverflow(first, index.constant, first))
      return false;
  }
  if (!index.invariants.empty())
    return true;
  if (llvm::AddOverflow(first, span, last))
    return false;
  return first >= 0 && (ShapedType::isDynamic(extent) || last < extent);
}

FailureOr<LoopNest> lexon::analyzeLoopNest(Operation *root, AliasAnalysis &aliases, std::string &reason) {
  LoopNest nest;
  nest.range = {root, root};
  if (root->getNumResults() > 0) {
    nest.range.last = storeOfSum(root);
    if (!nest.range.last) {
      reason = "its result is not stored to a memref";
      return failure();
    }
    if (escapes(nest.range)) {
      reason = "its result, or a value computed before that is stored, is also used elsewhere";
      return failure();
    }
  }
  NestAnalysis analysis(nest, aliases, reason);
  if (failed(analysis.readNest()) || failed(analysis.readStatements()) || failed(analysis.checkDependences()))
    return failure();
  return nest;
}
