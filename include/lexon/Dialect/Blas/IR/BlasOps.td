//===- BlasOps.td - operations of the blas dialect ----------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_IR_BLASOPS
#define LEXON_DIALECT_BLAS_IR_BLASOPS

include "lexon/Dialect/Blas/IR/BlasDialect.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Blas_Float : AnyTypeOf<[F32, F64]>;
class Blas_Operand<list<int> ranks>
    : AnyTypeOf<[TensorRankOf<[F32, F64], ranks>, StridedMemRefRankOf<[F32, F64], ranks>]>;
def Blas_Scalar : Blas_Operand<[0]>;
def Blas_Vector : Blas_Operand<[1]>;
def Blas_Matrix : Blas_Operand<[2]>;
def Blas_Batch : AnyTypeOf<[RankedTensorOf<[F32, F64]>, StridedMemRefOf<[F32, F64]>]>;

class Blas_ScalarMatches<string name> : TypesMatchWith<
    "'" # name # "' has the element type of the output", "out", name,
    "::llvm::cast<::mlir::ShapedType>($_self).getElementType()">;

class Blas_Op<string mnemonic> : Op<Blas_Dialect, mnemonic, [
    DestinationStyleOpInterface, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    Blas_ScalarMatches<"alpha">, Blas_ScalarMatches<"beta">]> {
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `alpha` `(` $alpha `)` `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)` `beta` `(` $beta `)`
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

defvar commonConstraints = [{
    Constraints:
    - blas_c1: all operands and scalars have one element type, f32 or f64.
    - blas_c2: all operands are tensors, and there is a result of the output's type; or all are memrefs, without one.
    - blas_c3: the sizes agree with the equation, as far as they are static.
    - blas_c4: in a memref, the innermost stride of a matrix is 1 (or the dimension has one element at most) and its
      other strides are not negative; a vector's stride is positive. Dynamic strides count as right.
    - blas_c5: in a memref, static rows do not overlap: the leading dimension is not smaller than a row.
}];

def Blas_GemmOp : Blas_Op<"gemm"> {
  let summary = "Matrix times matrix: out = alpha * op(lhs) * op(rhs) + beta * out";
  let description = !strconcat([{
    `op(lhs)`: M x K, `op(rhs)`: K x N, `out`: M x N; `transpose_a` and `transpose_b` say that `lhs` and `rhs` are stored
    transposed (K x M, N x K).

    }], commonConstraints, [{

    Example:

    ```mlir
    blas.gemm alpha(%one) ins(%a, %b : memref<4x8xf32>, memref<16x8xf32>) beta(%one)
      outs(%c : memref<4x16xf32, strided<[100, 1]>>) {transpose_b}
    ```
  }]);
  let arguments = (ins Blas_Float:$alpha, Blas_Matrix:$lhs, Blas_Matrix:$rhs, Blas_Float:$beta, Blas_Matrix:$out,
                   UnitAttr:$transpose_a, UnitAttr:$transpose_b);
}

def Blas_BatchGemmOp : Blas_Op<"batch_gemm"> {
  let summary = "A batch of matrix products: out[b] = alpha * op(lhs[b]) * op(rhs[b]) + beta * out[b]";
  let description = !strconcat([{
    All operands have the same rank, at least 3; the last two dimensions are those of `blas.gemm`, all before them are
    dimensions of the batch. An input's batch dimension of stride 0 repeats the same matrix.

    }], commonConstraints, [{

    Example:

    ```mlir
    %r = blas.batch_gemm alpha(%scale) ins(%q, %k : tensor<12x40x128xf32>, tensor<12x40x128xf32>) beta(%zero)
      outs(%init : tensor<12x40x40xf32>) {transpose_b} -> tensor<12x40x40xf32>
    ```
  }]);
  let arguments = (ins Blas_Float:$alpha, Blas_Batch:$lhs, Blas_Batch:$rhs, Blas_Float:$beta, Blas_Batch:$out,
                   UnitAttr:$transpose_a, UnitAttr:$transpose_b);
}

def Blas_GemvOp : Blas_Op<"gemv"> {
  let summary = "Matrix times vector: out = alpha * op(lhs) * rhs + beta * out";
  let description = !strconcat([{
    `op(lhs)`: M x K, `rhs`: K, `out`: M. `transpose_a` says that `lhs` is stored as K x M.

    }], commonConstraints, [{

    Example:

    ```mlir
    blas.gemv alpha(%one) ins(%a, %x : memref<8x4xf64>, memref<8xf64, strided<[3]>>) beta(%zero)
      outs(%y : memref<4xf64>) {transpose_a}
    ```
  }]);
  let arguments = (ins Blas_Float:$alpha, Blas_Matrix:$lhs, Blas_Vector:$rhs, Blas_Float:$beta, Blas_Vector:$out,
                   UnitAttr:$transpose_a);
}

def Blas_DotOp : Blas_Op<"dot"> {
  let summary = "Inner product: out = alpha * (lhs . rhs) + beta * out";
  let description = !strconcat([{
    `lhs` and `rhs` are vectors of one length, `out` has rank 0.

    }], commonConstraints, [{

    Example:

    ```mlir
    blas.dot alpha(%one) ins(%x, %y : memref<?xf32>, memref<?xf32>) beta(%one) outs(%sum : memref<f32>)
    ```
  }]);
  let arguments = (ins Blas_Float:$alpha, Blas_Vector:$lhs, Blas_Vector:$rhs, Blas_Float:$beta, Blas_Scalar:$out);
}

#endif // LEXON_DIALECT_BLAS_IR_BLASOPS
