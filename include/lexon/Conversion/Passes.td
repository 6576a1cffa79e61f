//===- Passes.td - conversions between dialects -------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_PASSES
#define LEXON_CONVERSION_PASSES

include "lexon/Kernel/KernelOptions.td"
include "mlir/Pass/PassBase.td"

def ConvertLinalgToBlasPass : Pass<"convert-linalg-to-blas"> {
  let summary = "Turn contractions into BLAS operations";
  let description = [{
    Every linalg operation that computes `out += a * b` or `out ± scale * a * b` summed over a dimension becomes
    `blas.gemm`, `blas.gemv`, `blas.dot` or `blas.batch_gemm`, if its elements are f32 or f64 (one type for all): named
    operations, `linalg.contract` and `linalg.generic` alike, on tensors and on memrefs, with operands transposed in any
    way by their indexing maps. The output accumulates (beta is 1) unless its initial value is known to be zero: then
    beta is 0 and the fill is not needed.

    On memrefs, a view with other strides stands for a transposed, broadcast, collapsed or sliced operand; nothing is
    copied. Dimensions beyond a matrix product become dimensions of a batch, further reductions a loop. On tensors
    there are no strides: an operation whose batch dimensions do not lead in the same order in every operand is left
    for after bufferization.

    On memrefs whose output may overlap an input (two arguments of a function, say), a test of the addresses chooses at
    run time between the operation and plain sequential loops.

    Left alone, with a remark at the operation that says why: other element types, an output that is one of the inputs,
    an innermost stride other than 1 in both directions, rows that overlap, zero or negative strides, static sizes that 32
    bits cannot count, no reduction, fewer floating-point operations than `min-flops`. What depends on run-time values
    is tested by `convert-blas-to-func`.

    Remarks: `converted`; `missed` with the reason.

    Example: test/Conversion/LinalgToBlas/convert-linalg-to-blas.mlir
  }];
  let dependentDialects = ["::lexon::blas::BlasDialect", "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::affine::AffineDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"minFlops", "min-flops", "int64_t", /*default=*/"0",
           "Leave products of fewer floating-point operations (two for each multiply-add) to the code generator. Sizes "
           "that are not known count as large.">,
    Option<"onlyChosen", "only-chosen", "bool", /*default=*/"false",
           "Only operations with the attribute lexon.matmul = \"blas\", as choose-blas sets it.">
  ];
}

def ChooseBlasPass : Pass<"choose-blas"> {
  let summary = "Choose for each contraction on tensors: generated code or OpenBLAS, by expected cost";
  let description = [{
    Decides, and only decides: sets the attribute `lexon.matmul = "blas"` on each `lexon.contract` and each contraction of
    linalg for which OpenBLAS is expected to take less time than generated code, on `threads` threads.
    `decompose-contract{only-blas}` and, on buffers, `convert-linalg-to-blas{only-chosen}` obey it. An operation that has
    the attribute, `"blas"` or `"vector"`, keeps the choice, if OpenBLAS can compute it: that is how a user decides.

    Code is expected to take what the cost model of kernels says (`include/lexon/Kernel`: `expectedCost`), packed in each
    call where that is better, or before the first if the operand is constant and `prepared-weights` is set. OpenBLAS is
    expected to reach 88 % of the multiply-add units' peak, with vectors of `blas-vector-bits`, after it has packed both
    operands, a line of 64 bytes in 10 cycles, or 22 if rows are a multiple of 4096 bytes apart
    (`expectedLibraryCycles`); element-wise operations behind the product, which code computes on the way, cost it one
    more pass over the result. Products with vectors and products of dynamic sizes stay code.

    Remarks: `chosen` with both figures and the cycles that the multiply-add units need at least; `missed` with these
    figures or the reason.

    Example: test/Conversion/LinalgToBlas/choose-blas.mlir
  }];
  let options = KernelOptions<[
    Option<"blasVectorBits", "blas-vector-bits", "int64_t", /*default=*/"128",
           "Bits of the vectors in OpenBLAS's kernels: it has some for each CPU and picks them at run time.">,
    Option<"panel", "panel", "int64_t", /*default=*/"32", "Columns of a panel, over all groups">,
    Option<"preparedWeights", "prepared-weights", "bool", /*default=*/"false", "Constant operands are packed before.">
  ]>.options;
}

def ConvertBlasToLinalgPass : Pass<"convert-blas-to-linalg"> {
  let summary = "Turn BLAS operations into linalg";
  let description = [{
    Each operation of the blas dialect becomes a scaling of its output (none if beta is 1, a fill if it is 0) and one
    `linalg.generic` with the body `out + alpha * (a * b)`, or `out + a * b` if alpha is 1. For programs that shall do
    without the library, and for references.

    Example: test/Conversion/BlasToLinalg/convert-blas-to-linalg.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect"];
}

def ConvertBlasToFuncPass : Pass<"convert-blas-to-func", "::mlir::ModuleOp"> {
  let summary = "Turn BLAS operations on memrefs into CBLAS calls";
  let description = [{
    `blas.gemm`, `blas.gemv` and `blas.dot` become calls of `cblas_?gemm`, `cblas_?gemv` and `cblas_?dot` (row-major,
    32-bit integers), `blas.batch_gemm` a loop of such calls. What CBLAS needs and is not known to hold is tested at run
    time: innermost strides of 1, rows that do not overlap, sizes and leading dimensions below 2^31. Where a test fails, plain sequential loops compute the same, with linalg's meaning.
    Sizes of 0 are left to CBLAS, except that a `gemv` without columns scales its output itself, which CBLAS does not.

    OpenBLAS keeps one number of threads for the whole process. Around the calls it is set to `threads`, inside
    parallel loops to 1, and restored afterwards; calls that follow each other share one such region. Regions may overlap in several
    threads of a process (the smallest number counts; the last to leave restores). With `threads` = 0 the number is left
    alone outside of parallel loops.

    Remarks: `called` with the function's name; `missed` for an operation on tensors.

    Example: test/Conversion/BlasToFunc/convert-blas-to-func.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"0",
           "Threads OpenBLAS may use in calls outside of parallel loops; 0: what it is set to.">
  ];
}

#endif // LEXON_CONVERSION_PASSES
