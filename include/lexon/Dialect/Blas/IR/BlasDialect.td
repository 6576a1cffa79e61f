//===- BlasDialect.td - the blas dialect --------------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_IR_BLASDIALECT
#define LEXON_DIALECT_BLAS_IR_BLASDIALECT

include "mlir/IR/OpBase.td"

def Blas_Dialect : Dialect {
  let name = "blas";
  let cppNamespace = "::lexon::blas";
  let summary = "Matrix products as the BLAS library defines them.";
  let description = [{
    The operations of BLAS levels 1 to 3 that a contraction can become, in destination-passing style, on tensors or
    memrefs of f32 or f64. Names and meaning follow "An Updated Set of Basic Linear Algebra Subprograms (BLAS)"
    (Blackford et al., ACM TOMS 28, 2002): `c = alpha * op(a) * op(b) + beta * c`, where `op` transposes or not, and where
    `beta` 0 means that the old contents of `c` are not read (they may be NaN). An `alpha` of 0 hides no NaN: here, as in
    linalg, 0 times NaN is NaN.

    A leading dimension is a stride of the memref's layout: a matrix of type `memref<4x8xf32, strided<[100, 1]>>` has
    the leading dimension 100. On memrefs `c` must not overlap `a` or `b`. Whether an operand's sizes and strides fit
    CBLAS (32-bit integers, rows that do not overlap) may depend on run-time values; `convert-blas-to-func` then tests
    them and runs plain loops where they do not.
  }];
}

#endif // LEXON_DIALECT_BLAS_IR_BLASDIALECT
