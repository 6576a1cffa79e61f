//===- PlanMemory.cpp - one allocation for a function's buffers -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "MemoryPlan.h"

#include "lexon/Memory/Passes.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace lexon {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "lexon/Memory/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kArena = remark::RemarkOpts::name("arena").category("plan-memory");
constexpr auto kBuffer = remark::RemarkOpts::name("buffer").category("plan-memory");

/// Bytes of a buffer of `type`, if they are known and a view of bytes can stand for it.
std::optional<int64_t> bytesOf(MemRefType type, const DataLayout &layout) {
  Type element = type.getElementType();
  bool plain = element.isIntOrIndexOrFloat() || isa<ComplexType>(element) ||
               (isa<VectorType>(element) && !cast<VectorType>(element).isScalable());
  if (!type.hasStaticShape() || !type.getLayout().isIdentity() || type.getMemorySpace() || !plain)
    return std::nullopt;
  auto bytes = static_cast<int64_t>(layout.getTypeSize(element).getFixedValue());
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return std::nullopt;
  // Leaves room for the sum of all.
  return bytes < (int64_t{1} << 48) ? std::optional(bytes) : std::nullopt;
}

/// True if the results of `user` that can be `alias` in disguise are known to BufferViewFlowAnalysis.
bool isUnderstood(Operation *user, Value alias) {
  if (isa<memref::ExtractAlignedPointerAsIndexOp>(user) || isa_and_nonnull<omp::OpenMPDialect>(user->getDialect()))
    return false;
  if (auto store = dyn_cast<memref::StoreOp>(user); store && store.getValueToStore() == alias)
    return false;
  if (user->hasTrait<OpTrait::IsTerminator>())
    return isa<RegionBranchTerminatorOpInterface>(user) && isa<RegionBranchOpInterface>(user->getParentOp());
  if (isa<ViewLikeOpInterface, RegionBranchOpInterface, arith::SelectOp, memref::ExtractStridedMetadataOp>(user))
    return true;
  return llvm::all_of(user->getResultTypes(), [](Type type) {
    return type.isIntOrIndexOrFloat() || isa<VectorType, ComplexType, amx::TileType>(type);
  });
}

/// True if `op` may run after operations that follow it.
bool isDeferred(Operation *op) {
  return isa<omp::TaskOp, omp::TaskloopOp, omp::TargetOp>(op) || op->getName().getDialectNamespace() == "async";
}

/// A buffer that the plan can place, and how long it lives.
struct Candidate {
  memref::AllocOp alloc;
  SmallVector<memref::DeallocOp> deallocs;
  lexon::PlannedBuffer place;
};

/// What can be planned in one function.
class FunctionPlan {
public:
  FunctionPlan(func::FuncOp function, int64_t alignment, int64_t stackBytes)
      : function(function), flow(function), layout(DataLayout::closest(function)), alignment(alignment),
        stackBytes(stackBytes), rewriter(function.getContext()) {}

  void run() {
    number(function);
    // Buffers by the operation in which each thread has its own.
    llvm::MapVector<Operation *, SmallVector<Candidate>> scopes;
    SmallVector<memref::AllocOp> allocs;
    function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    for (memref::AllocOp alloc : allocs) {
      Candidate candidate;
      Operation *scope = nullptr;
      std::string reason = describe(alloc, candidate, scope);
      if (reason.empty())
        scopes[scope].push_back(candidate);
      else
        remark::missed(alloc.getLoc(), kBuffer) << remark::reason("{0}", reason);
    }
    for (auto &[scope, candidates] : scopes)
      place(scope, candidates);
  }

private:
  /// Positions of operations in program order, and the last position inside each.
  int64_t number(Operation *op) {
    int64_t &own = first[op] = static_cast<int64_t>(first.size());
    int64_t end = own;
    for (Region &region : op->getRegions())
      for (Operation &inner : region.getOps())
        end = number(&inner);
    return last[op] = end;
  }

  /// Fills in `candidate` and `scope`, or returns why the buffer must be left alone.
  std::string describe(memref::AllocOp alloc, Candidate &candidate, Operation *&scope) {
    std::optional<int64_t> bytes = bytesOf(alloc.getType(), layout);
    if (!bytes)
      return "its size is unknown or too large, or it has a layout or a memory space";
    for (scope = alloc->getParentOp(); !isa<func::FuncOp, omp::ParallelOp>(scope); scope = scope->getParentOp())
      if (!isa<scf::ForOp, scf::IfOp, scf::WhileOp, scf::IndexSwitchOp, scf::ExecuteRegionOp, memref::AllocaScopeOp,
               omp::WsloopOp, omp::LoopNestOp>(scope))
        return "it is inside '" + scope->getName().getStringRef().str() + "'";
    for (Operation *op = alloc; op != scope; op = op->getParentOp())
      if (!llvm::hasSingleElement(*op->getBlock()->getParent()))
        return "it is in unstructured control flow";
    candidate.alloc = alloc;
    candidate.place.bytes = *bytes;
    candidate.place.alignment = std::max<int64_t>(alignment, alloc.getAlignment().value_or(1));
    candidate.place.begin = candidate.place.end = -1;
    for (Value alias : flow.resolve(alloc))
      for (Operation *user : alias.getUsers())
        if (std::string reason = addUser(candidate, alias, user); !reason.empty())
          return reason;
    if (candidate.deallocs.empty())
      return "it is not freed here";
    if (candidate.place.begin < 0)
      candidate.place.begin = candidate.place.end = first.lookup(alloc);
    return "";
  }

