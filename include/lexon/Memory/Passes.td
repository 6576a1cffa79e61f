//===- Passes.td - passes for where intermediate results live -*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_MEMORY_PASSES
#define LEXON_MEMORY_PASSES

include "mlir/Pass/PassBase.td"

def PlanMemoryPass : Pass<"plan-memory"> {
  let summary = "Give all buffers of known size places in one allocation per function";
  let description = [{
    Buffers (`memref.alloc`) of static size that the function itself frees become views of one buffer, the function's
    arena: allocated first, freed last, marked `lexon.arena`. Two buffers share memory when no operation uses both and
    the uses of one come before those of the other: only first and last use count, not where `memref.dealloc` stands.
    Every place is a multiple of `alignment` bytes. Places are chosen in the order of size, the largest first, each in
    the smallest gap it fits (greedy by size, Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net
    Inference", 2020).

    Buffers of an `omp.parallel` region are a plan of their own, on the stack of the thread, if they need no more than
    `stack-bytes`; so are those of a function that needs no more in all.

    Left alone: buffers of dynamic size, with a layout or in another memory space; buffers that are returned, stored,
    handed on as a pointer, or freed under another name; buffers inside parallel loops that are not OpenMP yet;
    functions with unstructured control flow or with OpenMP tasks, where the order of operations is not the order in
    time.

    Remarks (category `plan-memory`): `arena` (passed) with the bytes, the most that is live at one time, and the sum of
    all buffers; `buffer` (missed) for each one left alone.

    Example: test/Memory/plan-memory.mlir
  }];
  let options = [
    Option<"alignment", "alignment", "int64_t", /*default=*/"64", "Bytes; a power of two. Every place is a multiple.">,
    Option<"stackBytes", "stack-bytes", "int64_t", /*default=*/"16384",
           "Most bytes that one function, or one thread of a parallel region, gets on the stack.">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def KeepArenasPass : Pass<"keep-arenas", "::mlir::ModuleOp"> {
  let summary = "Keep a function's arena from call to call";
  let description = [{
    The arena that `plan-memory` gives a function is taken from a small cache and put back at the end, so that only the
    first call allocates. The cache of a function is an array of `slots` pointers; taking one out is an atomic exchange,
    so calls at the same time have different arenas and any number of threads may call. Who finds the cache empty
    allocates; who finds it full at the end frees. At no time are there more arenas than there were calls at one time.
    The caches are emptied when the program ends or its library is unloaded.

    Emitted as LLVM operations, since nothing else has atomic exchange of pointers, and so that compiled code needs no
    library but the C library (`aligned_alloc`, `free`). Arenas of 2 MiB and more are aligned to 2 MiB, for huge pages.
    If there is no memory, a `cf.assert` fails; `guard-assertions` makes that an error of the call.

    Example: test/Memory/keep-arenas.mlir
  }];
  let options = [
    Option<"slots", "slots", "int64_t", /*default=*/"4", "Arenas that one function keeps, for calls at the same time.">
  ];
  let dependentDialects = ["::mlir::cf::ControlFlowDialect", "::mlir::LLVM::LLVMDialect"];
}

def PromoteVariablesPass : Pass<"promote-variables", "::mlir::ModuleOp"> {
  let summary = "Turn variables in memory into values, through structured control flow and blocks";
  let description = [{
    A `memref.alloca` of rank 0, or an `llvm.alloca` of one scalar, that is only loaded and stored becomes values: `scf.if`,
    `scf.for` and `scf.while` hand them on as results and carried values, blocks as arguments, each only where the
    variable is live. Upstream's `mem2reg` stops at operations with regions.

    What is read before it is written is `llvm.mlir.undef`. What a debugger knows of the variable (`llvm.intr.dbg.declare`)
    becomes what it knows of each value.

    Left alone: variables whose address is used otherwise, that are accessed as another type, volatile or atomic, or
    inside of operations with regions other than the three.

    Remarks (category `promote-variables`): `variable`, passed and missed.

    Example: test/Memory/promote-variables.mlir
  }];
  // Of the lexon dialect `canonicalize` learns to leave loops alone that nothing enters.
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect", "::lexon::core::LexonDialect"];
}

#endif // LEXON_MEMORY_PASSES
