//===- Passes.td - passes on structured operations ----------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_STRUCTURED_PASSES
#define LEXON_STRUCTURED_PASSES

include "mlir/Pass/PassBase.td"

def FuseRowsPass : Pass<"fuse-rows"> {
  let summary = "Compute normalizations and softmax one row at a time, in one parallel loop";
  let description = [{
    Finds linalg operations on tensors that work row by row: a reduction over the inner dimensions (the parallel
    dimensions come first: they number the rows), the element-wise operations and reductions of as many leading
    dimensions that use its result, and the element-wise operations it is computed from. The whole group becomes one
    `scf.forall` over the rows whose body holds the same operations on one row, so that a row is read from memory once and stays in
    the first-level cache:
    - values of one element per row (a mean, a maximum) become scalars;
    - cheap intermediate rows (at most a few additions, multiplications, conversions) are computed again where they
      are used; others are written once, into the row of a result of the same type where that is possible;
    - only what is used outside of the group is written back as a whole tensor.

    Each value is computed by the same operations in the same order as before. An element-wise operation that is fed by a contraction alone
    is left to be the contraction's epilogue. A row buffer of more than `max-row-bytes`, or of dynamic size, is not made:
    such a group is left as it was.

    Remarks: `fused` with the number of operations; `missed` with the reason.

    Example: test/Structured/fuse-rows.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::bufferization::BufferizationDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"maxRowBytes", "max-row-bytes", "int64_t", /*default=*/"65536",
           "Bytes an intermediate row may take on the stack.">
  ];
}

def VectorizeStructuredPass : Pass<"vectorize-structured"> {
  let summary = "Lower linalg operations on memrefs to loops over vectors";
  let description = [{
    Rewrites linalg operations on memrefs (element-wise, reductions, copies, broadcasts, transposes, gathers, pooling) as
    `scf.parallel` over their outer parallel dimensions around loops over vectors of `vector-bits`. One dimension is
    spread over the lanes: the one in which most operands are contiguous.
    - Lanes over a parallel dimension: each lane computes one element; reductions run inside, carried in registers, several vectors at a time.
    - Lanes over a reduction dimension: each lane carries a partial result, of several vectors in turn; they are combined
      pairwise at the end. Sums are reordered so (each partial sum is shorter, so that less rounding error gathers in
      it), maxima, minima and integer arithmetic too; other reductions are left to `lower-reductions`.
    - An operand that is contiguous in another dimension than the lanes is read in square tiles, transposed in registers.
    The last, incomplete vector of a dimension is masked. Dimensions that are contiguous in all operands become one first. In a sum of
    products, multiplication and addition may become one operation (`fastmath<contract>`).

    Left alone: elements other than numbers of at most 64 bits, booleans in memory (their vectors are packed), strided operands, and bodies with
    operations that have no form on vectors.

    Remarks: `vectorized` with the choice; `missed` with the reason.

    Example: test/Structured/vectorize-structured.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"128", "Bits of a vector register.">
  ];
}

def DecomposeConcatenationsPass : Pass<"decompose-concatenations"> {
  let summary = "Write the parts of a concatenation where they belong";
  let description = [{
    `tensor.concat` becomes a chain of `tensor.insert_slice` (upstream's pattern), so that a part that is computed can be
    computed in its place, and the whole in the function's result, without a copy.

    Remarks: `decomposed`.

    Example: test/Structured/decompose-concatenations.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def HoistStackBuffersPass : Pass<"hoist-stack-buffers"> {
  let summary = "Take stack buffers of static size out of loops";
  let description = [{
    A `memref.alloca` in a sequential loop takes new stack in each iteration, and one that is not at the start of its function
    is no register for LLVM. Each of static size moves to the start of the parallel region (`omp.parallel`: one for each
    thread) or of the function around it. Runs after parallel loops became parallel regions or sequential loops: in
    an `scf.parallel`, and inside of an operation that opens a stack scope for another reason, buffers stay.

    At these places, buffers of one type that are used one after the other become one, so that the layers of a model need
    the stack of one layer.

    Remarks: `hoisted`; `missed` with the reason.

    Example: test/Structured/hoist-stack-buffers.mlir
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

#endif // LEXON_STRUCTURED_PASSES
