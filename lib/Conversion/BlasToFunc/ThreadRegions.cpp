//===- ThreadRegions.cpp - OpenBLAS's number of threads around calls ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ThreadRegions.h"

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace {
/// OpenBLAS has one number of threads for the whole process, and a process may be in several regions at once: the first
/// to enter saves the number, the last to leave restores it, and in between it only gets smaller. A program has one
/// copy of these (linkonce_odr), however many compiled modules it is made of. A shared library has its own; what
/// another has set meanwhile is then left to that one, so that the number never stays at what a library set.
constexpr StringLiteral kSupport = R"mlir(
llvm.mlir.global linkonce_odr @lexon_blas_lock(0 : i32) {alignment = 4 : i64} : i32
llvm.mlir.global linkonce_odr @lexon_blas_users(0 : i32) {alignment = 4 : i64} : i32
llvm.mlir.global linkonce_odr @lexon_blas_saved(0 : i32) {alignment = 4 : i64} : i32
llvm.mlir.global linkonce_odr @lexon_blas_chosen(0 : i32) {alignment = 4 : i64} : i32
llvm.func @openblas_get_num_threads() -> i32
llvm.func @openblas_set_num_threads(i32)

llvm.func linkonce_odr @lexon_blas_acquire() {
  %lock = llvm.mlir.addressof @lexon_blas_lock : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  llvm.br ^try
^try:
  %pair = llvm.cmpxchg %lock, %zero, %one acquire monotonic {alignment = 4 : i64} : !llvm.ptr, i32
  %mine = llvm.extractvalue %pair[1] : !llvm.struct<(i32, i1)>
  llvm.cond_br %mine, ^done, ^try
^done:
  llvm.return
}

llvm.func linkonce_odr @lexon_blas_release() {
  %lock = llvm.mlir.addressof @lexon_blas_lock : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  llvm.store %zero, %lock atomic release {alignment = 4 : i64} : i32, !llvm.ptr
  llvm.return
}

llvm.func linkonce_odr @lexon_blas_enter(%threads: i32) {
  %users_address = llvm.mlir.addressof @lexon_blas_users : !llvm.ptr
  %saved_address = llvm.mlir.addressof @lexon_blas_saved : !llvm.ptr
  %chosen_address = llvm.mlir.addressof @lexon_blas_chosen : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  llvm.call @lexon_blas_acquire() : () -> ()
  %users = llvm.load %users_address : !llvm.ptr -> i32
  %more = llvm.add %users, %one : i32
  llvm.store %more, %users_address : i32, !llvm.ptr
  %current = llvm.call @openblas_get_num_threads() : () -> i32
  %first = llvm.icmp "eq" %users, %zero : i32
  llvm.cond_br %first, ^save, ^limit
^save:
  llvm.store %current, %saved_address : i32, !llvm.ptr
  llvm.store %threads, %chosen_address : i32, !llvm.ptr
  %differs = llvm.icmp "ne" %current, %threads : i32
  llvm.cond_br %differs, ^set, ^done
^limit:
  %fewer = llvm.icmp "slt" %threads, %current : i32
  llvm.cond_br %fewer, ^set, ^done
^set:
  llvm.store %threads, %chosen_address : i32, !llvm.ptr
  llvm.call @openblas_set_num_threads(%threads) : (i32) -> ()
  llvm.br ^done
^done:
  llvm.call @lexon_blas_release() : () -> ()
  llvm.return
}

llvm.func linkonce_odr @lexon_blas_leave() {
  %users_address = llvm.mlir.addressof @lexon_blas_users : !llvm.ptr
  %saved_address = llvm.mlir.addressof @lexon_blas_saved : !llvm.ptr
  %chosen_address = llvm.mlir.addressof @lexon_blas_chosen : !llvm.ptr
  %one = llvm.mlir.constant(1 : i32) : i32
  llvm.call @lexon_blas_acquire() : () -> ()
  %users = llvm.load %users_address : !llvm.ptr -> i32
  %fewer = llvm.sub %users, %one : i32
  llvm.store %fewer, %users_address : i32, !llvm.ptr
  %saved = llvm.load %saved_address : !llvm.ptr -> i32
  %current = llvm.call @openblas_get_num_threads() : () -> i32
  %last = llvm.icmp "eq" %users, %one : i32
  %chosen = llvm.load %chosen_address : !llvm.ptr -> i32
  %untouched = llvm.icmp "eq" %current, %chosen : i32
  %restore = llvm.and %last, %untouched : i1
  llvm.cond_br %restore, ^set, ^done
^set:
  llvm.call @openblas_set_num_threads(%saved) : (i32) -> ()
  llvm.br ^done
^done:
  llvm.call @lexon_blas_release() : () -> ()
  llvm.return
}
)mlir";

