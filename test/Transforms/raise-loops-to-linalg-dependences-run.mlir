// Statements taken apart compute what they compute together, to the last bit.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))'
// CHECK-COUNT-3: remark: [Passed] raised | Category:raise-loops-to-linalg
// REQUIRES: python

// A row and a column that share one element; as many columns as %a has, which is another number than its rows.
func.func @mirrored(%a: memref<13x9xf64>, %c: memref<9x9xf64>, %by: f64) {
  %zero = arith.constant 0.0 : f64
  affine.for %i = 0 to 9 {
    affine.for %j = affine_map<(d0) -> (d0)>(%i) to 9 {
      affine.store %zero, %c[%i, %j] : memref<9x9xf64>
      affine.for %k = 0 to 13 {
        %x = affine.load %a[%k, %i] : memref<13x9xf64>
        %y = affine.load %a[%k, %j] : memref<13x9xf64>
        %old = affine.load %c[%i, %j] : memref<9x9xf64>
        %p = arith.mulf %x, %y : f64
        %new = arith.addf %old, %p : f64
        affine.store %new, %c[%i, %j] : memref<9x9xf64>
      }
      %sum = affine.load %c[%i, %j] : memref<9x9xf64>
      %mean = arith.divf %sum, %by : f64
      affine.store %mean, %c[%i, %j] : memref<9x9xf64>
      %again = affine.load %c[%i, %j] : memref<9x9xf64>
      affine.store %again, %c[%j, %i] : memref<9x9xf64>
    }
  }
  return
}
// A triangle times what it is stored to; sizes are dynamic, the last row takes none.
func.func @rows_below(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %alpha: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %b, %c0 : memref<?x?xf32>
  %n = memref.dim %b, %c1 : memref<?x?xf32>
  scf.for %i = %c0 to %m step %c1 {
    %below = arith.addi %i, %c1 : index
    scf.for %j = %c0 to %n step %c1 {
      scf.for %k = %below to %m step %c1 {
        %x = memref.load %a[%i, %k] : memref<?x?xf32>
        %y = memref.load %b[%k, %j] : memref<?x?xf32>
        %old = memref.load %b[%i, %j] : memref<?x?xf32>
        %p = arith.mulf %x, %y : f32
        %new = arith.addf %old, %p : f32
        memref.store %new, %b[%i, %j] : memref<?x?xf32>
      }
      %sum = memref.load %b[%i, %j] : memref<?x?xf32>
      %scaled = arith.mulf %sum, %alpha : f32
      memref.store %scaled, %b[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
// What is stored beside is behind the sums that are finished, and overwrites one of them each time.
func.func @behind(%a: memref<17x11xf64>, %c: memref<11xf64>, %x: memref<11xf64>) {
  affine.for %j = 1 to 11 {
    affine.for %k = 0 to 17 {
      %u = affine.load %a[%k, 0] : memref<17x11xf64>
      %v = affine.load %a[%k, %j] : memref<17x11xf64>
      %old = affine.load %c[%j] : memref<11xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[%j] : memref<11xf64>
    }
    %w = affine.load %x[%j] : memref<11xf64>
    affine.store %w, %c[%j - 1] : memref<11xf64>
  }
  return
}
