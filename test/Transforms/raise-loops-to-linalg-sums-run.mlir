// What is stored of finished sums is the same, to the last bit.
// DEFINE: %{raise} = raise-loops-to-linalg{keep-order=true}
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(%{raise}))' --remarks -o /dev/null 2>&1 | FileCheck %s --implicit-check-not='[Missed]'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=256 vector-registers=16 threads=1},lower-matmul-kernels,convert-linalg-to-loops))'
// CHECK-COUNT-2: [Passed] raised
// REQUIRES: python

// alpha * sum + beta * target: the sums are kept apart. Of dynamic size.
func.func @alpha_beta(%a: memref<?x?xf64>, %b: memref<?x?xf64>, %c: memref<?x?xf64>, %alpha: f64, %beta: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %m = memref.dim %c, %c0 : memref<?x?xf64>
  %n = memref.dim %c, %c1 : memref<?x?xf64>
  %l = memref.dim %a, %c1 : memref<?x?xf64>
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %sum = scf.for %k = %c0 to %l step %c1 iter_args(%s = %zero) -> f64 {
        %x = memref.load %a[%i, %k] : memref<?x?xf64>
        %y = memref.load %b[%k, %j] : memref<?x?xf64>
        %p = arith.mulf %x, %y : f64
        %next = arith.subf %s, %p : f64
        scf.yield %next : f64
      }
      %old = memref.load %c[%i, %j] : memref<?x?xf64>
      %scaled = arith.mulf %old, %beta : f64
      %product = arith.mulf %alpha, %sum : f64
      %new = arith.subf %scaled, %product : f64
      memref.store %new, %c[%i, %j] : memref<?x?xf64>
    }
  }
  return
}
// A mean, summed wider than it is stored; 13 rows and 21 columns are no multiples of vectors.
func.func @mean(%a: memref<13x19xf32>, %b: memref<19x21xf32>, %c: memref<13x21xf32>, %by: f64) {
  affine.for %i = 0 to 13 {
    affine.for %j = 0 to 21 {
      %old = affine.load %c[%i, %j] : memref<13x21xf32>
      %start = arith.extf %old : f32 to f64
      %sum = affine.for %k = 0 to 19 iter_args(%s = %start) -> f64 {
        %x = affine.load %a[%i, %k] : memref<13x19xf32>
        %y = affine.load %b[%k, %j] : memref<19x21xf32>
        %xw = arith.extf %x : f32 to f64
        %yw = arith.extf %y : f32 to f64
        %p = arith.mulf %xw, %yw : f64
        %next = arith.addf %s, %p : f64
        affine.yield %next : f64
      }
      %mean = arith.divf %sum, %by : f64
      %new = arith.truncf %mean : f64 to f32
      affine.store %new, %c[%i, %j] : memref<13x21xf32>
    }
  }
  return
}
