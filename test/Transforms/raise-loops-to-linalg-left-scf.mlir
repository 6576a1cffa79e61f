// What raise-loops-to-linalg leaves alone among scf loops, and its reasons.
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file | FileCheck %s --check-prefix=LEFT
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REASON --implicit-check-not='[Passed]'

// Rows of a length known at run time in one dimension.
// LEFT-LABEL: func.func @linearised(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an index is not a sum of loop counters times constants
func.func @linearised(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      scf.for %k = %c0 to %n step %c1 {
        %in = arith.muli %i, %n : index
        %ik = arith.addi %in, %k : index
        %kn = arith.muli %k, %n : index
        %kj = arith.addi %kn, %j : index
        %ij = arith.addi %in, %j : index
        %x = memref.load %a[%ik] : memref<?xf32>
        %y = memref.load %b[%kj] : memref<?xf32>
        %p = arith.mulf %x, %y : f32
        %old = memref.load %c[%ij] : memref<?xf32>
        %new = arith.addf %old, %p : f32
        memref.store %new, %c[%ij] : memref<?xf32>
      }
    }
  }
  return
}
// -----
// An index from memory.
// LEFT-LABEL: func.func @indirect(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an index is not a sum of loop counters times constants
func.func @indirect(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index, %at: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.for %k = %c0 to %n step %c1 {
      %l = memref.load %at[%k] : memref<?xindex>
      %x = memref.load %a[%l] : memref<?xf32>
      %y = memref.load %b[%k] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// LEFT-LABEL: func.func @nontemporal(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a volatile or non-temporal access
func.func @nontemporal(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.for %k = %c0 to %n step %c1 {
      %x = memref.load %a[%k] {nontemporal = true} : memref<?xf32>
      %y = memref.load %b[%k] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// LEFT-LABEL: func.func @unsigned(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}the loop counts in unsigned numbers
func.func @unsigned(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.for unsigned %k = %c0 to %n step %c1 {
      %x = memref.load %a[%k] : memref<?xf32>
      %y = memref.load %b[%k] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// i32 arithmetic that may wrap around.
// LEFT-LABEL: func.func @may_wrap(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an index is not a sum of loop counters times constants
func.func @may_wrap(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index, %m: i32, %off: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %j = %c0 to %n step %c1 {
    scf.for %k = %zero to %m step %one : i32 {
      %o = arith.addi %k, %off : i32
      %l = arith.index_cast %o : i32 to index
      %x = memref.load %a[%l] : memref<?xf32>
      %y = memref.load %b[%l] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// Every parallel iteration writes the same element.
// LEFT-LABEL: func.func @parallel_race(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}parallel iterations store to the same element
func.func @parallel_race(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.parallel (%k) = (%c0) to (%n) step (%c1) {
      %x = memref.load %a[%k] : memref<?xf32>
      %y = memref.load %b[%k] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// A reduction of its own kind.
// LEFT-LABEL: func.func @parallel_reduction(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}'scf.parallel' with a reduction
func.func @parallel_reduction(%a: memref<?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index, %zero: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    %sum = scf.parallel (%k) = (%c0) to (%n) step (%c1) init (%zero) -> f32 {
      %x = memref.load %a[%k] : memref<?xf32>
      %y = memref.load %b[%k] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      scf.reduce(%p : f32) {
      ^bb0(%l: f32, %r: f32):
        %s = arith.addf %l, %r : f32
        scf.reduce.return %s : f32
      }
    }
    memref.store %sum, %c[%j] : memref<?xf32>
  }
  return
}
// -----
// A sum in a scalar variable (run --mem2reg or --affine-scalrep first).
// LEFT-LABEL: func.func @scalar_in_memory(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @scalar_in_memory(%a: memref<?x?xf32> {llvm.noalias}, %b: memref<?xf32> {llvm.noalias}, %c: memref<?xf32> {llvm.noalias}, %n: index, %zero: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = memref.alloca() : memref<f32>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      memref.store %zero, %s[] : memref<f32>
      scf.for %k = %c0 to %n step %c1 {
        %x = memref.load %a[%j, %k] : memref<?x?xf32>
        %y = memref.load %b[%k] : memref<?xf32>
        %p = arith.mulf %x, %y : f32
        %old = memref.load %s[] : memref<f32>
        %new = arith.addf %old, %p : f32
        memref.store %new, %s[] : memref<f32>
      }
      %sum = memref.load %s[] : memref<f32>
      memref.store %sum, %c[%j] : memref<?xf32>
    }
  }
  return
}
// -----
// Overlap cannot be tested in another memory space.
// LEFT-LABEL: func.func @odd_addresses(
//   LEFT-NOT:   linalg.
//       LEFT:   scf.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}their addresses cannot be compared
func.func @odd_addresses(%a: memref<?x?xf32, 1>, %b: memref<?xf32, 1>, %c: memref<?xf32, 1>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.for %k = %c0 to %n step %c1 {
      %x = memref.load %a[%j, %k] : memref<?x?xf32, 1>
      %y = memref.load %b[%k] : memref<?xf32, 1>
      %p = arith.mulf %x, %y : f32
      %old = memref.load %c[%j] : memref<?xf32, 1>
      %new = arith.addf %old, %p : f32
      memref.store %new, %c[%j] : memref<?xf32, 1>
    }
  }
  return
}
