//===- Passes.td - mathematical functions as arithmetic -----*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_MATH_PASSES
#define LEXON_MATH_PASSES

include "mlir/Pass/PassBase.td"

def ExpandMathPass : Pass<"expand-math"> {
  let summary = "Rewrite functions of f32 as arithmetic, for scalars and vectors";
  let description = [{
    A call of libm's `expf` costs ten times what the arithmetic in it costs on one lane of a vector, and a loop with a
    call in it is not vectorized. This pass writes the arithmetic where the function stood, for f32 scalars and for
    vectors of f32 of any rank and size. There is no branch and no table in it, so that LLVM's vectorizer takes a loop
    of scalars; the one exception is a rarely taken branch of `sin`, `cos` and `tan` on vectors.

    Largest error in units in the last place (of the exact result's binade, not below that of denormal numbers), over
    all 2^32 arguments, with and without fused multiplication and addition; `pow` and `atan2`: over a sample.

    | function | error | function | error | function | error |
    |---|---|---|---|---|---|
    | exp | 1 | log | 1 | sin | 1 |
    | exp2 | 1 | log2 | 2 | cos | 1 |
    | expm1 | 2 | log10 | 2 | tan | 2 |
    | tanh | 2 | log1p | 1.5 | atan | 2 |
    | sinh | 1 | asinh | 1 | atan2 | 2.5 |
    | cosh | 1 | acosh | 1 | asin | 2.5 |
    | erf | 2 | atanh | 1 | acos | 2.5 |
    | pow | 1 | cbrt | 1 | | |

    Infinities, NaN, zeros of both signs and denormal numbers give what C's Annex F says; nothing is flushed to zero.
    `sin`, `cos` and `tan` hold their bound for all finite arguments.

    What a multiplication and an addition may be fused is marked by the flag `contract`: processors with such an
    instruction use it, the others lose less than half a unit. With `ldexp`, exp, exp2 and pow end with `llvm.ldexp`
    where the type allows it: one instruction with AVX-512, elsewhere a call, so integer operations do its work there.

    Not rewritten: f64 (a vector library has these functions), f16 and bf16 (`math-extend-to-supported-types` makes them
    f32 before), tensors, scalable vectors, `erfc`, `fpowi`, and what is an instruction or nearly so (`sqrt`, `rsqrt`,
    `floor`).

    Remarks: `Passed` for each function, with its name.

    Example: test/Math/expand-math.mlir
  }];
  let options = [
    Option<"ldexp", "ldexp", "bool", /*default=*/"false", "The target has an instruction for llvm.ldexp.">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif // LEXON_MATH_PASSES
