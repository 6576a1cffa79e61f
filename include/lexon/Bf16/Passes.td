//===- Passes.td - instructions for bf16 --------------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_BF16_PASSES
#define LEXON_BF16_PASSES

include "mlir/Pass/PassBase.td"

def PackBf16RoundingPass : Pass<"pack-bf16-rounding"> {
  let summary = "Round vectors of f32 to bf16 by one instruction";
  let description = [{
    `arith.truncf` of 8 or 16 f32 to bf16 becomes `vcvtneps2bf16` of AVX512-BF16. It rounds to nearest even and takes
    subnormal numbers for zero. Other vectors and scalars stay as they are.

    Remarks: `packed`.

    Example: test/Bf16/pack-bf16-rounding.mlir
  }];
  let dependentDialects = ["::mlir::x86vector::X86VectorDialect"];
}

#endif // LEXON_BF16_PASSES
