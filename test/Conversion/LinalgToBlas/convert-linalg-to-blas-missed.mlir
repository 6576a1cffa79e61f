// What stays with the code generator, and why.
// RUN: lexon-opt %s --convert-linalg-to-blas=min-flops=100 --split-input-file | FileCheck %s --implicit-check-not=blas.
// RUN: lexon-opt %s --convert-linalg-to-blas=min-flops=100 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// CHECK-LABEL: func.func @integers(
// WHY: [Missed] converted | Category:convert-linalg-to-blas | Reason="BLAS has no i32, only f32 and f64"
func.func @integers(%a: tensor<4x8xi32>, %b: tensor<8x3xi32>, %c: tensor<4x3xi32>) -> tensor<4x3xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xi32>, tensor<8x3xi32>) outs(%c : tensor<4x3xi32>) -> tensor<4x3xi32>
  return %0 : tensor<4x3xi32>
}
// WHY: Reason="BLAS has no bf16, only f32 and f64"
func.func @half(%a: tensor<4x8xbf16>, %b: tensor<8x3xbf16>, %c: tensor<4x3xbf16>) -> tensor<4x3xbf16> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xbf16>, tensor<8x3xbf16>) outs(%c : tensor<4x3xbf16>) -> tensor<4x3xbf16>
  return %0 : tensor<4x3xbf16>
}
// WHY: Reason="mixed element types f16 and f32"
func.func @mixed(%a: tensor<4x8xf16>, %b: tensor<8x3xf16>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf16>, tensor<8x3xf16>) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
// -----
// WHY: Reason="the output aliases operand #0"
func.func @in_place(%a: memref<8x8xf32>, %b: memref<8x8xf32>) {
  %c = memref.cast %a : memref<8x8xf32> to memref<?x8xf32>
  linalg.matmul ins(%a, %b : memref<8x8xf32>, memref<8x8xf32>) outs(%c : memref<?x8xf32>)
  return
}
// WHY: Reason="innermost stride of operand #0 is 2, CBLAS needs 1 in one direction"
func.func @inner_stride(%a: memref<4x8xf32, strided<[16, 2]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32, strided<[16, 2]>>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// WHY: Reason="rows of operand #0 overlap: its leading dimension is 3, a row has 8 elements"
func.func @overlapping_rows(%a: memref<4x8xf32, strided<[3, 1]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32, strided<[3, 1]>>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// WHY: Reason="stride 0 of operand #1 is not positive"
func.func @zero_stride(%a: memref<4x8xf32>, %b: memref<8x3xf32, strided<[0, 1]>>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x3xf32, strided<[0, 1]>>) outs(%c : memref<4x3xf32>)
  return
}
// WHY: Reason="stride -8 of operand #0 is not positive"
func.func @negative_stride(%a: memref<4x8xf32, strided<[-8, 1], offset: 24>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32, strided<[-8, 1], offset: 24>>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// WHY: Reason="stride -2 of operand #1 is not positive"
func.func @negative_vector(%a: memref<9x8xf32>, %x: memref<8xf32, strided<[-2], offset: 14>>, %y: memref<9xf32>) {
  linalg.matvec ins(%a, %x : memref<9x8xf32>, memref<8xf32, strided<[-2], offset: 14>>) outs(%y : memref<9xf32>)
  return
}
// -----
// WHY: Reason="a dimension of 3000000000 elements is more than CBLAS's 32-bit integers can count"
func.func @many_rows(%a: memref<3000000000x8xf32>, %b: memref<8x3xf32>, %c: memref<3000000000x3xf32>) {
  linalg.matmul ins(%a, %b : memref<3000000000x8xf32>, memref<8x3xf32>) outs(%c : memref<3000000000x3xf32>)
  return
}
// WHY: Reason="leading dimension 3000000000 of operand #0 is more than CBLAS's 32-bit integers can count"
func.func @long_rows(%a: memref<4x8xf32, strided<[3000000000, 1]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32, strided<[3000000000, 1]>>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// -----
// WHY: Reason="only 96 floating-point operations, min-flops is 100"
func.func @small(%a: memref<4x4xf32>, %b: memref<4x3xf32>, %c: memref<4x3xf32>) {
  linalg.matmul ins(%a, %b : memref<4x4xf32>, memref<4x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// WHY: Reason="no reduction dimension"
func.func @outer(%x: memref<40xf32>, %y: memref<30xf32>, %c: memref<40x30xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
    iterator_types = ["parallel", "parallel"]} ins(%x, %y : memref<40xf32>, memref<30xf32>) outs(%c : memref<40x30xf32>) {
  ^bb0(%u: f32, %v: f32, %w: f32):
    %p = arith.mulf %u, %v : f32
    %r = arith.addf %w, %p : f32
    linalg.yield %r : f32
  }
  return
}
// WHY: Reason="a batch of inner products is no matrix product"
func.func @inner_products(%x: memref<40x8xf32>, %y: memref<40x8xf32>, %c: memref<40xf32>) {
  linalg.contract indexing_maps = [affine_map<(h, k) -> (h, k)>, affine_map<(h, k) -> (h, k)>, affine_map<(h, k) -> (h)>]
    ins(%x, %y : memref<40x8xf32>, memref<40x8xf32>) outs(%c : memref<40xf32>)
  return
}
// WHY: Reason="batch dimensions of operand #0 do not lead in the output's order; memrefs have strides for that"
func.func @batch_inside(%a: tensor<4x2x8xf32>, %b: tensor<2x8x3xf32>, %c: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> {
  %0 = linalg.contract indexing_maps = [affine_map<(h, m, n, k) -> (m, h, k)>, affine_map<(h, m, n, k) -> (h, k, n)>, affine_map<(h, m, n, k) -> (h, m, n)>]
    ins(%a, %b : tensor<4x2x8xf32>, tensor<2x8x3xf32>) outs(%c : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}
// WHY: Reason="a scale of 0, with which BLAS does not read its operands"
func.func @scale_of_zero(%a: memref<4x8xf32>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %zero : f32
    %q = arith.mulf %p, %y : f32
    %r = arith.addf %z, %q : f32
    linalg.yield %r : f32
  }
  return
}
// -----
// CHECK-LABEL: func.func @sparse(
// WHY: Reason="operand #0 has an encoding: it may be sparse"
#csr = #sparse_tensor.encoding<{map = (i, j) -> (i : dense, j : compressed)}>
func.func @sparse(%a: tensor<8x8xf32, #csr>, %b: tensor<8x8xf32>, %c: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<8x8xf32, #csr>, tensor<8x8xf32>) outs(%c : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
// Each matrix of the output begins one column after the last one.
// CHECK-LABEL: func.func @sliding_batch(
// WHY: Reason="the output has one element at several indices"
func.func @sliding_batch(%a: memref<3x4x8xf32>, %b: memref<3x8x5xf32>, %c: memref<?x4x5xf32, strided<[1, 10, 1]>>) {
  linalg.batch_matmul ins(%a, %b : memref<3x4x8xf32>, memref<3x8x5xf32>) outs(%c : memref<?x4x5xf32, strided<[1, 10, 1]>>)
  return
}
// CHECK-LABEL: gpu.module @device
// WHY: Reason="inside 'gpu.module', which cannot call CBLAS"
gpu.module @device {
  gpu.func @kernel(%a: memref<8x8xf32>, %b: memref<8x8xf32>, %c: memref<8x8xf32>) kernel {
    linalg.matmul ins(%a, %b : memref<8x8xf32>, memref<8x8xf32>) outs(%c : memref<8x8xf32>)
    gpu.return
  }
}
// -----
// Not contractions at all: no remark either.
// WHY-NOT: [Missed]
func.func @max(%a: tensor<4x8xf32>, %b: tensor<8x3xf32>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) outs(%c : tensor<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.maximumf %z, %p : f32
    linalg.yield %r : f32
  } -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
// The product subtracted from is not the output.
func.func @reversed(%a: tensor<4x8xf32>, %b: tensor<8x3xf32>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) outs(%c : tensor<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.subf %p, %z : f32
    linalg.yield %r : f32
  } -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
