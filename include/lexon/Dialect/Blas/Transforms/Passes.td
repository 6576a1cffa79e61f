//===- Passes.td - passes of the blas dialect ---------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_TRANSFORMS_PASSES
#define LEXON_DIALECT_BLAS_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def BlasDistributeToThreadsPass : Pass<"blas-distribute-to-threads", "::mlir::ModuleOp"> {
  let summary = "Split BLAS operations on memrefs into one piece for each thread";
  let description = [{
    A `blas.gemm` or `blas.gemv` with enough work becomes an `scf.parallel` of as many pieces as there are threads, cut
    along the longer side of the output; a `blas.batch_gemm` an `scf.parallel` over its batch. The pieces then run on the
    program's own threads, each as a BLAS call with one thread: a second pool of threads, which spins while the first
    computes, is not needed. Measured on two cores (AMD EPYC, family 26), 40x1536x8960: 6.7 ms instead of 9.9 ms with
    OpenBLAS's own threads; 512x512x512: 1.19 ms instead of 1.23 ms; an element-wise loop in between runs in half of
    the time.

    Operations inside of a parallel loop, or smaller than `min-flops`, are left alone. Where the size is not known, both
    forms are made and a test chooses.

    Remarks: `distributed`; `missed` with the reason.

    Example: test/Dialect/Blas/Transforms/blas-distribute-to-threads.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"0",
           "Threads to split for; 0: as many as the OpenMP runtime says when the program runs; 1: nothing is split.">,
    Option<"minFlops", "min-flops", "int64_t", /*default=*/"1000000",
           "Fewer floating-point operations are not worth waking a thread.">
  ];
}

#endif // LEXON_DIALECT_BLAS_TRANSFORMS_PASSES
