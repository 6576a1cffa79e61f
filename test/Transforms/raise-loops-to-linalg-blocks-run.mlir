// Blocks of rows compute what all rows together do, to the last bit.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' -o - | FileCheck %s
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))'
// REQUIRES: python

// Two blocks of 16 rows and one of 3; the second statement takes what the first one stores, scaled.
// CHECK-LABEL: func.func @normal(
//       CHECK: arith.constant 65536 : index
//       CHECK: scf.for
//       CHECK:   arith.minsi
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//   CHECK-NOT: scf.for
//       CHECK: return
func.func @normal(%a: memref<35x4099xf64> {llvm.noalias}, %x: memref<4099xf64> {llvm.noalias}, %y: memref<4099xf64> {llvm.noalias}, %t: memref<35xf64> {llvm.noalias}, %alpha: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = arith.constant 35 : index
  %columns = arith.constant 4099 : index
  %zero = arith.constant 0.0 : f64
  scf.for %i = %c0 to %rows step %c1 {
    %sum = scf.for %j = %c0 to %columns step %c1 iter_args(%s = %zero) -> f64 {
      %u = memref.load %a[%i, %j] : memref<35x4099xf64>
      %v = memref.load %x[%j] : memref<4099xf64>
      %p = arith.mulf %u, %v : f64
      %next = arith.addf %s, %p : f64
      scf.yield %next : f64
    }
    %scaled = arith.mulf %alpha, %sum : f64
    memref.store %scaled, %t[%i] : memref<35xf64>
    scf.for %j = %c0 to %columns step %c1 {
      %u = memref.load %a[%i, %j] : memref<35x4099xf64>
      %v = memref.load %t[%i] : memref<35xf64>
      %old = memref.load %y[%j] : memref<4099xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      memref.store %new, %y[%j] : memref<4099xf64>
    }
  }
  return
}
