//===- Passes.td - passes for how threads share work --------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_THREADS_PASSES
#define LEXON_THREADS_PASSES

include "mlir/Pass/PassBase.td"

def MergeParallelRegionsPass : Pass<"merge-parallel-regions", "::mlir::ModuleOp"> {
  let summary = "Run the parallel loops of a function in one parallel region";
  let description = [{
    An `omp.parallel` that holds one `omp.wsloop` and nothing else costs a start and an end of the team. Neighbours
    become one region that all threads run through:
    - each loop becomes an `scf.for` over the thread's share: one contiguous range, the same in each call;
    - what stands between loops is run by the first thread (`scf.if`); what has no side effects by all of them. A
      value that the first thread computes and others need goes through a variable on the stack;
    - `scf.for` and `scf.if` around loops are run by all threads, which agree on bounds and conditions;
    - `omp.barrier` stands only where data crosses: where two parts may touch the same memory and one of them writes.
      Memory is told apart by allocation, by place in an arena (`memref.view` at a constant offset), by `llvm.noalias`,
      and by slices that do not meet; whatever is not known apart gets a barrier;
    - allocations go before the region, deallocations behind it.

    The region ends before, and the next starts behind: calls of functions that are not known to be without regions of
    their own, other OpenMP operations, loops that are neither `scf.for` nor OpenMP around parallel ones. Regions with
    clauses of their own are left alone: somebody meant them.

    `threads` asks for that many threads, or for as many as there are processors (`omp_get_num_procs`) if that is less;
    0 leaves the number to the OpenMP runtime.

    Remarks (category `merge-parallel-regions`): `region` (passed) with the numbers of loops and barriers, `loop`
    (missed) for a loop that keeps a region of its own beside others.

    Example: test/Threads/merge-parallel-regions.mlir
  }];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"0", "Most threads of a region; 0: the runtime decides.">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::omp::OpenMPDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // LEXON_THREADS_PASSES
