//===- KeepArenas.cpp - arenas that live from call to call ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Memory/Passes.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_KEEPARENASPASS
#include "lexon/Memory/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("kept").category("keep-arenas");
constexpr StringLiteral kTake = "lexon_take_arena", kGive = "lexon_give_arena", kFree = "lexon_free_arenas";
constexpr int64_t kHugePage = int64_t{1} << 21;

/// Writes the functions and variables of the caches into a module.
class ArenaCache {
public:
  ArenaCache(ModuleOp module, int64_t slots)
      : module(module), rewriter(module.getContext()), slots(slots), loc(module.getLoc()),
        pointer(LLVM::LLVMPointerType::get(module.getContext())), i64(rewriter.getI64Type()) {}

  /// True if the functions of the C library can be declared: the program has nothing else of their names.
  bool canDeclare() {
    return llvm::all_of(ArrayRef<StringRef>{"aligned_alloc", "free"}, [&](StringRef name) {
      Operation *found = module.lookupSymbol(name);
      return !found || isa<LLVM::LLVMFuncOp>(found);
    });
  }

  /// Replaces `alloc`, freed by `dealloc` in the same block, by an arena from a cache of its own.
  void keep(memref::AllocOp alloc, memref::DeallocOp dealloc) {
    auto function = alloc->getParentOfType<func::FuncOp>();
    int64_t bytes = alloc.getType().getNumElements();
    int64_t alignment = std::max<int64_t>(alloc.getAlignment().value_or(1), bytes >= kHugePage ? kHugePage : 64);
    LLVM::GlobalOp cache = createCache(function.getSymName());
    Location at = alloc.getLoc();
    rewriter.setInsertionPoint(alloc);
    Value place = LLVM::AddressOfOp::create(rewriter, at, pointer, cache.getSymName());
    Value memory =
        LLVM::CallOp::create(rewriter, at, takeFunction(), ValueRange{place, number(at, bytes), number(at, alignment)})
            .getResult();
    Value found = LLVM::ICmpOp::create(rewriter, at, LLVM::ICmpPredicate::ne, memory, null(at));
    cf::AssertOp::create(rewriter, at, found,
                         "out of memory: '" + function.getSymName().str() + "' needs " + std::to_string(bytes) +
                             " bytes for intermediate results");
    rewriter.replaceOp(alloc, describe(at, memory, alloc.getType()));
    rewriter.setInsertionPoint(dealloc);
    LLVM::CallOp::create(rewriter, dealloc.getLoc(), giveFunction(), ValueRange{place, memory});
    rewriter.eraseOp(dealloc);
    remark::passed(at, kEvent) << function.getSymName() << remark::metric("bytes", bytes);
  }

  /// Empties the caches when the program ends or its library is unloaded.
  void createDestructor() {
    if (caches.empty())
      return;
    auto function = createFunction(kFree, LLVM::LLVMVoidType::get(module.getContext()), {});
    rewriter.setInsertionPointToStart(function.addEntryBlock(rewriter));
    for (LLVM::GlobalOp cache : caches) {
      Value place = LLVM::AddressOfOp::create(rewriter, loc, pointer, cache.getSymName());
      for (int64_t slot = 0; slot < slots; ++slot)
        callFree(exchange(slotOf(place, slot), null(loc)));
    }
    LLVM::ReturnOp::create(rewriter, loc, ValueRange());
    rewriter.setInsertionPointToEnd(module.getBody());
    LLVM::GlobalDtorsOp::create(rewriter, loc, rewriter.getArrayAttr(FlatSymbolRefAttr::get(function.getSymNameAttr())),
                                rewriter.getI32ArrayAttr({65535}),
                                rewriter.getArrayAttr(LLVM::ZeroAttr::get(module.getContext())));
  }

private:
  Value number(Location at, int64_t value) { return LLVM::ConstantOp::create(rewriter, at, i64, value); }
  Value null(Location at) { return LLVM::ZeroOp::create(rewriter, at, pointer); }

  Value slotOf(Value cache, int64_t slot) {
    return LLVM::GEPOp::create(rewriter, loc, pointer, pointer, cache, ArrayRef<LLVM::GEPArg>{int32_t(slot)});
  }

