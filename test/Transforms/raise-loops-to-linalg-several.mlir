// Several sums and updates in one loop: each becomes a statement of its own, where dependences allow it in some order.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true fuse-multiply-add=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true fuse-multiply-add=true}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REASON

// A symmetric matrix of which the lower half is there, times b: row i of the sums, and what row i adds to the rows
// above it. The update runs through its target as it lies in memory, rows outermost.
// CHECK: #[[SCALE:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK: #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @symmetric(
//       CHECK:   scf.for
//       CHECK:     linalg.generic {indexing_maps = [#[[SCALE]], #[[ROW]], #[[ALL]]], iterator_types = ["parallel", "parallel"]}
//       CHECK:       math.fma
//       CHECK:     linalg.fill
//       CHECK:     linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]{{.*}} attrs = {lexon.ordered}
//       CHECK:     linalg.generic {{.*}}iterator_types = ["parallel"]
//       CHECK:       math.fma
//       CHECK:   } else {
//       CHECK:   return
// REASON: [Passed] raised{{.*}}linalg.generic, linalg.fill, linalg.generic, linalg.generic
func.func @symmetric(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %c: memref<?x?xf64> {llvm.noalias}, %m: index, %n: index, %alpha: f64, %beta: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %sum = scf.for %k = %c0 to %i step %c1 iter_args(%so_far = %zero) -> f64 {
        %x = memref.load %b[%i, %j] : memref<?x?xf64>
        %scaled = arith.mulf %alpha, %x : f64
        %y = memref.load %a[%i, %k] : memref<?x?xf64>
        %old = memref.load %c[%k, %j] : memref<?x?xf64>
        %new = llvm.intr.fmuladd(%scaled, %y, %old) : (f64, f64, f64) -> f64
        memref.store %new, %c[%k, %j] : memref<?x?xf64>
        %z = memref.load %b[%k, %j] : memref<?x?xf64>
        %next = llvm.intr.fmuladd(%z, %y, %so_far) : (f64, f64, f64) -> f64
        scf.yield %next : f64
      }
      %old = memref.load %c[%i, %j] : memref<?x?xf64>
      %kept = arith.mulf %beta, %old : f64
      %stored = llvm.intr.fmuladd(%alpha, %sum, %kept) : (f64, f64, f64) -> f64
      memref.store %stored, %c[%i, %j] : memref<?x?xf64>
    }
  }
  return
}

// -----

// Two sums and an update, of f32 and through affine loops; what is summed is what the update stores.
// CHECK-LABEL: func.func @three(
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]
//       CHECK:   linalg.generic {{.*}} outs(%[[P:[^ ]*]]{{.*}} attrs = {lexon.ordered}
//       CHECK:   linalg.generic {{.*}} outs(%[[Q:[^ ]*]]{{.*}} attrs = {lexon.ordered}
//   CHECK-NOT:   affine.for
//       CHECK:   return
// REASON: [Passed] raised
func.func @three(%a: memref<11xf32> {llvm.noalias}, %b: memref<11x9xf32> {llvm.noalias}, %c: memref<11x9xf32> {llvm.noalias}, %p: memref<9xf32> {llvm.noalias}, %q: memref<9xf32> {llvm.noalias}, %x: memref<9xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %j = 0 to 9 {
    %sums:2 = affine.for %k = 0 to 11 iter_args(%s = %zero, %t = %zero) -> (f32, f32) {
      %u = affine.load %x[%j] : memref<9xf32>
      %v = affine.load %a[%k] : memref<11xf32>
      %old = affine.load %c[%k, %j] : memref<11x9xf32>
      %new = llvm.intr.fmuladd(%u, %v, %old) : (f32, f32, f32) -> f32
      affine.store %new, %c[%k, %j] : memref<11x9xf32>
      %w = affine.load %b[%k, %j] : memref<11x9xf32>
      %next_s = llvm.intr.fmuladd(%w, %v, %s) : (f32, f32, f32) -> f32
      %again = affine.load %c[%k, %j] : memref<11x9xf32>
      %next_t = llvm.intr.fmuladd(%again, %v, %t) : (f32, f32, f32) -> f32
      affine.yield %next_s, %next_t : f32, f32
    }
    affine.store %sums#0, %p[%j] : memref<9xf32>
    affine.store %sums#1, %q[%j] : memref<9xf32>
  }
  return
}

// -----

// The sum takes each element before it is updated: all of the sum comes first.
// CHECK-LABEL: func.func @before(
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]
//   CHECK-NOT:   affine.for
//       CHECK:   return
// REASON: [Passed] raised
func.func @before(%a: memref<11xf64> {llvm.noalias}, %c: memref<11x9xf64> {llvm.noalias}, %p: memref<9xf64> {llvm.noalias}, %x: memref<9xf64> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 9 {
    %sum = affine.for %k = 0 to 11 iter_args(%s = %zero) -> f64 {
      %v = affine.load %a[%k] : memref<11xf64>
      %old = affine.load %c[%k, %j] : memref<11x9xf64>
      %next = llvm.intr.fmuladd(%old, %v, %s) : (f64, f64, f64) -> f64
      %u = affine.load %x[%j] : memref<9xf64>
      %new = llvm.intr.fmuladd(%u, %v, %old) : (f64, f64, f64) -> f64
      affine.store %new, %c[%k, %j] : memref<11x9xf64>
      affine.yield %next : f64
    }
    affine.store %sum, %p[%j] : memref<9xf64>
  }
  return
}