/// True if `existing` is what an earlier run of the pass has left, or declares the same function.
bool isSame(Operation *existing, Operation &support) {
  if (auto function = dyn_cast<LLVM::LLVMFuncOp>(support)) {
    auto same = dyn_cast<LLVM::LLVMFuncOp>(existing);
    if (same)
      return same.getFunctionType() == function.getFunctionType() && same.getLinkage() == function.getLinkage();
    auto declared = dyn_cast<func::FuncOp>(existing);
    Type result = function.getFunctionType().getReturnType();
    SmallVector<Type> results(isa<LLVM::LLVMVoidType>(result) ? 0 : 1, result);
    return declared && declared.isExternal() && function.isExternal() &&
           declared.getArgumentTypes() == function.getArgumentTypes() && declared.getResultTypes() == ArrayRef(results);
  }
  auto global = cast<LLVM::GlobalOp>(support);
  auto same = dyn_cast<LLVM::GlobalOp>(existing);
  return same && same.getType() == global.getType() && same.getLinkage() == global.getLinkage();
}

class Regions {
public:
  Regions(ModuleOp module, ArrayRef<func::CallOp> calls, int64_t threads) : module(module), threads(threads) {
    for (func::CallOp call : calls)
      ours.insert(call);
  }

  LogicalResult run() {
    // The operations that become regions, with the number of threads in each.
    llvm::MapVector<Operation *, int64_t> regions;
    for (Operation *call : ours) {
      bool inParallel = false;
      Operation *region = regionOf(call, inParallel);
      int64_t number = inParallel ? 1 : threads;
      if (number > 0)
        regions.insert({region, number});
    }
    if (regions.empty())
      return success();
    if (failed(addSupport()))
      return failure();
    for (auto [first, number] : regions) {
      if (isEnclosed.contains(first))
        continue;
      Operation *last = first;
      for (Operation *next = first->getNextNode(); next && !next->hasTrait<OpTrait::IsTerminator>();
           next = next->getNextNode()) {
        auto entry = regions.find(next);
        if (entry != regions.end() && entry->second == number) {
          last = next;
          isEnclosed.insert(next);
        } else if (entry != regions.end() || !isMemoryEffectFree(next)) {
          break;
        }
      }
      enclose(first, last, number);
    }
    return success();
  }

private:
  /// The outermost operation around `call` in its function that holds no other calls.
  Operation *regionOf(Operation *call, bool &inParallel) {
    Operation *region = call;
    bool mayGrow = true;
    for (Operation *parent = call->getParentOp(); parent && !isa<FunctionOpInterface>(parent) && !isa<ModuleOp>(parent);
         parent = parent->getParentOp()) {
      mayGrow = mayGrow && !holdsOtherCalls(parent);
      // Threads of a parallel loop all meet the same setting, so it is made outside of the loop in any case.
      if (lexon::blas::runsInParallel(parent)) {
        inParallel = true;
        region = parent;
      } else if (mayGrow) {
        region = parent;
      }
    }
    return region;
  }

  bool holdsOtherCalls(Operation *op) {
    return op
        ->walk([&](CallOpInterface call) {
          return ours.contains(call.getOperation()) ? WalkResult::advance() : WalkResult::interrupt();
        })
        .wasInterrupted();
  }

  LogicalResult addSupport() {
    OwningOpRef<ModuleOp> support = parseSourceString<ModuleOp>(kSupport, module.getContext());
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    for (Operation &op : support->getBody()->getOperations()) {
      StringAttr name = cast<SymbolOpInterface>(op).getNameAttr();
      Operation *existing = module.lookupSymbol(name);
      if (!existing) {
        builder.clone(op)->walk([&](LLVM::CallOp call) { callAsDeclared(call); });
      } else if (!isSame(existing, op)) {
        InFlightDiagnostic error = emitError(ours.front()->getLoc())
                                   << "needs the name '" << name.getValue() << "' to set OpenBLAS's number of threads";
        error.attachNote(existing->getLoc()) << "the module defines something else of this name; rename it";
        return failure();
      }
    }
    return success();
  }

  /// A program may itself declare OpenBLAS's functions, in the func dialect, whose functions llvm.call does not take.
  void callAsDeclared(LLVM::CallOp call) {
    auto function = module.lookupSymbol<func::FuncOp>(call.getCalleeAttr().getAttr());
    if (!function)
      return;
    OpBuilder builder(call);
    call->replaceAllUsesWith(func::CallOp::create(builder, call.getLoc(), function, call->getOperands()));
    call->erase();
  }

  void enclose(Operation *first, Operation *last, int64_t number) {
    OpBuilder builder(first);
    Value count = arith::ConstantIntOp::create(builder, first->getLoc(), builder.getI32Type(), number);
    LLVM::CallOp::create(builder, first->getLoc(), TypeRange(), "lexon_blas_enter", ValueRange{count});
    builder.setInsertionPointAfter(last);
    LLVM::CallOp::create(builder, last->getLoc(), TypeRange(), "lexon_blas_leave", ValueRange());
  }

  ModuleOp module;
  int64_t threads;
  llvm::SetVector<Operation *> ours;
  llvm::SmallPtrSet<Operation *, 8> isEnclosed;
};
} // namespace

LogicalResult lexon::createThreadRegions(ModuleOp module, ArrayRef<func::CallOp> calls, int64_t threads) {
  return Regions(module, calls, threads).run();
}
