// Every constraint by its number.
// RUN: lexon-opt %s --split-input-file --verify-diagnostics

func.func @mixed_types(%s: f32, %a: memref<4x8xf64>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{'blas.gemm' op 'lhs' has elements of type 'f64', the output of type 'f32' (blas_c1)}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf64>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// -----
func.func @integers(%s: f32, %a: memref<4x8xi32>, %b: memref<8x3xi32>, %c: memref<4x3xi32>) {
  // expected-error @below {{operand #1 must be}}
  "blas.gemm"(%s, %a, %b, %s, %c) : (f32, memref<4x8xi32>, memref<8x3xi32>, f32, memref<4x3xi32>) -> ()
  return
}
// -----
func.func @other_scalar(%s: f64, %a: memref<4x8xf32>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{'alpha' has the element type of the output}}
  "blas.gemm"(%s, %a, %b, %s, %c) : (f64, memref<4x8xf32>, memref<8x3xf32>, f64, memref<4x3xf32>) -> ()
  return
}
// -----
func.func @tensors_and_memrefs(%s: f32, %a: tensor<4x8xf32>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{mixes tensors and memrefs (blas_c2)}}
  blas.gemm alpha(%s) ins(%a, %b : tensor<4x8xf32>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// -----
func.func @no_result(%s: f32, %a: tensor<4x8xf32>, %b: tensor<8x3xf32>, %c: tensor<4x3xf32>) {
  // expected-error @below {{has no result, but works on tensors (blas_c2)}}
  blas.gemm alpha(%s) ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) beta(%s) outs(%c : tensor<4x3xf32>)
  return
}
// -----
func.func @reduction_sizes(%s: f32, %a: memref<4x8xf32>, %b: memref<7x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{dimension 'k' has size 8 in 'lhs' and 7 in 'rhs' (blas_c3)}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf32>, memref<7x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// -----
func.func @transposed_sizes(%s: f32, %a: memref<4x8xf32>, %b: memref<3x8xf32>, %c: memref<8x3xf32>) {
  // expected-error @below {{dimension 'k' has size 4 in 'lhs' and 8 in 'rhs' (blas_c3)}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf32>, memref<3x8xf32>) beta(%s) outs(%c : memref<8x3xf32>) {transpose_a, transpose_b}
  return
}
// -----
func.func @batch_sizes(%s: f32, %a: memref<2x4x8xf32>, %b: memref<3x8x5xf32>, %c: memref<2x4x5xf32>) {
  // expected-error @below {{dimension 'b' has size 2 in 'lhs' and 3 in 'rhs' (blas_c3)}}
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<2x4x8xf32>, memref<3x8x5xf32>) beta(%s) outs(%c : memref<2x4x5xf32>)
  return
}
// -----
func.func @no_batch(%s: f32, %a: memref<4x8xf32>, %b: memref<8x5xf32>, %c: memref<4x5xf32>) {
  // expected-error @below {{rank 2 is less than 3 (blas_c3)}}
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<4x8xf32>, memref<8x5xf32>) beta(%s) outs(%c : memref<4x5xf32>)
  return
}
// -----
func.func @innermost_stride(%s: f32, %a: memref<4x8xf32, strided<[16, 2]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{'blas.gemm' op 'lhs': innermost stride is 2, CBLAS needs 1 (blas_c4)}}
  // expected-note @below {{copy it first, or use matmul=vector}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf32, strided<[16, 2]>>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// -----
func.func @zero_stride(%s: f32, %a: memref<4x8xf32>, %x: memref<8xf32, strided<[0]>>, %y: memref<4xf32>) {
  // expected-error @below {{'rhs': stride of dimension 0 is 0, CBLAS needs more than 0 (blas_c4)}}
  // expected-note @below {{copy it first}}
  blas.gemv alpha(%s) ins(%a, %x : memref<4x8xf32>, memref<8xf32, strided<[0]>>) beta(%s) outs(%y : memref<4xf32>)
  return
}
// -----
func.func @negative_stride(%s: f32, %a: memref<4x8xf32, strided<[-8, 1], offset: 24>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{'lhs': stride of dimension 0 is -8, CBLAS needs more than 0 (blas_c4)}}
  // expected-note @below {{copy it first}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf32, strided<[-8, 1], offset: 24>>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// -----
func.func @repeated_output(%s: f32, %a: memref<2x4x8xf32>, %b: memref<2x8x5xf32>, %c: memref<2x4x5xf32, strided<[0, 5, 1]>>) {
  // expected-error @below {{'out': stride of dimension 0 is 0, CBLAS needs more than 0 (blas_c4)}}
  // expected-note @below {{copy it first}}
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<2x4x8xf32>, memref<2x8x5xf32>) beta(%s) outs(%c : memref<2x4x5xf32, strided<[0, 5, 1]>>)
  return
}
// -----
func.func @overlapping_rows(%s: f32, %a: memref<4x8xf32, strided<[7, 1]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  // expected-error @below {{'lhs': leading dimension is 7, smaller than a row of 8 (blas_c5)}}
  // expected-note @below {{copy it first}}
  blas.gemm alpha(%s) ins(%a, %b : memref<4x8xf32, strided<[7, 1]>>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