// -----

// Left alone: a sum of elements before and after their update, which has no order, ...
// CHECK-LABEL: func.func @both(
//   CHECK-NOT:   linalg
//       CHECK:   return
// REASON: [Missed]{{.*}}one statement of the nest uses what another one stores in other iterations
func.func @both(%a: memref<11xf64> {llvm.noalias}, %c: memref<12x9xf64> {llvm.noalias}, %p: memref<9xf64> {llvm.noalias}, %x: memref<9xf64> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 9 {
    %sum = affine.for %k = 1 to 11 iter_args(%s = %zero) -> f64 {
      %v = affine.load %a[%k] : memref<11xf64>
      %old = affine.load %c[%k, %j] : memref<12x9xf64>
      %u = affine.load %x[%j] : memref<9xf64>
      %new = llvm.intr.fmuladd(%u, %v, %old) : (f64, f64, f64) -> f64
      affine.store %new, %c[%k, %j] : memref<12x9xf64>
      %above = affine.load %c[%k - 1, %j] : memref<12x9xf64>
      %below = affine.load %c[%k + 1, %j] : memref<12x9xf64>
      %mean = arith.addf %above, %below : f64
      %next = llvm.intr.fmuladd(%mean, %v, %s) : (f64, f64, f64) -> f64
      affine.yield %next : f64
    }
    affine.store %sum, %p[%j] : memref<9xf64>
  }
  return
}

// -----

// ... an update that takes the sum so far, ...
// CHECK-LABEL: func.func @running(
//   CHECK-NOT:   linalg
//       CHECK:   return
// REASON: [Missed]{{.*}}a loop counter or loop-carried value is stored
func.func @running(%a: memref<11xf64> {llvm.noalias}, %b: memref<11x9xf64> {llvm.noalias}, %c: memref<11x9xf64> {llvm.noalias}, %p: memref<9xf64> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 9 {
    %sum = affine.for %k = 0 to 11 iter_args(%s = %zero) -> f64 {
      %v = affine.load %a[%k] : memref<11xf64>
      %w = affine.load %b[%k, %j] : memref<11x9xf64>
      affine.store %s, %c[%k, %j] : memref<11x9xf64>
      %next = llvm.intr.fmuladd(%w, %v, %s) : (f64, f64, f64) -> f64
      affine.yield %next : f64
    }
    affine.store %sum, %p[%j] : memref<9xf64>
  }
  return
}

// -----

// ... an update of what the sum starts from and ends in, ...
// CHECK-LABEL: func.func @start(
//   CHECK-NOT:   linalg
//       CHECK:   return
// REASON: [Missed]{{.*}}one statement of the nest uses what another one stores in other iterations
func.func @start(%a: memref<11xf64> {llvm.noalias}, %b: memref<11x9xf64> {llvm.noalias}, %c: memref<11x9xf64> {llvm.noalias}, %x: memref<9xf64> {llvm.noalias}) {
  affine.for %j = 0 to 9 {
    %start = affine.load %c[5, %j] : memref<11x9xf64>
    %sum = affine.for %k = 0 to 11 iter_args(%s = %start) -> f64 {
      %v = affine.load %a[%k] : memref<11xf64>
      %old = affine.load %c[%k, %j] : memref<11x9xf64>
      %u = affine.load %x[%j] : memref<9xf64>
      %new = llvm.intr.fmuladd(%u, %v, %old) : (f64, f64, f64) -> f64
      affine.store %new, %c[%k, %j] : memref<11x9xf64>
      %w = affine.load %b[%k, %j] : memref<11x9xf64>
      %next = llvm.intr.fmuladd(%w, %v, %s) : (f64, f64, f64) -> f64
      affine.yield %next : f64
    }
    affine.store %sum, %c[5, %j] : memref<11x9xf64>
  }
  return
}

// -----

// ... and what an inner loop overwrites in each iteration of a sum.
// CHECK-LABEL: func.func @overwrites(
//   CHECK-NOT:   linalg
//       CHECK:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @overwrites(%a: memref<11xf64> {llvm.noalias}, %b: memref<11x9xf64> {llvm.noalias}, %c: memref<5x9xf64> {llvm.noalias}, %p: memref<9xf64> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 9 {
    %sum = affine.for %k = 0 to 11 iter_args(%s = %zero) -> f64 {
      %v = affine.load %a[%k] : memref<11xf64>
      affine.for %l = 0 to 5 {
        affine.store %v, %c[%l, %j] : memref<5x9xf64>
      }
      %w = affine.load %b[%k, %j] : memref<11x9xf64>
      %next = llvm.intr.fmuladd(%w, %v, %s) : (f64, f64, f64) -> f64
      affine.yield %next : f64
    }
    affine.store %sum, %p[%j] : memref<9xf64>
  }
  return
}