  /// What another thread wrote into the arena before it put it back must be visible, hence acquire and release.
  Value exchange(Value slot, Value value) {
    return LLVM::AtomicRMWOp::create(rewriter, loc, LLVM::AtomicBinOp::xchg, slot, value,
                                     LLVM::AtomicOrdering::acq_rel);
  }

  /// The memory at `memory` as a memref: the descriptor that finalize-memref-to-llvm uses.
  Value describe(Location at, Value memory, MemRefType type) {
    auto array = LLVM::LLVMArrayType::get(i64, 1);
    auto structure = LLVM::LLVMStructType::getLiteral(module.getContext(), {pointer, pointer, i64, array, array});
    Value descriptor = LLVM::PoisonOp::create(rewriter, at, structure);
    auto insert = [&](Value value, ArrayRef<int64_t> position) {
      descriptor = LLVM::InsertValueOp::create(rewriter, at, descriptor, value, position);
    };
    insert(memory, {0});
    insert(memory, {1});
    insert(number(at, 0), {2});
    insert(number(at, type.getNumElements()), {3, 0});
    insert(number(at, 1), {4, 0});
    return UnrealizedConversionCastOp::create(rewriter, at, type, descriptor).getResult(0);
  }

  std::string unusedName(const Twine &wanted) {
    std::string name = wanted.str();
    for (int suffix = 0; module.lookupSymbol(name); ++suffix)
      name = (wanted + "_" + Twine(suffix)).str();
    return name;
  }

  LLVM::GlobalOp createCache(StringRef function) {
    rewriter.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(pointer, slots);
    auto cache = LLVM::GlobalOp::create(rewriter, loc, type, /*isConstant=*/false, LLVM::Linkage::Internal,
                                        unusedName("lexon_arenas_" + function), Attribute(), /*alignment=*/64);
    rewriter.createBlock(&cache.getInitializerRegion());
    LLVM::ReturnOp::create(rewriter, loc, LLVM::ZeroOp::create(rewriter, loc, type).getResult());
    caches.push_back(cache);
    return cache;
  }

  LLVM::LLVMFuncOp createFunction(StringRef name, Type result, ArrayRef<Type> arguments) {
    rewriter.setInsertionPointToEnd(module.getBody());
    auto function = LLVM::LLVMFuncOp::create(rewriter, loc, unusedName(name),
                                             LLVM::LLVMFunctionType::get(result, arguments), LLVM::Linkage::Internal);
    // Kept apart: allocation is then visibly in no function that computes.
    function.setNoInline(true);
    return function;
  }

  /// A function of the C library.
  LLVM::LLVMFuncOp declare(StringRef name, Type result, ArrayRef<Type> arguments) {
    if (auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
      return function;
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(module.getBody());
    return LLVM::LLVMFuncOp::create(rewriter, loc, name, LLVM::LLVMFunctionType::get(result, arguments));
  }

  void callFree(Value memory) {
    auto function = declare("free", LLVM::LLVMVoidType::get(module.getContext()), {pointer});
    LLVM::CallOp::create(rewriter, loc, function, memory);
  }

  /// lexon_take_arena(cache, bytes, alignment): an arena out of the cache, a new one, or null.
  LLVM::LLVMFuncOp takeFunction() {
    if (take)
      return take;
    OpBuilder::InsertionGuard guard(rewriter);
    take = createFunction(kTake, pointer, {pointer, i64, i64});
    Block *block = take.addEntryBlock(rewriter);
    Value cache = block->getArgument(0), bytes = block->getArgument(1), alignment = block->getArgument(2);
    Block *found = rewriter.createBlock(&take.getBody(), {}, {pointer}, {loc});
    LLVM::ReturnOp::create(rewriter, loc, found->getArgument(0));
    for (int64_t slot = 0; slot < slots; ++slot) {
      Block *next = rewriter.createBlock(found);
      rewriter.setInsertionPointToEnd(block);
      Value memory = exchange(slotOf(cache, slot), null(loc));
      Value isArena = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::ne, memory, null(loc));
      LLVM::CondBrOp::create(rewriter, loc, isArena, found, ValueRange(memory), next, ValueRange());
      block = next;
    }
    rewriter.setInsertionPointToEnd(block);
    auto allocate = declare("aligned_alloc", pointer, {i64, i64});
    Value memory = LLVM::CallOp::create(rewriter, loc, allocate, ValueRange{alignment, bytes}).getResult();
    LLVM::ReturnOp::create(rewriter, loc, memory);
    return take;
  }

