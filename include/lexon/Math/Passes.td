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
    of scalars; the one exception is a rarely taken branch of `sin`, `cos` and `tan` on vectors, for |x| >= 2^22.

    Largest error in units in the last place (of the exact result's binade, and of denormal numbers below the smallest
    normal one), with and without fused multiplication and addition:

    | function | error | function | error | function | error |
    |---|---|---|---|---|---|
    | exp | 1.1 | log | 1 | sin | 1.7 |
    | exp2 | 1.1 | log2 | 1.4 | cos | 1.7 |
    | expm1 | 1.7 | log10 | 1.8 | tan | 2.6 |
    | sinh | 1 | log1p | 1.6 | asin | 2 |
    | cosh | 0.6 | asinh | 0.6 | acos | 2 |
    | tanh | 1.8 | acosh | 0.6 | atan | 1.5 |
    | erf | 1.4 | atanh | 0.6 | atan2 | 1.7 |
    | powf | 1.2 | cbrt | 1.2 | | |

    test/Math compares with f64: every 257th f32 in `make check`, all of them in `make check-nightly`, pairs of arguments
    by samples.

    Infinities, NaN, zeros of both signs and denormal numbers give what C's Annex F says; nothing is flushed to zero.
    `sin`, `cos` and `tan` hold their bound for all finite arguments.

    What a multiplication and an addition may be fused is marked by the flag `contract`: processors with such an
    instruction use it, the others round twice. With `ldexp`, exp, exp2 and pow end with `llvm.ldexp`
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
