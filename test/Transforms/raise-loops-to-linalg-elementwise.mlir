// Nests that are no contractions: element-wise expressions, stencils and other sums.
// RUN: lexon-opt %s --raise-loops-to-linalg --remarks 2>&1 | FileCheck %s
// RUN: lexon-opt %s --raise-loops-to-linalg --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(raise-loops-to-linalg)'
// REQUIRES: python

// What native code of C is made of keeps such loops: LLVM vectorizes them.
// RUN: lexon-opt %s --raise-loops-to-linalg=keep-order | FileCheck %s --check-prefix=ORDER
// ORDER-NOT: linalg.
// ORDER: func.func @three_factors(

// BLAS's ger.
// CHECK-LABEL: func.func @outer_product(
// CHECK-SAME: %[[A:.*]]: memref<5xf32> {{.*}} %[[B:.*]]: memref<5xf32> {{.*}} %[[C:.*]]: memref<5x5xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[B]] : memref<5xf32>, memref<5xf32>) outs(%[[C]] : memref<5x5xf32>)
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK-NEXT: %[[NEW:.*]] = arith.addf %[[OLD]], %[[P]]
// CHECK-NEXT: linalg.yield %[[NEW]]
// CHECK-NOT: affine.for
func.func @outer_product(%a: memref<5xf32> {llvm.noalias}, %b: memref<5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      %x = affine.load %a[%i] : memref<5xf32>
      %y = affine.load %b[%j] : memref<5xf32>
      %p = arith.mulf %x, %y : f32
      %old = affine.load %c[%i, %j] : memref<5x5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %c[%i, %j] : memref<5x5xf32>
    }
  }
  return
}

// CHECK-LABEL: func.func @transposed_copy(
// CHECK: linalg.generic {indexing_maps = [#[[T:.*]], #[[ID:.*]]], iterator_types = ["parallel", "parallel"]}
// CHECK-NOT: affine.for
func.func @transposed_copy(%a: memref<5x6xf32> {llvm.noalias}, %c: memref<6x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 6 {
    affine.for %j = 0 to 5 {
      %x = affine.load %a[%j, %i] : memref<5x6xf32>
      affine.store %x, %c[%i, %j] : memref<6x5xf32>
    }
  }
  return
}

// A stencil: each offset is a view. Sizes are dynamic, and the arrays may overlap.
// CHECK-LABEL: func.func @stencil(
// CHECK: scf.if %{{.*}} {
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}}, %{{.*}} :
// CHECK-NOT: linalg.generic
// CHECK: } else {
// CHECK: scf.for
func.func @stencil(%a: memref<?x?xf32>, %c: memref<?x?xf32>, %w: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %a, %c0 : memref<?x?xf32>
  %m = memref.dim %a, %c1 : memref<?x?xf32>
  %rows = arith.subi %n, %c1 : index
  scf.for %i = %c1 to %rows step %c1 {
    %up = arith.subi %i, %c1 : index
    %down = arith.addi %i, %c1 : index
    scf.for %j = %c0 to %m step %c1 {
      %x = memref.load %a[%up, %j] : memref<?x?xf32>
      %y = memref.load %a[%i, %j] : memref<?x?xf32>
      %z = memref.load %a[%down, %j] : memref<?x?xf32>
      %s = arith.addf %x, %y : f32
      %t = arith.addf %s, %z : f32
      %r = arith.mulf %t, %w : f32
      memref.store %r, %c[%i, %j] : memref<?x?xf32>
    }
  }
  return
}

// Gauss and Seidel's: what is read was stored an iteration before.
// CHECK-LABEL: func.func @in_place(
// CHECK-NOT: linalg.
// CHECK: return
// WHY: [Missed]{{.*}}the array that is stored to is also read in other places
func.func @in_place(%a: memref<9x9xf32>) {
  affine.for %i = 1 to 8 {
    affine.for %j = 1 to 8 {
      %x = affine.load %a[%i - 1, %j] : memref<9x9xf32>
      %y = affine.load %a[%i, %j - 1] : memref<9x9xf32>
      %s = arith.addf %x, %y : f32
      affine.store %s, %a[%i, %j] : memref<9x9xf32>
    }
  }
  return
}

// The position itself is stored.
// CHECK-LABEL: func.func @counter(
// CHECK-NOT: linalg.
// CHECK: return
// WHY: [Missed]{{.*}}a loop counter or loop-carried value is stored
func.func @counter(%a: memref<9x9xi32>) {
  affine.for %i = 0 to 9 {
    affine.for %j = 0 to 9 {
      %x = arith.index_cast %j : index to i32
      affine.store %x, %a[%i, %j] : memref<9x9xi32>
    }
  }
  return
}