  /// lexon_give_arena(cache, arena): puts the arena into the cache, or frees it.
  LLVM::LLVMFuncOp giveFunction() {
    if (give)
      return give;
    OpBuilder::InsertionGuard guard(rewriter);
    give = createFunction(kGive, LLVM::LLVMVoidType::get(module.getContext()), {pointer, pointer});
    Block *block = give.addEntryBlock(rewriter);
    Value cache = block->getArgument(0), arena = block->getArgument(1);
    Block *done = rewriter.createBlock(&give.getBody());
    LLVM::ReturnOp::create(rewriter, loc, ValueRange());
    for (int64_t slot = 0; slot < slots; ++slot) {
      Block *next = rewriter.createBlock(done);
      rewriter.setInsertionPointToEnd(block);
      Value pair = LLVM::AtomicCmpXchgOp::create(rewriter, loc, slotOf(cache, slot), null(loc), arena,
                                                 LLVM::AtomicOrdering::release, LLVM::AtomicOrdering::monotonic);
      Value stored = LLVM::ExtractValueOp::create(rewriter, loc, pair, ArrayRef<int64_t>{1});
      LLVM::CondBrOp::create(rewriter, loc, stored, done, ValueRange(), next, ValueRange());
      block = next;
    }
    rewriter.setInsertionPointToEnd(block);
    callFree(arena);
    LLVM::BrOp::create(rewriter, loc, ValueRange(), done);
    return give;
  }

  ModuleOp module;
  IRRewriter rewriter;
  int64_t slots;
  Location loc;
  Type pointer, i64;
  LLVM::LLVMFuncOp take, give;
  SmallVector<LLVM::GlobalOp> caches;
};

/// The one place where `alloc` is freed, if that is in the same block.
memref::DeallocOp deallocOf(memref::AllocOp alloc) {
  memref::DeallocOp found;
  for (Operation *user : alloc->getUsers())
    if (auto dealloc = dyn_cast<memref::DeallocOp>(user)) {
      if (found || dealloc->getBlock() != alloc->getBlock())
        return {};
      found = dealloc;
    }
  return found;
}

struct KeepArenasPass final : lexon::impl::KeepArenasPassBase<KeepArenasPass> {
  using KeepArenasPassBase::KeepArenasPassBase;

  void runOnOperation() override {
    if (slots < 1 || slots > 64) {
      emitError(getOperation().getLoc()) << "slots must be from 1 to 64";
      return signalPassFailure();
    }
    ArenaCache cache(getOperation(), slots);
    SmallVector<memref::AllocOp> arenas;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](memref::AllocOp alloc) {
        if (alloc->hasAttr("lexon.arena"))
          arenas.push_back(alloc);
      });
    for (memref::AllocOp alloc : arenas) {
      auto isBytes = [](MemRefType type) {
        return type.hasStaticShape() && type.getRank() == 1 && type.getElementType().isInteger(8) &&
               type.getLayout().isIdentity() && !type.getMemorySpace();
      };
      memref::DeallocOp dealloc = deallocOf(alloc);
      if (dealloc && isBytes(alloc.getType()) && cache.canDeclare())
        cache.keep(alloc, dealloc);
      else if (dealloc && isBytes(alloc.getType()))
        remark::missed(alloc.getLoc(), kEvent)
            << remark::reason("the program has an 'aligned_alloc' or 'free' of its own");
      else
        remark::missed(alloc.getLoc(), kEvent)
            << remark::reason("no static number of bytes that are freed once, where they are allocated");
    }
    cache.createDestructor();
  }
};
} // namespace
