// Functions of one contraction each, in the program's place, each with another kernel; the list says which.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(enumerate-kernels{vector-bits=512 vector-registers=32 threads=2 list=%t.json})' --remarks 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=WHY < %t.remarks
// RUN: FileCheck %s --check-prefix=LIST < %t.json
// RUN: lexon-opt %s --pipeline='midend{threads=2 list-kernels=%t.json},backend' | lexon-translate --emit=signatures - | FileCheck %s --check-prefix=ENTRIES
// RUN: not lexon-opt %s --pass-pipeline='builtin.module(enumerate-kernels{list=%t.none/list.json})' 2>&1 | FileCheck %s --check-prefix=NOFILE

// What the cost model takes comes first.
// CHECK-NOT:   @twice
// CHECK-LABEL: func.func @contraction0_kernel0(
// CHECK-SAME:    %[[A:.*]]: memref<40x64xf32>, %[[B:.*]]: memref<64x96xf32>, %[[C:.*]]: memref<40x96xf32>)
//       CHECK:   linalg.matmul {lexon.kernel = {{{.*}}tile = array<i64: 10, 2>, vectorize = "n"}} ins(%[[A]], %[[B]] {{.*}} outs(%[[C]]
// CHECK-LABEL: func.func @contraction0_kernel1(
//       CHECK:   tile = array<i64: 14, 2>
// Equal ones are enumerated once; the third is numbered after those that were left alone.
// CHECK-LABEL: func.func @contraction3_kernel0(
// A factor is any number.
//       CHECK:   %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
//       CHECK:   linalg.generic {{.*}} ins({{.*}}, %[[ONE]] :
// CHECK-NOT:   @dynamic
// CHECK-NOT:   @part

// WHY: enumerate-kernels.mlir:[[#]]:3: remark: [Passed] enumerated | Category:enumerate-kernels | Remark="{{[0-9]+}} kernels for memref<40x64xf32> affine_map<(d0, d1, d2) -> (d0, d2)> * memref<64x96xf32> affine_map<(d0, d1, d2) -> (d2, d1)> -> memref<40x96xf32> affine_map<(d0, d1, d2) -> (d0, d1)>, 2 threads"
// WHY-NOT: [Passed]
// WHY: remark: [Missed] enumerated | Category:enumerate-kernels | Reason="its size is not static"
// WHY: remark: [Missed] enumerated | Category:enumerate-kernels | Reason="an operand is a part of a larger buffer"
// WHY: [Passed] enumerated

// LIST: [{"contraction":"memref<40x64xf32> {{.*}}","function":"contraction0_kernel0","kernel":"{block_k = 0 : i64,

// ENTRIES: "function":"contraction0_kernel0"
// NOFILE: error: option 'list': {{.*}}list.json: No such file or directory

func.func @twice(%a: memref<40x64xf32>, %b: memref<64x96xf32>, %c: memref<40x96xf32>, %d: memref<40x96xf32>) {
  linalg.matmul ins(%a, %b : memref<40x64xf32>, memref<64x96xf32>) outs(%c : memref<40x96xf32>)
  linalg.matmul ins(%a, %b : memref<40x64xf32>, memref<64x96xf32>) outs(%d : memref<40x96xf32>)
  return
}
func.func @dynamic(%a: memref<?x64xf32>, %b: memref<64x96xf32>, %c: memref<?x96xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x96xf32>) outs(%c : memref<?x96xf32>)
  return
}
func.func @part(%a: memref<40x64xf32, strided<[128, 1]>>, %b: memref<64x96xf32>, %c: memref<40x96xf32>) {
  linalg.matmul ins(%a, %b : memref<40x64xf32, strided<[128, 1]>>, memref<64x96xf32>) outs(%c : memref<40x96xf32>)
  return
}
func.func @scaled(%a: memref<8x16xf32>, %b: memref<16x32xf32>, %c: memref<8x32xf32>, %s: f32) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b, %s : memref<8x16xf32>, memref<16x32xf32>, f32) outs(%c : memref<8x32xf32>) {
  ^bb0(%x: f32, %y: f32, %f: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %q = arith.mulf %p, %f : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  }
  return
}
