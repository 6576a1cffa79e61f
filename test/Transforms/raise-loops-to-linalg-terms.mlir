// Sums of more than one product: a body of the program's own arithmetic.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true fuse-multiply-add=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file | FileCheck %s --check-prefix=ANY

// A symmetric update of rank 2k. Elements of rows and of columns, two of each.
// CHECK-LABEL: func.func @rank_2k(
//   CHECK-NOT:   scf.for
//       CHECK:   linalg.generic
//  CHECK-SAME:   ins(%{{[^:]*}}, %{{[^:]*}}, %{{[^:]*}}, %{{[^:]*}} : memref
//  CHECK-SAME:   lexon.ordered
//       CHECK:   ^bb0(%[[A:.*]]: f64, %[[B:.*]]: f64, %[[D:.*]]: f64, %[[E:.*]]: f64, %[[C:.*]]: f64):
//       CHECK:     %[[DE:.*]] = arith.mulf %[[D]], %[[E]]
//       CHECK:     %[[T:.*]] = math.fma %[[A]], %[[B]], %[[DE]]
//       CHECK:     %[[SUM:.*]] = arith.addf %[[C]], %[[T]]
//       CHECK:     linalg.yield %[[SUM]]
// WHY: [Passed] raised
// ANY-LABEL: func.func @rank_2k(
//       ANY:   linalg.generic
//       ANY:   return
func.func @rank_2k(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %d: memref<?x?xf64> {llvm.noalias}, %e: memref<?x?xf64> {llvm.noalias}, %c: memref<?x?xf64> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf64>
  %n = memref.dim %c, %c1 : memref<?x?xf64>
  %l = memref.dim %a, %c1 : memref<?x?xf64>
  %u = memref.dim %b, %c0 : memref<?x?xf64>
  scf.for %i = %c0 to %m step %c1 {
    scf.for %k = %c0 to %l step %c1 {
      scf.for %j = %c0 to %n step %c1 {
        %x = memref.load %a[%i, %k] : memref<?x?xf64>
        %y = memref.load %b[%j, %k] : memref<?x?xf64>
        %v = memref.load %d[%i, %k] : memref<?x?xf64>
        %w = memref.load %e[%j, %k] : memref<?x?xf64>
        %vw = arith.mulf %v, %w : f64
        %t = llvm.intr.fmuladd(%x, %y, %vw) : (f64, f64, f64) -> f64
        %old = memref.load %c[%i, %j] : memref<?x?xf64>
        %new = arith.addf %old, %t : f64
        memref.store %new, %c[%i, %j] : memref<?x?xf64>
      }
    }
  }
  return
}

// -----

// Differences multiplied, and a sum kept in a value; all sizes are odd.
// CHECK-LABEL: func.func @differences(
//       CHECK:   linalg.generic {{.*}}lexon.ordered
//       CHECK:     arith.subf
//       CHECK:     arith.subf
//       CHECK:     math.fma
//       CHECK:   return
// WHY: [Passed] raised
func.func @differences(%a: memref<7x5xf32> {llvm.noalias}, %b: memref<5x9xf32> {llvm.noalias}, %c: memref<7x9xf32> {llvm.noalias}, %p: f32, %q: f32) {
  affine.for %i = 0 to 7 {
    affine.for %j = 0 to 9 {
      %start = affine.load %c[%i, %j] : memref<7x9xf32>
      %sum = affine.for %k = 0 to 5 iter_args(%so_far = %start) -> f32 {
        %x = affine.load %a[%i, %k] : memref<7x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x9xf32>
        %u = arith.subf %x, %p : f32
        %v = arith.subf %y, %q : f32
        %next = llvm.intr.fmuladd(%u, %v, %so_far) : (f32, f32, f32) -> f32
        affine.yield %next : f32
      }
      affine.store %sum, %c[%i, %j] : memref<7x9xf32>
    }
  }
  return
}

// -----

