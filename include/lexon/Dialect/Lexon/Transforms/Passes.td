//===- Passes.td - passes of the lexon dialect --------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_PASSES
#define LEXON_DIALECT_LEXON_TRANSFORMS_PASSES

include "lexon/Kernel/KernelOptions.td"
include "mlir/Pass/PassBase.td"

def FuseContractionEpiloguesPass : Pass<"fuse-contraction-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Turn contractions and the element-wise operations behind them into lexon.contract";
  let description = [{
    A floating-point contraction or convolution on tensors that starts from one value or from a broadcast tensor (a bias)
    becomes a `lexon.contract`. The element-wise
    `linalg.generic` that alone uses its result moves into the region: bias, activation, scale, residual, rounding. If the
    result is cut along one column dimension into 2 to 8 equal slices that one element-wise operation combines (the two
    halves of a gated linear unit), the slices become groups: one pass over `lhs`, and the uncut result is never stored.

    If the columns are blocks (heads), each cut into 2 to 8 equal parts, and the parts are put together again by
    concatenation after element-wise operations on some of them, the parts become groups that the contraction stores:
    rotary embedding is computed on the way out of registers, in whichever order its slices, negation, concatenation and
    products stand. Several blocks may be cut together from one product, and others be left as they are (query, key and
    value): an operand of `with` says for each block what it stores. The blocks' values are the same, bit by bit, as
    operations and their order stay. Only static sizes, parts of a multiple of `part-columns` columns, and results that are
    read in the order of the product's dimensions or by `lexon.attention`.

    Left alone: contractions of integers, those that add to a tensor of the result's size, and element-wise operations that
    read their own output or loop indices. The sum is rounded to the contraction's element type before the region, as it
    was before.

    Remarks: `contract` for each operation made, with the number of groups and operations in its region; `missed` with the
    reason for each contraction left alone. `stored-groups` for each that stores its groups, `missed` where parts of its
    columns are put together, but not so.

    Example: test/Dialect/Lexon/Transforms/fuse-contraction-epilogues.mlir
  }];
  let options = [
    Option<"partColumns", "part-columns", "int64_t", /*default=*/"16",
           "Parts whose columns are no multiple of this are not stored by the contraction: lanes would stay empty">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect", "::lexon::core::LexonDialect"];
}

def PackWeightsPass : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "Give weights the layout the kernels read, once, before the first call";
  let description = [{
    A constant argument of a public function (argument attribute `lexon.constant`) that only one `lexon.contract` uses, as
    its `rhs`, is packed into panels: `panel` columns (over all groups) of each step of the reduction lie side by side,
    `W[n, k]` becomes `P[n / panel, k, n % panel]`. Of bf16 operands, if the reduction is even and contiguous in `lhs`, it
    becomes two dimensions, the inner one of two elements, in both: `P[n / panel, k / 2, n % panel, k % 2]`. That is what
    AVX512-BF16, AMX and Arm's BF16 instructions multiply. Columns behind the last whole panel are a
    product of their own, on a narrower panel. Less than half a panel's columns stay as they were where they can be read
    as vectors: along the reduction, innermost in both inputs, or along the columns. A packed weight has as many bytes as before, so types and files do not change, only the order of
    the elements:

    - for each function `F` that has packed constant arguments, or passes some on to a function that has, there is a new
      function `F_prepare`, which takes the constant arguments as they are in the file and returns them as `F` wants them;
    - `F` has the attributes `lexon.prepare = "F_prepare"` and `lexon.prepared_layout`, a text that is equal for equal
      layouts; it may name other functions' layouts by `@NAME`;
    - where `F` passes constant arguments, or weights cut from a constant buffer, to the constant arguments of another
      function, that one's `_prepare` is called. If that function is in another module, which may pack nothing, a weak
      `_prepare` that returns what it gets stands in.

    A function that reads all its constants as they are has none of this.

    Remarks: `packed` for each weight; `missed` with the reason for each other that a contraction uses.

    Example: test/Dialect/Lexon/Transforms/pack-weights.mlir
  }];
  let options = [
    Option<"panel", "panel", "int64_t", /*default=*/"32", "Columns of a panel, over all groups">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::tensor::TensorDialect", "::lexon::core::LexonDialect"];
}