// Sums of each row's squared distances from its mean; the sum is kept in memory.
// CHECK-LABEL: func.func @variance(
// CHECK: linalg.fill
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%{{.*}}, %{{.*}} : memref<5x6xf32>, memref<5xf32>) outs(%{{.*}} : memref<5xf32>)
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[MEAN:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT: %[[D:.*]] = arith.subf %[[X]], %[[MEAN]]
// CHECK-NEXT: %[[Q:.*]] = arith.mulf %[[D]], %[[D]]
// CHECK-NEXT: %[[NEW:.*]] = arith.addf %[[SUM]], %[[Q]]
// CHECK-NOT: affine.for
func.func @variance(%a: memref<5x6xf32> {llvm.noalias}, %mean: memref<5xf32> {llvm.noalias}, %out: memref<5xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 5 {
    affine.store %zero, %out[%i] : memref<5xf32>
    affine.for %j = 0 to 6 {
      %x = affine.load %a[%i, %j] : memref<5x6xf32>
      %m = affine.load %mean[%i] : memref<5xf32>
      %d = arith.subf %x, %m : f32
      %q = arith.mulf %d, %d : f32
      %old = affine.load %out[%i] : memref<5xf32>
      %new = arith.addf %old, %q : f32
      affine.store %new, %out[%i] : memref<5xf32>
    }
  }
  return
}

// One sum of everything, carried by the loops; integers.
// CHECK-LABEL: func.func @total(
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]} ins(%{{.*}} : memref<5x6xi32>) outs(%{{.*}} : memref<i32>)
// CHECK-NOT: affine.for
func.func @total(%a: memref<5x6xi32> {llvm.noalias}, %out: memref<i32> {llvm.noalias}) {
  %zero = arith.constant 0 : i32
  %sum = affine.for %i = 0 to 5 iter_args(%outer = %zero) -> (i32) {
    %row = affine.for %j = 0 to 6 iter_args(%inner = %outer) -> (i32) {
      %x = affine.load %a[%i, %j] : memref<5x6xi32>
      %new = arith.addi %inner, %x : i32
      affine.yield %new : i32
    }
    affine.yield %row : i32
  }
  affine.store %sum, %out[] : memref<i32>
  return
}

// A loop that adds the same each time is none of linalg's.
// CHECK-LABEL: func.func @same(
// CHECK-NOT: linalg.
// CHECK: return
// WHY: [Missed]{{.*}}a loop adds the same again and again
func.func @same(%a: memref<5xf32> {llvm.noalias}, %out: memref<5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 6 {
      %x = affine.load %a[%i] : memref<5xf32>
      %old = affine.load %out[%i] : memref<5xf32>
      %new = arith.addf %old, %x : f32
      affine.store %new, %out[%i] : memref<5xf32>
    }
  }
  return
}

// A sum of elements, not of products.
// CHECK-LABEL: func.func @sum_only(
// CHECK: linalg.generic {{.*}}"reduction"]}
// CHECK-NOT: affine.for
func.func @sum_only(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 5 {
      %x = affine.load %a[%i, %k] : memref<5x5xf32>
      %old = affine.load %c[%i, 0] : memref<5x5xf32>
      %new = arith.addf %old, %x : f32
      affine.store %new, %c[%i, 0] : memref<5x5xf32>
    }
  }
  return
}

// Three factors.
// CHECK-LABEL: func.func @three_factors(
// CHECK: linalg.generic {{.*}}"reduction"]}
// CHECK-NOT: affine.for
func.func @three_factors(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %z = affine.load %a[%k, %i] : memref<5x5xf32>
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %q = arith.mulf %p, %z : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %q : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}

// One loop runs through one factor only.
// CHECK-LABEL: func.func @one_factor_alone(
// CHECK: linalg.generic {{.*}}"reduction"]}
// CHECK-NOT: affine.for
func.func @one_factor_alone(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        affine.for %l = 0 to 5 {
          %x = affine.load %a[%i, %k] : memref<5x5xf32>
          %y = affine.load %b[%l, %j] : memref<5x5xf32>
          %p = arith.mulf %x, %y : f32
          %old = affine.load %c[%i, %j] : memref<5x5xf32>
          %new = arith.addf %old, %p : f32
          affine.store %new, %c[%i, %j] : memref<5x5xf32>
        }
      }
    }
  }
  return
}
