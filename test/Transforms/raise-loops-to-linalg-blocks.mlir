// Products of one matrix with several vectors are done in blocks of rows, so that each row is in the cache for all.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg))' --split-input-file | FileCheck %s --check-prefix=ANY
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true block-bytes=0}))' --split-input-file | FileCheck %s --check-prefix=ANY
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true block-bytes=4000}))' --split-input-file | FileCheck %s --check-prefix=SMALL

// A vector times the matrix and its transpose: 512 KiB of f64 at a time, whole groups of 16 rows; the last block is
// shorter. In any order of summation, and where no blocks are asked for, there is no loop.
// CHECK-LABEL: func.func @normal(
//  CHECK-SAME:   %[[M:[^ ]*]]: index, %[[N:[^ ]*]]: index
//       CHECK:   %[[COUNT:.*]] = arith.maxsi %[[N]]
//       CHECK:   %[[WIDTH:.*]] = arith.maxsi %[[COUNT]]
//       CHECK:   %[[MOST:.*]] = arith.constant 65536 : index
//       CHECK:   %[[ROWS:.*]] = arith.divui %[[MOST]], %[[WIDTH]]
//       CHECK:   %[[SIXTEEN:.*]] = arith.constant 16 : index
//       CHECK:   %[[GROUPS:.*]] = arith.divui %[[ROWS]], %[[SIXTEEN]]
//       CHECK:   %[[LEAST:.*]] = arith.maxsi %[[GROUPS]]
//       CHECK:   %[[STEP:.*]] = arith.muli %[[LEAST]]
//       CHECK:   scf.for %[[BEGIN:.*]] = %{{.*}} to %[[M]] step %[[STEP]]
//       CHECK:     %[[LEFT:.*]] = arith.subi %[[M]], %[[BEGIN]]
//       CHECK:     %[[SIZE:.*]] = arith.minsi %[[LEFT]], %[[STEP]]
//       CHECK:     %[[END:.*]] = arith.addi %[[BEGIN]], %[[SIZE]]
//   CHECK-NOT:     scf.for
//       CHECK:     linalg.fill
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//   CHECK-NOT:   scf.for
//       CHECK:   return
// SMALL-LABEL: func.func @normal(
//       SMALL:   arith.constant 500 : index
//   ANY-LABEL: func.func @normal(
//     ANY-NOT:   scf.for
//         ANY:   return
func.func @normal(%m: index, %n: index, %a: memref<?x?xf64> {llvm.noalias}, %x: memref<?xf64> {llvm.noalias}, %y: memref<?xf64> {llvm.noalias}, %t: memref<?xf64> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  scf.for %i = %c0 to %m step %c1 {
    %sum = scf.for %j = %c0 to %n step %c1 iter_args(%s = %zero) -> f64 {
      %u = memref.load %a[%i, %j] : memref<?x?xf64>
      %v = memref.load %x[%j] : memref<?xf64>
      %p = arith.mulf %u, %v : f64
      %next = arith.addf %s, %p : f64
      scf.yield %next : f64
    }
    memref.store %sum, %t[%i] : memref<?xf64>
    scf.for %j = %c0 to %n step %c1 {
      %u = memref.load %a[%i, %j] : memref<?x?xf64>
      %v = memref.load %t[%i] : memref<?xf64>
      %old = memref.load %y[%j] : memref<?xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      memref.store %new, %y[%j] : memref<?xf64>
    }
  }
  return
}

// -----

// Both in one loop, of f32.
// CHECK-LABEL: func.func @together(
//       CHECK:   arith.constant 131072 : index
//       CHECK:   scf.for
//   CHECK-NOT:     scf.for
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   return
func.func @together(%m: index, %n: index, %a: memref<?x?xf32> {llvm.noalias}, %p: memref<?xf32> {llvm.noalias}, %q: memref<?xf32> {llvm.noalias}, %r: memref<?xf32> {llvm.noalias}, %s: memref<?xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %u = memref.load %a[%i, %j] : memref<?x?xf32>
      %v = memref.load %r[%i] : memref<?xf32>
      %old_s = memref.load %s[%j] : memref<?xf32>
      %uv = arith.mulf %u, %v : f32
      %new_s = arith.addf %old_s, %uv : f32
      memref.store %new_s, %s[%j] : memref<?xf32>
      %w = memref.load %p[%j] : memref<?xf32>
      %old_q = memref.load %q[%i] : memref<?xf32>
      %uw = arith.mulf %u, %w : f32
      %new_q = arith.addf %old_q, %uw : f32
      memref.store %new_q, %q[%i] : memref<?xf32>
    }
  }
  return
}

