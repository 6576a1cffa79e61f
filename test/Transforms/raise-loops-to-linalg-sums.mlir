// Sums kept in a value, of which something is stored. Where the order of additions is kept, they are summed first: in the
// target, or in memory of their own if the target is needed until then.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=ANY

// alpha * sum + beta * target, of dynamic size.
// CHECK-LABEL: func.func @alpha_beta(
//  CHECK-SAME:   %[[C:[^:]*]]: memref<?x?xf64> {llvm.noalias}, %{{[^:]*}}: f64, %{{[^:]*}}: f64)
//       CHECK:   %[[SUMS:.*]] = memref.alloc(%{{.*}}, %{{.*}}) {alignment = 64 : i64} : memref<?x?xf64>
//       CHECK:   scf.if
//       CHECK:     linalg.fill {{.*}} outs(%[[SUMS]] :
//       CHECK:     linalg.generic {{.*}} outs(%[[SUMS]] : {{.*}}lexon.ordered
//       CHECK:     linalg.generic {{.*}} ins(%[[SUMS]] : {{.*}} outs(%[[C]] :
//   CHECK-NOT:     lexon.ordered
//       CHECK:       arith.mulf
//       CHECK:       arith.mulf
//       CHECK:       arith.addf
//       CHECK:   } else {
//       CHECK:   memref.dealloc %[[SUMS]]
// ANY: [Passed] raised{{.*}}linalg.generic, linalg.generic
func.func @alpha_beta(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %c: memref<?x?xf64> {llvm.noalias}, %alpha: f64, %beta: f64) {
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
        %next = arith.addf %s, %p : f64
        scf.yield %next : f64
      }
      %old = memref.load %c[%i, %j] : memref<?x?xf64>
      %scaled = arith.mulf %old, %beta : f64
      %product = arith.mulf %alpha, %sum : f64
      %new = arith.addf %product, %scaled : f64
      memref.store %new, %c[%i, %j] : memref<?x?xf64>
    }
  }
  return
}

// -----

// Divided by an element: the target holds the sums.
// CHECK-LABEL: func.func @divided(
//  CHECK-SAME:   %[[C:[^:]*]]: memref<7x9xf32> {llvm.noalias}, %{{[^:]*}}: memref<9xf32>
//   CHECK-NOT:   memref.alloc
//       CHECK:   linalg.fill {{.*}} outs(%[[C]] :
//       CHECK:   linalg.generic {{.*}} outs(%[[C]] : {{.*}}lexon.ordered
//       CHECK:   linalg.generic {{.*}} outs(%[[C]] :
//       CHECK:     arith.divf
//       CHECK:   return
// ANY: [Missed] raised{{.*}}'arith.divf' applied to the sum
func.func @divided(%a: memref<7x5xf32> {llvm.noalias}, %b: memref<5x9xf32> {llvm.noalias}, %c: memref<7x9xf32> {llvm.noalias}, %by: memref<9xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 7 {
    affine.for %j = 0 to 9 {
      %sum = affine.for %k = 0 to 5 iter_args(%s = %zero) -> f32 {
        %x = affine.load %a[%i, %k] : memref<7x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x9xf32>
        %p = arith.mulf %x, %y : f32
        %next = arith.addf %s, %p : f32
        affine.yield %next : f32
      }
      %d = affine.load %by[%j] : memref<9xf32>
      %new = arith.divf %sum, %d : f32
      affine.store %new, %c[%i, %j] : memref<7x9xf32>
    }
  }
  return
}

// -----

// Summed wider than what is stored, from the element that was there.
// CHECK-LABEL: func.func @wide(
//       CHECK:   %[[SUMS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<7x9xf64>
//       CHECK:   linalg.generic {{.*}} outs(%[[SUMS]] :
//       CHECK:     arith.extf
//       CHECK:   linalg.generic {{.*}} outs(%[[SUMS]] : {{.*}}lexon.ordered
//       CHECK:   linalg.generic {{.*}} ins(%[[SUMS]] :
//       CHECK:     arith.truncf
//       CHECK:   return
// ANY: [Missed] raised{{.*}}'arith.truncf' applied to the sum
func.func @wide(%a: memref<7x5xf32> {llvm.noalias}, %b: memref<5x9xf32> {llvm.noalias}, %c: memref<7x9xf32> {llvm.noalias}) {
  affine.for %i = 0 to 7 {
    affine.for %j = 0 to 9 {
      %old = affine.load %c[%i, %j] : memref<7x9xf32>
      %start = arith.extf %old : f32 to f64
      %sum = affine.for %k = 0 to 5 iter_args(%s = %start) -> f64 {
        %x = affine.load %a[%i, %k] : memref<7x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x9xf32>
        %xw = arith.extf %x : f32 to f64
        %yw = arith.extf %y : f32 to f64
        %p = arith.mulf %xw, %yw : f64
        %next = arith.addf %s, %p : f64
        affine.yield %next : f64
      }
      %new = arith.truncf %sum : f64 to f32
      affine.store %new, %c[%i, %j] : memref<7x9xf32>
    }
  }
  return
}

// -----

// Left alone: one sum multiplied by another, ...
// CHECK-LABEL: func.func @two_sums(
//   CHECK-NOT:   linalg
//       CHECK:   return
// ANY: [Missed] raised
func.func @two_sums(%a: memref<7x5xf32> {llvm.noalias}, %b: memref<5x9xf32> {llvm.noalias}, %c: memref<7x9xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 7 {
    affine.for %j = 0 to 9 {
      %sums:2 = affine.for %k = 0 to 5 iter_args(%s = %zero, %t = %zero) -> (f32, f32) {
        %x = affine.load %a[%i, %k] : memref<7x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x9xf32>
        %p = arith.mulf %x, %y : f32
        %next = arith.addf %s, %p : f32
        %other = arith.subf %t, %p : f32
        affine.yield %next, %other : f32, f32
      }
      %new = arith.divf %sums#0, %sums#1 : f32
      affine.store %new, %c[%i, %j] : memref<7x9xf32>
    }
  }
  return
}

// -----

// ... and a sum that is added to the target again and again.
// CHECK-LABEL: func.func @repeated(
//   CHECK-NOT:   lexon.ordered
//       CHECK:   return
func.func @repeated(%a: memref<7x5xf32> {llvm.noalias}, %b: memref<5x9x3xf32> {llvm.noalias}, %c: memref<7x9xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 7 {
    affine.for %j = 0 to 9 {
      affine.for %r = 0 to 3 {
        %old = affine.load %c[%i, %j] : memref<7x9xf32>
        %sum = affine.for %k = 0 to 5 iter_args(%s = %zero) -> f32 {
          %x = affine.load %a[%i, %k] : memref<7x5xf32>
          %y = affine.load %b[%k, %j, %r] : memref<5x9x3xf32>
          %p = arith.mulf %x, %y : f32
          %next = arith.addf %s, %p : f32
          affine.yield %next : f32
        }
        %new = arith.addf %old, %sum : f32
        affine.store %new, %c[%i, %j] : memref<7x9xf32>
      }
    }
  }
  return
}