  std::string addUser(Candidate &candidate, Value alias, Operation *user) {
    if (auto dealloc = dyn_cast<memref::DeallocOp>(user)) {
      if (alias != candidate.alloc.getResult())
        return "it is freed under another name";
      candidate.deallocs.push_back(dealloc);
      return "";
    }
    if (hasEffect<MemoryEffects::Free>(user) || !isUnderstood(user, alias))
      return "'" + user->getName().getStringRef().str() + "' may keep or free it";
    Operation *outer = candidate.alloc->getBlock()->findAncestorOpInBlock(*user);
    if (!outer || outer->isBeforeInBlock(candidate.alloc))
      return "it outlives its block";
    for (Operation *op = user; op != outer->getParentOp(); op = op->getParentOp())
      if (isDeferred(op))
        return "a task uses it";
    lexon::PlannedBuffer &place = candidate.place;
    place.begin = place.begin < 0 ? first.lookup(outer) : std::min(place.begin, first.lookup(outer));
    place.end = std::max(place.end, last.lookup(outer));
    return "";
  }

  /// Replaces the buffers of `scope` by views of one.
  void place(Operation *scope, MutableArrayRef<Candidate> candidates) {
    SmallVector<lexon::PlannedBuffer> buffers;
    int64_t sum = 0, largestAlignment = alignment;
    for (Candidate &candidate : candidates) {
      buffers.push_back(candidate.place);
      sum += candidate.place.bytes;
      largestAlignment = std::max(largestAlignment, candidate.place.alignment);
    }
    int64_t total = lexon::placeBuffers(buffers);
    bool onStack = total <= stackBytes;
    Block &entry = scope->getRegion(0).front();
    if (total == 0 || (!onStack && isa<omp::ParallelOp>(scope)) || (!onStack && !function.getBody().hasOneBlock())) {
      for (Candidate &candidate : candidates)
        remark::missed(candidate.alloc.getLoc(), kBuffer)
            << remark::reason("{0}", total == 0 ? "it is empty" : "a thread's buffers exceed stack-bytes");
      return;
    }
    Location loc = candidates.front().alloc.getLoc();
    rewriter.setInsertionPointToStart(&entry);
    auto type = MemRefType::get({total}, rewriter.getI8Type());
    IntegerAttr aligned = rewriter.getI64IntegerAttr(largestAlignment);
    Value arena;
    if (onStack) {
      arena = memref::AllocaOp::create(rewriter, loc, type, aligned);
    } else {
      auto alloc = memref::AllocOp::create(rewriter, loc, type, aligned);
      alloc->setAttr("lexon.arena", rewriter.getUnitAttr());
      arena = alloc;
      rewriter.setInsertionPoint(entry.getTerminator());
      memref::DeallocOp::create(rewriter, loc, arena);
    }
    for (auto [candidate, buffer] : llvm::zip(candidates, buffers)) {
      for (memref::DeallocOp dealloc : candidate.deallocs)
        rewriter.eraseOp(dealloc);
      memref::AllocOp alloc = candidate.alloc;
      rewriter.setInsertionPoint(alloc);
      Value offset = arith::ConstantIndexOp::create(rewriter, alloc.getLoc(), buffer.offset);
      rewriter.replaceOpWithNewOp<memref::ViewOp>(alloc, alloc.getType(), arena, offset, ValueRange());
    }
    remark::passed(loc, kArena) << remark::metric("bytes", total) << remark::metric("live", lexon::peakBytes(buffers))
                                << remark::metric("sum", sum) << remark::metric("buffers", candidates.size())
                                << (onStack ? "on the stack" : "in the arena");
  }

  func::FuncOp function;
  BufferViewFlowAnalysis flow;
  DataLayout layout;
  int64_t alignment, stackBytes;
  IRRewriter rewriter;
  DenseMap<Operation *, int64_t> first, last;
};

struct PlanMemoryPass final : lexon::impl::PlanMemoryPassBase<PlanMemoryPass> {
  using PlanMemoryPassBase::PlanMemoryPassBase;

  void runOnOperation() override {
    if (!llvm::isPowerOf2_64(alignment) || stackBytes < 0) {
      emitError(getOperation()->getLoc()) << "alignment must be a power of two, and stack-bytes not negative";
      return signalPassFailure();
    }
    getOperation()->walk([&](func::FuncOp function) {
      if (!function.isExternal())
        FunctionPlan(function, alignment, stackBytes).run();
    });
  }
};
} // namespace