// -----

// All rows at once: a matrix for each vector, ...
// CHECK-LABEL: func.func @two_matrices(
//   CHECK-NOT:   scf.for
//       CHECK:   return
func.func @two_matrices(%m: index, %n: index, %a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %x: memref<?xf64> {llvm.noalias}, %y: memref<?xf64> {llvm.noalias}, %z: memref<?xf64> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %u = memref.load %a[%i, %j] : memref<?x?xf64>
      %v = memref.load %x[%j] : memref<?xf64>
      %old_y = memref.load %y[%i] : memref<?xf64>
      %uv = arith.mulf %u, %v : f64
      %new_y = arith.addf %old_y, %uv : f64
      memref.store %new_y, %y[%i] : memref<?xf64>
      %w = memref.load %b[%i, %j] : memref<?x?xf64>
      %old_z = memref.load %z[%i] : memref<?xf64>
      %wv = arith.mulf %w, %v : f64
      %new_z = arith.addf %old_z, %wv : f64
      memref.store %new_z, %z[%i] : memref<?xf64>
    }
  }
  return
}

// -----

// ... a matrix product beside, whose kernel has blocks of its own, ...
// CHECK-LABEL: func.func @product(
//   CHECK-NOT:   scf.for
//       CHECK:   return
func.func @product(%m: index, %n: index, %l: index, %a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %c: memref<?x?xf64> {llvm.noalias}, %x: memref<?xf64> {llvm.noalias}, %y: memref<?xf64> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %k = %c0 to %l step %c1 {
      %u = memref.load %a[%i, %k] : memref<?x?xf64>
      %v = memref.load %x[%k] : memref<?xf64>
      %old = memref.load %y[%i] : memref<?xf64>
      %uv = arith.mulf %u, %v : f64
      %new = arith.addf %old, %uv : f64
      memref.store %new, %y[%i] : memref<?xf64>
      scf.for %j = %c0 to %n step %c1 {
        %w = memref.load %b[%k, %j] : memref<?x?xf64>
        %old_c = memref.load %c[%i, %j] : memref<?x?xf64>
        %uw = arith.mulf %u, %w : f64
        %new_c = arith.addf %old_c, %uw : f64
        memref.store %new_c, %c[%i, %j] : memref<?x?xf64>
      }
    }
  }
  return
}

// -----

// ... one product alone, ...
// CHECK-LABEL: func.func @one_product(
//   CHECK-NOT:   scf.for
//       CHECK:   return
func.func @one_product(%m: index, %n: index, %a: memref<?x?xf64> {llvm.noalias}, %x: memref<?xf64> {llvm.noalias}, %y: memref<?xf64> {llvm.noalias}, %z: memref<?xf64> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %u = memref.load %a[%i, %j] : memref<?x?xf64>
      %v = memref.load %x[%j] : memref<?xf64>
      %old = memref.load %y[%i] : memref<?xf64>
      %uv = arith.mulf %u, %v : f64
      %new = arith.addf %old, %uv : f64
      memref.store %new, %y[%i] : memref<?xf64>
    }
    %sum = memref.load %y[%i] : memref<?xf64>
    memref.store %sum, %z[%i] : memref<?xf64>
  }
  return
}

// -----

// ... and a matrix of which the outer loop runs through columns.
// CHECK-LABEL: func.func @columns(
//   CHECK-NOT:   scf.for
//       CHECK:   return
func.func @columns(%m: index, %n: index, %a: memref<?x?xf32> {llvm.noalias}, %p: memref<?xf32> {llvm.noalias}, %q: memref<?xf32> {llvm.noalias}, %r: memref<?xf32> {llvm.noalias}, %s: memref<?xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %u = memref.load %a[%j, %i] : memref<?x?xf32>
      %v = memref.load %r[%i] : memref<?xf32>
      %old_s = memref.load %s[%j] : memref<?xf32>
      %uv = arith.mulf %u, %v : f32
      %new_s = arith.addf %old_s, %uv : f32
      memref.store %new_s, %s[%j] : memref<?xf32>
      %w = memref.load %p[%j] : memref<?xf32>
      %old_q = memref.load %q[%i] : memref<?xf32>
      %uw = arith.mulf %u, %w : f32
      %new_q = arith.addf %old_q, %uw : f32
      memref.store %new_q, %q[%i] : memref<?xf32>
    }
  }
  return
}
