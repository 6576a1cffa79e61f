// Several sums and updates of one loop compute what they compute together, to the last bit.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))'
// CHECK-COUNT-4: remark: [Passed] raised | Category:raise-loops-to-linalg
// REQUIRES: python

// Rows of a triangle, the first of them empty; the diagonal is updated as well, before it is read.
func.func @symmetric(%a: memref<13x13xf64>, %b: memref<13x9xf64>, %c: memref<13x9xf64>, %alpha: f64, %beta: f64) {
  %zero = arith.constant 0.0 : f64
  affine.for %i = 0 to 13 {
    affine.for %j = 0 to 9 {
      %sum = affine.for %k = 0 to affine_map<(d0) -> (d0 + 1)>(%i) iter_args(%so_far = %zero) -> f64 {
        %x = affine.load %b[%i, %j] : memref<13x9xf64>
        %scaled = arith.mulf %alpha, %x : f64
        %y = affine.load %a[%i, %k] : memref<13x13xf64>
        %old = affine.load %c[%k, %j] : memref<13x9xf64>
        %p = arith.mulf %scaled, %y : f64
        %new = arith.addf %old, %p : f64
        affine.store %new, %c[%k, %j] : memref<13x9xf64>
        %z = affine.load %b[%k, %j] : memref<13x9xf64>
        %q = arith.mulf %z, %y : f64
        %next = arith.addf %so_far, %q : f64
        affine.yield %next : f64
      }
      %old = affine.load %c[%i, %j] : memref<13x9xf64>
      %kept = arith.mulf %beta, %old : f64
      %d = affine.load %a[%i, %i] : memref<13x13xf64>
      %scaled = arith.mulf %d, %sum : f64
      %stored = arith.addf %kept, %scaled : f64
      affine.store %stored, %c[%i, %j] : memref<13x9xf64>
    }
  }
  return
}
// The sum takes elements before their update, the other one after it.
func.func @before_and_after(%a: memref<?xf32>, %c: memref<?x?xf32>, %d: memref<?x?xf32>, %p: memref<?xf32>, %q: memref<?xf32>, %x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  scf.for %j = %c0 to %n step %c1 {
    %sums:2 = scf.for %k = %c0 to %m step %c1 iter_args(%s = %zero, %t = %zero) -> (f32, f32) {
      %v = memref.load %a[%k] : memref<?xf32>
      %u = memref.load %x[%j] : memref<?xf32>
      %by = arith.mulf %u, %v : f32
      %old = memref.load %c[%k, %j] : memref<?x?xf32>
      %term = arith.mulf %old, %v : f32
      %next_s = arith.addf %s, %term : f32
      %new = arith.addf %old, %by : f32
      memref.store %new, %c[%k, %j] : memref<?x?xf32>
      %old_d = memref.load %d[%k, %j] : memref<?x?xf32>
      %new_d = arith.subf %old_d, %by : f32
      memref.store %new_d, %d[%k, %j] : memref<?x?xf32>
      %again = memref.load %d[%k, %j] : memref<?x?xf32>
      %term_t = arith.mulf %again, %v : f32
      %next_t = arith.addf %t, %term_t : f32
      scf.yield %next_s, %next_t : f32, f32
    }
    memref.store %sums#0, %p[%j] : memref<?xf32>
    memref.store %sums#1, %q[%j] : memref<?xf32>
  }
  return
}
// What is stored ahead is stored first.
func.func @ahead(%a: memref<17x11xf64>, %c: memref<12xf64>, %x: memref<11xf64>) {
  affine.for %j = 0 to 11 {
    affine.for %k = 0 to 17 {
      %u = affine.load %a[%k, 0] : memref<17x11xf64>
      %v = affine.load %a[%k, %j] : memref<17x11xf64>
      %old = affine.load %c[%j] : memref<12xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[%j] : memref<12xf64>
    }
    %w = affine.load %x[%j] : memref<11xf64>
    affine.store %w, %c[%j + 1] : memref<12xf64>
  }
  return
}
// The first of two updates of one element stores what the second one reads; columns are outermost in memory.
func.func @columns(%a: memref<17xf64>, %b: memref<17x11xf64>, %c: memref<11x17xf64>, %d: memref<17x11xf64>, %x: memref<11xf64>) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 11 {
    %sum = affine.for %k = 0 to 17 iter_args(%s = %zero) -> f64 {
      %u = affine.load %x[%j] : memref<11xf64>
      %v = affine.load %a[%k] : memref<17xf64>
      %old = affine.load %c[%j, %k] : memref<11x17xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[%j, %k] : memref<11x17xf64>
      %w = affine.load %b[%k, %j] : memref<17x11xf64>
      %r = arith.mulf %w, %v : f64
      %next = arith.addf %s, %r : f64
      %again = affine.load %c[%j, %k] : memref<11x17xf64>
      %square = arith.mulf %again, %again : f64
      affine.store %square, %d[%k, %j] : memref<17x11xf64>
      affine.yield %next : f64
    }
    affine.store %sum, %x[%j] : memref<11xf64>
  }
  return
}
