//===- Level1.td - a dialect of vector operations -----------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Named after level 1 of the BLAS, the operations on vectors.
//
//===----------------------------------------------------------------------===//

#ifndef LEVEL1_TD
#define LEVEL1_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Level1_Dialect : Dialect {
  let name = "level1";
  let cppNamespace = "::level1";
  let summary = "Operations on vectors";
}

def Level1_Vector : 1DTensorOf<[F32, F64]>;

def Level1_AxpyOp : Op<Level1_Dialect, "axpy", [
    Pure,
    AllElementTypesMatch<["x", "y"]>,
    AllTypesMatch<["y", "result"]>,
    TypesMatchWith<"'alpha' has the element type of the vectors", "x", "alpha",
                   "::llvm::cast<::mlir::ShapedType>($_self).getElementType()">]> {
  let summary = "alpha * x + y";
  let description = [{
    For each element one multiplication and one addition, each rounded.

    axpy_c1: `x` and `y` have the same size. The verifier checks it where both sizes are known, the lowered program
    where not.

    ```mlir
    %r = level1.axpy %alpha, %x, %y : tensor<7xf32>, tensor<7xf32>
    ```
  }];
  let arguments = (ins AnyFloat:$alpha, Level1_Vector:$x, Level1_Vector:$y);
  let results = (outs Level1_Vector:$result);
  let assemblyFormat = "$alpha `,` $x `,` $y attr-dict `:` type($x) `,` type($y)";
  let hasVerifier = 1;
}

#endif // LEVEL1_TD