// Left alone: elements that are neither of rows nor of columns, ...
// CHECK-LABEL: func.func @third(
//   CHECK-NOT:   linalg
//       CHECK:   return
// WHY: [Missed]{{.*}}what is summed is not a product of two elements
func.func @third(%a: memref<8x8xf64> {llvm.noalias}, %b: memref<8x8xf64> {llvm.noalias}, %x: memref<8xf64> {llvm.noalias}, %c: memref<8x8xf64> {llvm.noalias}) {
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      affine.for %k = 0 to 8 {
        %u = affine.load %a[%i, %k] : memref<8x8xf64>
        %v = affine.load %b[%k, %j] : memref<8x8xf64>
        %w = affine.load %x[%i] : memref<8xf64>
        %uv = arith.mulf %u, %v : f64
        %t = arith.addf %uv, %w : f64
        %old = affine.load %c[%i, %j] : memref<8x8xf64>
        %new = arith.addf %old, %t : f64
        affine.store %new, %c[%i, %j] : memref<8x8xf64>
      }
    }
  }
  return
}

// -----

// ... a product of which one side is read transposed beside the other, ...
// CHECK-LABEL: func.func @transposed(
//   CHECK-NOT:   linalg
//       CHECK:   return
// WHY: [Missed]{{.*}}what is summed is not a product of two elements
func.func @transposed(%a: memref<8x8xf64> {llvm.noalias}, %b: memref<8x8xf64> {llvm.noalias}, %c: memref<8x8xf64> {llvm.noalias}) {
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      affine.for %k = 0 to 8 {
        %u = affine.load %a[%i, %k] : memref<8x8xf64>
        %v = affine.load %b[%k, %j] : memref<8x8xf64>
        %w = affine.load %b[%j, %k] : memref<8x8xf64>
        %vw = arith.addf %v, %w : f64
        %t = arith.mulf %u, %vw : f64
        %old = affine.load %c[%i, %j] : memref<8x8xf64>
        %new = arith.addf %old, %t : f64
        affine.store %new, %c[%i, %j] : memref<8x8xf64>
      }
    }
  }
  return
}

// -----

// ... three products, a division, and integers.
// CHECK-LABEL: func.func @others(
//   CHECK-NOT:   linalg
//       CHECK:   return
// WHY: [Missed]{{.*}}what is summed is not a product of two elements
// WHY: [Missed]{{.*}}what is summed is not a product of two elements
// WHY: [Missed]{{.*}}what is summed is not a product of two elements
func.func @others(%a: memref<3x8x8xf64> {llvm.noalias}, %b: memref<3x8x8xf64> {llvm.noalias}, %c: memref<8x8xf64> {llvm.noalias}, %x: memref<8x8xi32> {llvm.noalias}, %y: memref<8x8xi32> {llvm.noalias}, %z: memref<8x8xi32> {llvm.noalias}) {
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      affine.for %k = 0 to 8 {
        %a0 = affine.load %a[0, %i, %k] : memref<3x8x8xf64>
        %b0 = affine.load %b[0, %j, %k] : memref<3x8x8xf64>
        %a1 = affine.load %a[1, %i, %k] : memref<3x8x8xf64>
        %b1 = affine.load %b[1, %j, %k] : memref<3x8x8xf64>
        %a2 = affine.load %a[2, %i, %k] : memref<3x8x8xf64>
        %b2 = affine.load %b[2, %j, %k] : memref<3x8x8xf64>
        %p0 = arith.mulf %a0, %b0 : f64
        %p1 = arith.mulf %a1, %b1 : f64
        %p2 = arith.mulf %a2, %b2 : f64
        %s1 = arith.addf %p0, %p1 : f64
        %s2 = arith.addf %s1, %p2 : f64
        %old = affine.load %c[%i, %j] : memref<8x8xf64>
        %new = arith.addf %old, %s2 : f64
        affine.store %new, %c[%i, %j] : memref<8x8xf64>
      }
    }
  }
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      affine.for %k = 0 to 8 {
        %a0 = affine.load %a[0, %i, %k] : memref<3x8x8xf64>
        %b0 = affine.load %b[0, %j, %k] : memref<3x8x8xf64>
        %p0 = arith.divf %a0, %b0 : f64
        %old = affine.load %c[%i, %j] : memref<8x8xf64>
        %new = arith.addf %old, %p0 : f64
        affine.store %new, %c[%i, %j] : memref<8x8xf64>
      }
    }
  }
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      affine.for %k = 0 to 8 {
        %u = affine.load %x[%i, %k] : memref<8x8xi32>
        %v = affine.load %y[%j, %k] : memref<8x8xi32>
        %p0 = arith.addi %u, %v : i32
        %old = affine.load %z[%i, %j] : memref<8x8xi32>
        %new = arith.addi %old, %p0 : i32
        affine.store %new, %z[%i, %j] : memref<8x8xi32>
      }
    }
  }
  return
}
