//===- Passes.td - passes of the lexon dialect --------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_PASSES
#define LEXON_DIALECT_LEXON_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def FuseContractionEpiloguesPass : Pass<"fuse-contraction-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Turn contractions and the element-wise operations behind them into lexon.contract";
  let description = [{
    A floating-point contraction on tensors that starts from zero becomes a `lexon.contract`. The element-wise
    `linalg.generic` that alone uses its result moves into the region: bias, activation, scale, residual, rounding. If the
    result is cut along one column dimension into 2 to 8 equal slices that one element-wise operation combines (the two
    halves of a gated linear unit), the slices become groups: one pass over `lhs`, and the uncut result is never stored.

    Left alone: contractions of integers, those that add to something else than zero, and element-wise operations that
    read their own output or loop indices. The sum is rounded to the contraction's element type before the region, as it
    was before.

    Remarks: `contract` for each operation made, with the number of groups and operations in its region; `missed` with the
    reason for each contraction left alone.

    Example: test/Dialect/Lexon/Transforms/fuse-contraction-epilogues.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect", "::lexon::core::LexonDialect"];
}

def PackWeightsPass : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "Give weights the layout the kernels read, once, before the first call";
  let description = [{
    A constant argument of a public function (argument attribute `lexon.constant`) that only one `lexon.contract` uses, as
    its `rhs`, is packed into panels: `panel` columns (over all groups) of each step of the reduction lie side by side,
    `W[n, k]` becomes `P[n / panel, k, n % panel]`. Columns behind the last whole panel stay a product of their own, on
    rows as they were. A packed weight has as many bytes as before, so types and files do not change, only the order of
    the elements:

    - for each public function `F` with constant arguments there is a new function `F_prepare`, which takes the constant
      arguments as they are in the file and returns them as `F` wants them;
    - `F` has the attributes `lexon.prepare = "F_prepare"` and `lexon.prepared_layout`, a text that is equal for equal
      layouts; it may name other functions' layouts by `@NAME`;
    - where `F` passes constant arguments, or weights cut from a constant buffer, to the constant arguments of another
      function, that one's `_prepare` is called.

    Remarks: `packed` for each weight; `missed` with the reason for each other that a contraction uses.

    Example: test/Dialect/Lexon/Transforms/pack-weights.mlir
  }];
  let options = [
    Option<"panel", "panel", "int64_t", /*default=*/"32", "Columns of a panel, over all groups">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect", "::lexon::core::LexonDialect"];
}

def PackOperandsPass : Pass<"pack-operands", "::mlir::func::FuncOp"> {
  let summary = "Copy the right-hand sides of large contractions into panels, in each call";
  let description = [{
    The `rhs` of a `lexon.contract` on tensors that is not constant is copied into the panels of `pack-weights` where many
    rows use it: reading panels is sequential, reading columns of a large matrix misses a page at each step. Only operands
    whose columns are neighbours in memory, of static size.

    Remarks: `packed`; `missed` with the reason for each other contraction.

    Example: test/Dialect/Lexon/Transforms/pack-operands.mlir
  }];
  let options = [
    Option<"panel", "panel", "int64_t", /*default=*/"32", "Columns of a panel, over all groups">,
    Option<"minRows", "min-rows", "int64_t", /*default=*/"192", "Rows that must use an operand">,
    Option<"minBytes", "min-bytes", "int64_t", /*default=*/"262144", "Bytes that an operand must have">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def DecomposeContractPass : Pass<"decompose-contract", "::mlir::func::FuncOp"> {
  let summary = "Say in linalg what lexon.contract means";
  let description = [{
    Replaces each `lexon.contract`, on tensors or memrefs, by a contraction into a temporary, one result for each group,
    and an element-wise operation that is its region. The reference of `lexon verify`, and the road of operations that
    no kernel is chosen for.

    Example: test/Dialect/Lexon/Transforms/decompose-contract.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_PASSES