def PackOperandsPass : Pass<"pack-operands", "::mlir::func::FuncOp"> {
  let summary = "Copy right-hand sides into panels in each call, where that is cheaper";
  let description = [{
    The `rhs` of a `lexon.contract` on tensors that is not constant is copied into the panels of `pack-weights`, in each
    call, if the kernel on panels and the copy are expected to take less than the kernel on the operand as it is
    (`include/lexon/Kernel`: `expectedCost`, `expectedCopyCycles`). What a copy can gain: pieces of columns whose distance
    is a large power of two drive each other out of the caches; pieces of an operand larger than the last-level cache come
    from memory one by one; vectors along the reduction need both operands for each product and sums across lanes at the end.

    Only operands of static size; where the number of rows is not static, nothing is copied. `pack` overrides the choice,
    the attribute `lexon.pack` (true or false) on an operation overrides both.

    Remarks: `packed` with the layout and the kilocycles expected of both ways; `missed` with the reason for each other
    contraction.

    Example: test/Dialect/Lexon/Transforms/pack-operands.mlir
  }];
  let options = KernelOptions<[
    Option<"panel", "panel", "int64_t", /*default=*/"32", "Columns of a panel, over all groups">,
    Option<"pack", "pack", "::lexon::core::PackKind", /*default=*/"::lexon::core::PackKind::Auto", "Which operands are copied.", [{
           ::llvm::cl::values(
             clEnumValN(::lexon::core::PackKind::Auto, "auto", "those for which that is expected to be cheaper"),
             clEnumValN(::lexon::core::PackKind::Always, "always", "all that can be"),
             clEnumValN(::lexon::core::PackKind::Never, "never", "none"))}]>
  ]>.options;
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def WidenContractRowsPass : Pass<"widen-contract-rows", "::mlir::func::FuncOp"> {
  let summary = "Widen the left-hand sides of contractions to f32 once, outside of the kernels";
  let description = [{
    Where vectors run along the columns of `rhs`, a kernel multiplies them by one element of `lhs` in all lanes, and reads that
    element again for each panel of columns. An f16 or bf16 element costs a conversion each time; an f32 element is read into
    all lanes by one instruction. So a `lexon.contract` on tensors whose `rhs` has columns innermost (not pairs of the
    reduction, see `pack-weights`), and whose sums are f32, gets its `lhs` in f32. The result is the same.

    Remarks: `widened`.

    Example: test/Dialect/Lexon/Transforms/widen-contract-rows.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def FuseContractionSumsPass : Pass<"fuse-contraction-sums", "::mlir::func::FuncOp"> {
  let summary = "Let a contraction add up its columns for the normalization behind it";
  let description = [{
    A `linalg.generic` that adds up, over all columns of the result of a `lexon.contract` on tensors, an element-wise
    expression of that result alone (its square, as RMS normalization does; the value itself; any other) becomes a sum over
    parts of the columns. The parts are summed by the contraction: the expression moves into its region, and its kernel
    stores one number for each row and part. The order of additions changes, as it does wherever a row is summed in
    lanes (`docs/performance/rows.md`).

    After packing: a part is as many columns as every tile of the kernel holds as a whole, two vectors or one. Of a packed
    operand with a rest of columns behind the last whole panel, both contractions get sums, in one tensor. Left alone:
    contractions whose kernel has vectors along the reduction, that store groups, or that would need other tiles; sums
    of rows, of several tensors, or with numbers that are computed behind the contraction.

    Remarks: `sums` with the columns of a part; `missed` with the reason for each other sum over a contraction's result.

    Example: test/Dialect/Lexon/Transforms/fuse-contraction-sums.mlir
  }];
  let options = KernelOptions<[]>.options;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::lexon::core::LexonDialect"];
}

def DecomposeContractPass : Pass<"decompose-contract", "::mlir::func::FuncOp"> {
  let summary = "Say in linalg what lexon.contract means";
  let description = [{
    Replaces each `lexon.contract`, on tensors or memrefs, by a contraction into a temporary, one result for each group,
    and an element-wise operation that is its region; sums of parts of the columns are a third operation. The reference of `lexon verify`, and the road of operations that
    no kernel is chosen for. With `only-blas`, those that `choose-blas` chose for OpenBLAS.

    Example: test/Dialect/Lexon/Transforms/decompose-contract.mlir
  }];
  let options = [
    Option<"onlyBlas", "only-blas", "bool", /*default=*/"false", "Only operations with the attribute lexon.matmul = \"blas\".">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RecognizeAttentionPass : Pass<"recognize-attention"> {
  let summary = "Find contraction, softmax, contraction on tensors, and make them one lexon.attention";
  let description = [{
    From the second contraction backwards: through reshapes, transposes and elementwise operations to the softmax (maximum,
    difference, exponential, sum, quotient or reciprocal), through whatever scales, masks or biases the scores to the
    first contraction. How elementwise operations are split or fused does not matter, nor how batch and heads are
    reshaped. The elementwise operations between the first contraction and the softmax become the region.

    Transposes, repeated heads and constant factors of query, key and value, and transposes of the result, become indexing
    maps and part of the region: heads are read and written where the neighbours have them.

    A causal mask becomes `causal`: a function argument with the attribute `lexon.causal_mask` = c, of which row and key
    are the only dimensions of more than one element. Visible are keys <= row + c. As a number it is added to the score:
    0 where visible, -inf or the lowest number of the type elsewhere; as a boolean it selects between the score and one
    of these.

    Left alone: scores or probabilities that something else uses; a sum of other exponentials; anything between softmax and
    second contraction.

    Remarks: `recognized`; `missed` with the reason, where a softmax feeds a contraction.

    Example: test/Dialect/Lexon/Transforms/recognize-attention.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
                           "::lexon::core::LexonDialect"];
}

def DecomposeAttentionPass : Pass<"decompose-attention"> {
  let summary = "Rewrite lexon.attention as the linalg operations that define it";
  let description = [{
    On tensors and memrefs. All scores of all rows exist at once: for checking and for what `lower-attention` cannot
    lower.

    Remarks: `decomposed`.

    Example: test/Dialect/Lexon/Transforms/decompose-attention.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

def LowerAttentionPass : Pass<"lower-attention"> {
  let summary = "Rewrite lexon.attention on memrefs as a parallel loop over blocks of rows";
  let description = [{
    One iteration computes the result of some rows (heads that share a key are rows, too) in buffers on the stack that
    fit into a core's second-level cache:

    - the query's rows, scaled and transposed, so that rows lie side by side in vectors;
    - scores of a block of keys, `[key][row]`: a contraction, which `select-matmul-kernel` takes;
    - maximum, exponential and sum of each row: rows are the lanes of vectors, so nothing is added up across lanes;
    - the product with the value: another contraction;
    - division by the sum while the rows are written to the output.

    If all keys' scores fit, there is one block of keys; else maximum and sum of a row go from block to block, and what
    is there already is rescaled (Milakov and Gimelshein, "Online normalizer calculation for softmax"; Dao et al.,
    "FlashAttention"). Keys that `causal` hides from a whole block of rows are not computed, and blocks are dealt out so
    that each thread gets early and late ones.

    A dynamic depth or column size is left to `decompose-attention`'s rewriting, with a remark.

    Remarks: `lowered`, with the sizes of blocks; `missed` with the reason.

    Example: test/Dialect/Lexon/Transforms/lower-attention.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"128", "Width of a vector register.">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576", "Bytes of a core's second-level cache.">,
    Option<"blockRows", "block-rows", "int64_t", /*default=*/"0", "Rows of a block; 0: by the cache.">,
    Option<"blockKeys", "block-keys", "int64_t", /*default=*/"0", "Keys of a block; 0: by the cache.">
  ];
}

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_PASSES
