// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --raise-loops-to-linalg=reassociate=false --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=ORDER
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file -o %t.once
// RUN: lexon-opt %t.once --raise-loops-to-linalg --split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// Arguments marked llvm.noalias are known apart; see @may_overlap for the others.
// The textbook: zeroed before the sum, in the same nest.
// CHECK-LABEL: func.func @ijk_zeroed(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<5x7xf32> {{.*}}, %[[B:[^:]+]]: memref<7x3xf32> {{.*}}, %[[C:[^:]+]]: memref<5x3xf32>
//   CHECK-NOT:   scf.for
//       CHECK:   %[[ZERO:.+]] = arith.constant 0.0
//       CHECK:   linalg.fill ins(%[[ZERO]] : f32) outs(%[[C]] : memref<5x3xf32>)
//       CHECK:   linalg.matmul ins(%[[A]], %[[B]] : memref<5x7xf32>, memref<7x3xf32>) outs(%[[C]] : memref<5x3xf32>)
// WHY: remark: [Passed] raised | Category:raise-loops-to-linalg{{.*}}raised to linalg.fill, linalg.matmul
// ORDER: [Passed]{{.*}}raised to linalg.fill, linalg.matmul
func.func @ijk_zeroed(%a: memref<5x7xf32> {llvm.noalias}, %b: memref<7x3xf32> {llvm.noalias}, %c: memref<5x3xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c5 step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      memref.store %zero, %c[%i, %j] : memref<5x3xf32>
      scf.for %k = %c0 to %c7 step %c1 {
        %x = memref.load %a[%i, %k] : memref<5x7xf32>
        %y = memref.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %old = memref.load %c[%i, %j] : memref<5x3xf32>
        %new = arith.addf %old, %p : f32
        memref.store %new, %c[%i, %j] : memref<5x3xf32>
      }
    }
  }
  return
}
// -----
// Another loop order, a factor loaded further out, the zeroing in a nest of its own, operands of + and * the other way.
// CHECK-LABEL: func.func @kij_zeroed_apart(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<5x7xf64> {{.*}}, %[[B:[^:]+]]: memref<7x3xf64> {{.*}}, %[[C:[^:]+]]: memref<5x3xf64>
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.fill ins({{.*}}) outs(%[[C]] : memref<5x3xf64>)
//       CHECK:   linalg.matmul ins(%[[A]], %[[B]] : {{.*}}) outs(%[[C]] : memref<5x3xf64>)
// WHY: raised to linalg.fill
// WHY: raised to linalg.matmul
// ORDER: raised to linalg.fill
// ORDER: raised to linalg.matmul
func.func @kij_zeroed_apart(%a: memref<5x7xf64> {llvm.noalias}, %b: memref<7x3xf64> {llvm.noalias}, %c: memref<5x3xf64> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f64
  affine.for %j = 0 to 3 {
    affine.for %i = 0 to 5 {
      affine.store %zero, %c[%i, %j] : memref<5x3xf64>
    }
  }
  affine.for %k = 0 to 7 {
    affine.for %i = 0 to 5 {
      %x = affine.load %a[%i, %k] : memref<5x7xf64>
      affine.for %j = 0 to 3 {
        %y = affine.load %b[%k, %j] : memref<7x3xf64>
        %old = affine.load %c[%i, %j] : memref<5x3xf64>
        %p = arith.mulf %y, %x : f64
        %new = arith.addf %p, %old : f64
        affine.store %new, %c[%i, %j] : memref<5x3xf64>
      }
    }
  }
  return
}
// -----
// BLAS's gemm, sizes from the arrays: beta applied in the nest, alpha on one factor; the body keeps the program's order.
// CHECK-LABEL: func.func @gemm_ikj(
//  CHECK-SAME:   %[[ALPHA:[^:]+]]: f32, %[[BETA:[^:]+]]: f32)
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.generic {{.*}}["parallel", "parallel"]}
//       CHECK:   ^bb0(%[[OUT:.+]]: f32):
//       CHECK:     arith.mulf %[[OUT]], %[[BETA]]
//       CHECK:   linalg.generic {{.*}}["parallel", "reduction", "parallel"]}
//       CHECK:   ^bb0(%[[X:.+]]: f32, %[[Y:.+]]: f32, %[[OUT:.+]]: f32):
//       CHECK:     %[[AX:.+]] = arith.mulf %[[ALPHA]], %[[X]] : f32
//       CHECK:     %[[P:.+]] = arith.mulf %[[AX]], %[[Y]] : f32
//       CHECK:     %[[SUM:.+]] = arith.addf %[[OUT]], %[[P]] : f32
//       CHECK:     linalg.yield %[[SUM]]
// WHY: raised to linalg.generic, linalg.generic
// ORDER: [Passed]{{.*}}raised to linalg.generic, linalg.generic
func.func @gemm_ikj(%a: memref<?x?xf32> {llvm.noalias}, %b: memref<?x?xf32> {llvm.noalias}, %c: memref<?x?xf32> {llvm.noalias}, %alpha: f32, %beta: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  %l = memref.dim %a, %c1 : memref<?x?xf32>
  affine.for %i = 0 to %m {
    affine.for %j = 0 to %n {
      %old = affine.load %c[%i, %j] : memref<?x?xf32>
      %new = arith.mulf %old, %beta : f32
      affine.store %new, %c[%i, %j] : memref<?x?xf32>
    }
    affine.for %k = 0 to %l {
      %x = affine.load %a[%i, %k] : memref<?x?xf32>
      %ax = arith.mulf %alpha, %x : f32
      affine.for %j = 0 to %n {
        %y = affine.load %b[%k, %j] : memref<?x?xf32>
        %p = arith.mulf %ax, %y : f32
        %old = affine.load %c[%i, %j] : memref<?x?xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<?x?xf32>
      }
    }
  }
  return
}
// -----
// The sum in a loop-carried value, beginning at zero, then alpha*sum + beta*c: that is another order of additions.
// CHECK-LABEL: func.func @gemm_carried(
//  CHECK-SAME:   %[[ALPHA:[^:]+]]: f64, %[[BETA:[^:]+]]: f64)
//   CHECK-NOT:   scf.for
//       CHECK:   linalg.generic {{.*}}["parallel", "parallel"]}
//       CHECK:   ^bb0(%[[OUT:.+]]: f64):
//       CHECK:     arith.mulf %[[OUT]], %[[BETA]]
//       CHECK:   linalg.generic {{.*}}["parallel", "parallel", "reduction"]}
//       CHECK:   ^bb0(%[[X:.+]]: f64, %[[Y:.+]]: f64, %[[OUT:.+]]: f64):
//       CHECK:     %[[P:.+]] = arith.mulf %[[X]], %[[Y]] : f64
//       CHECK:     %[[AP:.+]] = arith.mulf %[[ALPHA]], %[[P]] : f64
//       CHECK:     arith.addf %[[OUT]], %[[AP]] : f64
// WHY: raised to linalg.generic, linalg.generic
// ORDER: [Missed]{{.*}}it adds in another order than linalg does, and 'reassociate' is off
func.func @gemm_carried(%a: memref<5x7xf64> {llvm.noalias}, %b: memref<7x3xf64> {llvm.noalias}, %c: memref<5x3xf64> {llvm.noalias}, %alpha: f64, %beta: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f64
  scf.for %i = %c0 to %c5 step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      %sum = scf.for %k = %c0 to %c7 step %c1 iter_args(%s = %zero) -> f64 {
        %x = memref.load %a[%i, %k] : memref<5x7xf64>
        %y = memref.load %b[%k, %j] : memref<7x3xf64>
        %p = arith.mulf %x, %y : f64
        %next = arith.addf %s, %p : f64
        scf.yield %next : f64
      }
      %asum = arith.mulf %alpha, %sum : f64
      %old = memref.load %c[%i, %j] : memref<5x3xf64>
      %scaled = arith.mulf %old, %beta : f64
      %new = arith.addf %asum, %scaled : f64
      memref.store %new, %c[%i, %j] : memref<5x3xf64>
    }
  }
  return
}
// -----
// A carried sum that begins at the old element, at a constant, at another array's element: the order is linalg's.
// CHECK-LABEL: func.func @carried_from(
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.matmul
//       CHECK:   linalg.fill
//       CHECK:   linalg.matmul
//       CHECK:   linalg.generic {indexing_maps = [#[[BIAS:.+]], #{{.+}}], iterator_types = ["parallel", "parallel"]} ins(%{{.*}} : memref<3xf32>)
//       CHECK:   linalg.matmul
// ORDER: raised to linalg.matmul
// ORDER: raised to linalg.fill, linalg.matmul
// ORDER: raised to linalg.generic, linalg.matmul
func.func @carried_from(%a: memref<5x7xf32> {llvm.noalias}, %b: memref<7x3xf32> {llvm.noalias}, %bias: memref<3xf32> {llvm.noalias}, %c: memref<5x3xf32> {llvm.noalias}) {
  %one = arith.constant 1.0 : f32
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 3 {
      %old = affine.load %c[%i, %j] : memref<5x3xf32>
      %sum = affine.for %k = 0 to 7 iter_args(%s = %old) -> f32 {
        %x = affine.load %a[%i, %k] : memref<5x7xf32>
        %y = affine.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %next = arith.addf %s, %p : f32
        affine.yield %next : f32
      }
      affine.store %sum, %c[%i, %j] : memref<5x3xf32>
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 3 {
      %sum = affine.for %k = 0 to 7 iter_args(%s = %one) -> f32 {
        %x = affine.load %a[%i, %k] : memref<5x7xf32>
        %y = affine.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %next = arith.addf %s, %p : f32
        affine.yield %next : f32
      }
      affine.store %sum, %c[%i, %j] : memref<5x3xf32>
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 3 {
      %start = affine.load %bias[%j] : memref<3xf32>
      %sum = affine.for %k = 0 to 7 iter_args(%s = %start) -> f32 {
        %x = affine.load %a[%i, %k] : memref<5x7xf32>
        %y = affine.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %next = arith.addf %s, %p : f32
        affine.yield %next : f32
      }
      affine.store %sum, %c[%i, %j] : memref<5x3xf32>
    }
  }
  return
}
// -----
// C -= A * B.
// CHECK-LABEL: func.func @subtracted(
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.generic {{.*}}["parallel", "parallel", "reduction"]}
//       CHECK:     arith.subf %{{.*}}, %{{.*}} : f32
func.func @subtracted(%a: memref<5x7xf32> {llvm.noalias}, %b: memref<7x3xf32> {llvm.noalias}, %c: memref<5x3xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 3 {
      affine.for %k = 0 to 7 {
        %x = affine.load %a[%i, %k] : memref<5x7xf32>
        %y = affine.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x3xf32>
        %new = arith.subf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x3xf32>
      }
    }
  }
  return
}
// -----
// The forms with a name, then any other: transposed operands, a transposed result, two loops that sum.
// CHECK-LABEL: func.func @named(
//       CHECK:   linalg.batch_matmul
//       CHECK:   linalg.matvec
//       CHECK:   linalg.vecmat
//       CHECK:   linalg.dot
//       CHECK:   linalg.batch_matvec
//       CHECK:   linalg.contract indexing_maps = [#[[MK:.+]], #[[NK:.+]], #[[NM:.+]]] ins
//       CHECK:   linalg.contract indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}] ins({{.*}} : memref<4x5x7xf32>, memref<7x4xf32>) outs({{.*}} : memref<5xf32>)
func.func @named(%a: memref<4x5x7xf32> {llvm.noalias}, %b: memref<4x7x3xf32> {llvm.noalias}, %w: memref<7x4xf32> {llvm.noalias}, %c: memref<4x5x3xf32> {llvm.noalias}, %m: memref<5x7xf32> {llvm.noalias},
                %x7: memref<7xf32> {llvm.noalias}, %y5: memref<5xf32> {llvm.noalias}, %z: memref<f32> {llvm.noalias}, %x47: memref<4x7xf32> {llvm.noalias}, %y45: memref<4x5xf32> {llvm.noalias}, %n: memref<3x7xf32> {llvm.noalias}, %t: memref<3x5xf32> {llvm.noalias}) {
  affine.for %j = 0 to 3 {
    affine.for %h = 0 to 4 {
      affine.for %k = 0 to 7 {
        affine.for %i = 0 to 5 {
          %x = affine.load %a[%h, %i, %k] : memref<4x5x7xf32>
          %y = affine.load %b[%h, %k, %j] : memref<4x7x3xf32>
          %p = arith.mulf %x, %y : f32
          %old = affine.load %c[%h, %i, %j] : memref<4x5x3xf32>
          %new = arith.addf %old, %p : f32
          affine.store %new, %c[%h, %i, %j] : memref<4x5x3xf32>
        }
      }
    }
  }
  affine.for %k = 0 to 7 {
    affine.for %i = 0 to 5 {
      %x = affine.load %x7[%k] : memref<7xf32>
      %y = affine.load %m[%i, %k] : memref<5x7xf32>
      %p = arith.mulf %x, %y : f32
      %old = affine.load %y5[%i] : memref<5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %y5[%i] : memref<5xf32>
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %x = affine.load %m[%i, %k] : memref<5x7xf32>
      %y = affine.load %y5[%i] : memref<5xf32>
      %p = arith.mulf %x, %y : f32
      %old = affine.load %x7[%k] : memref<7xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %x7[%k] : memref<7xf32>
    }
  }
  affine.for %k = 0 to 7 {
    %x = affine.load %x7[%k] : memref<7xf32>
    %y = affine.load %n[2, %k] : memref<3x7xf32>
    %p = arith.mulf %x, %y : f32
    %old = affine.load %z[] : memref<f32>
    %new = arith.addf %old, %p : f32
    affine.store %new, %z[] : memref<f32>
  }
  affine.for %h = 0 to 4 {
    affine.for %i = 0 to 5 {
      affine.for %k = 0 to 7 {
        %x = affine.load %a[%h, %i, %k] : memref<4x5x7xf32>
        %y = affine.load %x47[%h, %k] : memref<4x7xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %y45[%h, %i] : memref<4x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %y45[%h, %i] : memref<4x5xf32>
      }
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 3 {
      affine.for %k = 0 to 7 {
        %x = affine.load %m[%i, %k] : memref<5x7xf32>
        %y = affine.load %n[%j, %k] : memref<3x7xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %t[%j, %i] : memref<3x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %t[%j, %i] : memref<3x5xf32>
      }
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %h = 0 to 4 {
      affine.for %k = 0 to 7 {
        %x = affine.load %a[%h, %i, %k] : memref<4x5x7xf32>
        %y = affine.load %w[%k, %h] : memref<7x4xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %y5[%i] : memref<5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %y5[%i] : memref<5xf32>
      }
    }
  }
  return
}
// -----
// Views: offsets, a lower bound, a step, a factor, an invariant row, bounds short of the array.
// CHECK-LABEL: func.func @views(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<20x64xf32> {{.*}}, %[[B:[^:]+]]: memref<9x64x50xf32> {{.*}}, %[[C:[^:]+]]: memref<20x50xf32> {{.*}}, %[[ROW:[^:]+]]: index
//       CHECK:   %[[CV:.+]] = memref.subview %[[C]][2, 1] [4, 8] [3, 1]
//       CHECK:   %[[AV:.+]] = memref.subview %[[A]][5, 1] [4, 20] [3, 2]
//       CHECK:   %[[PLANE:.+]] = arith.addi
//       CHECK:   %[[BV:.+]] = memref.subview %[[B]][%[[PLANE]], 0, 3] [1, 20, 8] [1, 1, 1] : memref<9x64x50xf32> to memref<20x8xf32
//       CHECK:   linalg.matmul ins(%[[AV]], %[[BV]] : {{.*}}) outs(%[[CV]] :
func.func @views(%a: memref<20x64xf32> {llvm.noalias}, %b: memref<9x64x50xf32> {llvm.noalias}, %c: memref<20x50xf32> {llvm.noalias}, %row: index) {
  affine.for %i = 2 to 12 step 3 {
    affine.for %j = 1 to 9 {
      affine.for %k = 0 to 20 {
        %x = affine.load %a[%i + 3, %k * 2 + 1] : memref<20x64xf32>
        %y = affine.load %b[symbol(%row) + 1, %k, %j + 2] : memref<9x64x50xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<20x50xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<20x50xf32>
      }
    }
  }
  return
}
// -----
// Two plain arguments may share memory: tested at run time, and the loops stay for that case. Running the pass again
// changes nothing (the diff above).
// CHECK-LABEL: func.func @may_overlap(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<?x7xf32>, %[[B:[^:]+]]: memref<7x3xf32>, %[[C:[^:]+]]: memref<?x3xf32>
//       CHECK:   memref.extract_aligned_pointer_as_index
//       CHECK:   %[[APART:.+]] = arith.andi
//       CHECK:   scf.if %[[APART]] {
//       CHECK:     linalg.matmul ins({{.*}}, %[[B]] : {{.*}})
//       CHECK:   } else {
//       CHECK:     affine.for
//       CHECK:       affine.for
//       CHECK:         affine.for
//       CHECK:           affine.store
// WHY: [Passed]{{.*}}raised to linalg.matmul, where the memrefs do not overlap
func.func @may_overlap(%a: memref<?x7xf32>, %b: memref<7x3xf32>, %c: memref<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = memref.dim %c, %c0 : memref<?x3xf32>
  affine.for %i = 0 to %m {
    affine.for %j = 0 to 3 {
      affine.for %k = 0 to 7 {
        %x = affine.load %a[%i, %k] : memref<?x7xf32>
        %y = affine.load %b[%k, %j] : memref<7x3xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<?x3xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<?x3xf32>
      }
    }
  }
  return
}
// -----
// Known apart without attributes: an allocation, globals, distinct objects, planes of one array.
// CHECK-LABEL: func.func @known_apart(
//   CHECK-NOT:   scf.if
//       CHECK:   linalg.matvec
//   CHECK-NOT:   scf.if
//       CHECK:   linalg.matvec
//   CHECK-NOT:   scf.if
//       CHECK:   linalg.matmul
//   CHECK-NOT:   scf.if
//       CHECK:   return
memref.global "private" @x : memref<7xf32> = uninitialized
memref.global "private" @y : memref<5xf32> = uninitialized
func.func @known_apart(%a: memref<5x7xf32>, %b: memref<5xf32>, %planes: memref<4x6x6xf32>, %t: index) -> memref<5xf32> {
  %new_y = memref.alloc() : memref<5xf32>
  %x = memref.get_global @x : memref<7xf32>
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %a[%i, %k] : memref<5x7xf32>
      %1 = affine.load %x[%k] : memref<7xf32>
      %p = arith.mulf %0, %1 : f32
      %old = affine.load %new_y[%i] : memref<5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %new_y[%i] : memref<5xf32>
    }
  }
  %a0, %b0 = memref.distinct_objects %a, %b : memref<5x7xf32>, memref<5xf32>
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %a0[%i, %k] : memref<5x7xf32>
      %1 = affine.load %x[%k] : memref<7xf32>
      %p = arith.mulf %0, %1 : f32
      %old = affine.load %new_y[%i] : memref<5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %new_y[%i] : memref<5xf32>
    }
  }
  affine.for %i = 0 to 6 {
    affine.for %j = 0 to 6 {
      affine.for %k = 0 to 6 {
        %0 = affine.load %planes[symbol(%t), %i, %k] : memref<4x6x6xf32>
        %1 = affine.load %planes[symbol(%t), %k, %j] : memref<4x6x6xf32>
        %p = arith.mulf %0, %1 : f32
        %old = affine.load %planes[symbol(%t) + 1, %i, %j] : memref<4x6x6xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %planes[symbol(%t) + 1, %i, %j] : memref<4x6x6xf32>
      }
    }
  }
  return %new_y : memref<5xf32>
}
// -----
// Parallel loops, counters that are i32, bounds and steps only known at run time (never a negative size).
// CHECK-LABEL: func.func @parallel_and_dynamic(
//  CHECK-SAME:   %[[LOW:[^:]+]]: i32, %[[HIGH:[^:]+]]: i32, %[[STEP:[^:]+]]: index
//       CHECK:   linalg.fill
//       CHECK:   linalg.matmul
//       CHECK:   %[[BEGIN:.+]] = arith.index_cast %[[LOW]]
//       CHECK:   %[[END:.+]] = arith.index_cast %[[HIGH]]
//       CHECK:   %[[MAX:.+]] = arith.maxsi %[[END]], %[[BEGIN]]
//       CHECK:   %[[LENGTH:.+]] = arith.subi %[[MAX]], %[[BEGIN]]
//       CHECK:   arith.ceildivui %{{.*}}, %[[STEP]]
//       CHECK:   linalg.matvec
//       CHECK:   linalg.matvec
func.func @parallel_and_dynamic(%a: memref<?x?xf32> {llvm.noalias}, %b: memref<?x?xf32> {llvm.noalias}, %c: memref<?x?xf32> {llvm.noalias}, %x: memref<?xf32> {llvm.noalias}, %y: memref<?xf32> {llvm.noalias}, %low: i32, %high: i32, %step: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  %l = memref.dim %a, %c1 : memref<?x?xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%m, %n) step (%c1, %c1) {
    %sum = scf.for %k = %c0 to %l step %c1 iter_args(%s = %zero) -> f32 {
      %0 = memref.load %a[%i, %k] : memref<?x?xf32>
      %1 = memref.load %b[%k, %j] : memref<?x?xf32>
      %p = arith.mulf %0, %1 : f32
      %next = arith.addf %s, %p : f32
      scf.yield %next : f32
    }
    memref.store %sum, %c[%i, %j] : memref<?x?xf32>
  }
  scf.for %i = %low to %high step %one : i32 {
    scf.for %k = %c0 to %l step %step {
      %row = arith.index_cast %i : i32 to index
      %0 = memref.load %a[%row, %k] : memref<?x?xf32>
      %1 = memref.load %x[%k] : memref<?xf32>
      %p = arith.mulf %0, %1 : f32
      %old = memref.load %y[%row] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      memref.store %new, %y[%row] : memref<?xf32>
    }
  }
  affine.parallel (%i) = (0) to (symbol(%m)) {
    affine.for %k = 0 to min affine_map<()[s0, s1] -> (s0, s1)>()[%n, %l] {
      %0 = affine.load %a[%i, %k] : memref<?x?xf32>
      %1 = affine.load %x[%k] : memref<?xf32>
      %p = arith.mulf %0, %1 : f32
      %old = affine.load %y[%i] : memref<?xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %y[%i] : memref<?xf32>
    }
  }
  return
}
// -----
// Element types: widened as the named operations do; extui and fast-math flags stay in the body.
// CHECK-LABEL: func.func @types(
//       CHECK:   linalg.matvec ins({{.*}} : memref<5x7xf16>, memref<7xf16>) outs({{.*}} : memref<5xf32>)
//       CHECK:   linalg.matvec ins({{.*}} : memref<5x7xi8>, memref<7xi8>) outs({{.*}} : memref<5xi32>)
//       CHECK:   linalg.generic
//       CHECK:     arith.extui
//       CHECK:   linalg.generic
//       CHECK:     arith.mulf {{.*}} fastmath<contract>
//       CHECK:     arith.addf {{.*}} fastmath<reassoc>
func.func @types(%a: memref<5x7xf16> {llvm.noalias}, %x: memref<7xf16> {llvm.noalias}, %y: memref<5xf32> {llvm.noalias}, %i: memref<5x7xi8> {llvm.noalias}, %j: memref<7xi8> {llvm.noalias}, %k: memref<5xi32> {llvm.noalias}) {
  affine.for %r = 0 to 5 {
    affine.for %c = 0 to 7 {
      %0 = affine.load %a[%r, %c] : memref<5x7xf16>
      %1 = affine.load %x[%c] : memref<7xf16>
      %w0 = arith.extf %0 : f16 to f32
      %w1 = arith.extf %1 : f16 to f32
      %p = arith.mulf %w0, %w1 : f32
      %old = affine.load %y[%r] : memref<5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %y[%r] : memref<5xf32>
    }
  }
  affine.for %r = 0 to 5 {
    affine.for %c = 0 to 7 {
      %0 = affine.load %i[%r, %c] : memref<5x7xi8>
      %1 = affine.load %j[%c] : memref<7xi8>
      %w0 = arith.extsi %0 : i8 to i32
      %w1 = arith.extsi %1 : i8 to i32
      %p = arith.muli %w0, %w1 : i32
      %old = affine.load %k[%r] : memref<5xi32>
      %new = arith.addi %old, %p overflow<nsw> : i32
      affine.store %new, %k[%r] : memref<5xi32>
    }
  }
  affine.for %r = 0 to 5 {
    affine.for %c = 0 to 7 {
      %0 = affine.load %i[%r, %c] : memref<5x7xi8>
      %1 = affine.load %j[%c] : memref<7xi8>
      %w0 = arith.extui %0 : i8 to i32
      %w1 = arith.extui %1 : i8 to i32
      %p = arith.muli %w0, %w1 : i32
      %old = affine.load %k[%r] : memref<5xi32>
      %new = arith.addi %old, %p : i32
      affine.store %new, %k[%r] : memref<5xi32>
    }
  }
  affine.for %r = 0 to 5 {
    affine.for %c = 0 to 7 {
      %0 = affine.load %a[%r, %c] : memref<5x7xf16>
      %1 = affine.load %x[%c] : memref<7xf16>
      %w0 = arith.extf %0 : f16 to f32
      %w1 = arith.extf %1 : f16 to f32
      %p = arith.mulf %w0, %w1 fastmath<contract> : f32
      %old = affine.load %y[%r] : memref<5xf32>
      %new = arith.addf %old, %p fastmath<reassoc> : f32
      affine.store %new, %y[%r] : memref<5xf32>
    }
  }
  return
}
// -----
// On i1 and index elements the named operations mean something else or nothing: the body stays. One load, used twice.
// CHECK-LABEL: func.func @no_named_form(
//       CHECK:   linalg.generic {{.*}} ins({{.*}} : memref<5x7xi1>, memref<7xi1>)
//       CHECK:   linalg.generic {{.*}} ins({{.*}} : memref<5x7xindex>, memref<7xindex>)
//       CHECK:   linalg.generic {{.*}} ins({{.*}} : memref<5x7xf32>) outs({{.*}} : memref<5xf32>)
//       CHECK:     %[[SQUARE:.+]] = arith.mulf %[[X:.+]], %[[X]]
//       CHECK:     arith.subf %{{.*}}, %[[SQUARE]]
func.func @no_named_form(%a: memref<5x7xi1> {llvm.noalias}, %x: memref<7xi1> {llvm.noalias}, %y: memref<5xi1> {llvm.noalias}, %d: memref<5x7xindex> {llvm.noalias}, %e: memref<7xindex> {llvm.noalias}, %f: memref<5xindex> {llvm.noalias}, %g: memref<5x7xf32> {llvm.noalias}, %h: memref<5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %a[%i, %k] : memref<5x7xi1>
      %1 = affine.load %x[%k] : memref<7xi1>
      %p = arith.muli %0, %1 : i1
      %old = affine.load %y[%i] : memref<5xi1>
      %new = arith.addi %old, %p : i1
      affine.store %new, %y[%i] : memref<5xi1>
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %d[%i, %k] : memref<5x7xindex>
      %1 = affine.load %e[%k] : memref<7xindex>
      %p = arith.muli %0, %1 : index
      %old = affine.load %f[%i] : memref<5xindex>
      %new = arith.addi %old, %p : index
      affine.store %new, %f[%i] : memref<5xindex>
    }
  }
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %g[%i, %k] : memref<5x7xf32>
      %p = arith.mulf %0, %0 : f32
      %old = affine.load %h[%i] : memref<5xf32>
      %new = arith.subf %old, %p : f32
      affine.store %new, %h[%i] : memref<5xf32>
    }
  }
  return
}
// -----
// Two products in one nest, and a statement after the sum: three operations, as no iteration needs another one's.
// CHECK-LABEL: func.func @bicg_and_bias(
//   CHECK-NOT:   affine.for
//       CHECK:   linalg.fill
//       CHECK:   linalg.vecmat
//       CHECK:   linalg.matvec
//       CHECK:   linalg.generic {{.*}}["parallel"]}
//       CHECK:     arith.maximumf
//       CHECK:   return
func.func @bicg_and_bias(%a: memref<5x7xf32> {llvm.noalias}, %p: memref<7xf32> {llvm.noalias}, %r: memref<5xf32> {llvm.noalias}, %q: memref<5xf32> {llvm.noalias}, %s: memref<7xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 5 {
    affine.store %zero, %q[%i] : memref<5xf32>
    affine.for %j = 0 to 7 {
      %s0 = affine.load %s[%j] : memref<7xf32>
      %r0 = affine.load %r[%i] : memref<5xf32>
      %a0 = affine.load %a[%i, %j] : memref<5x7xf32>
      %ra = arith.mulf %r0, %a0 : f32
      %s1 = arith.addf %s0, %ra : f32
      affine.store %s1, %s[%j] : memref<7xf32>
      %q0 = affine.load %q[%i] : memref<5xf32>
      %p0 = affine.load %p[%j] : memref<7xf32>
      %ap = arith.mulf %a0, %p0 : f32
      %q1 = arith.addf %q0, %ap : f32
      affine.store %q1, %q[%i] : memref<5xf32>
    }
    %q2 = affine.load %q[%i] : memref<5xf32>
    %relu = arith.maximumf %q2, %zero : f32
    affine.store %relu, %q[%i] : memref<5xf32>
  }
  return
}
// -----
// Inside other loops: what does not depend on them, and the tiles of a tiled product.
// CHECK-LABEL: func.func @inside(
//       CHECK:   affine.for %{{.+}} = 0 to 10 {
//       CHECK:     func.call @step
//       CHECK:     linalg.matvec
//       CHECK:   affine.for %[[II:.+]] = 0 to 20 step 8 {
//       CHECK:     affine.for %[[JJ:.+]] = 0 to 24 step 8 {
//   CHECK-NOT:       affine.for
//       CHECK:       affine.min
//       CHECK:       linalg.matmul
func.func private @step()
func.func @inside(%a: memref<20x20xf32> {llvm.noalias}, %b: memref<20x24xf32> {llvm.noalias}, %c: memref<20x24xf32> {llvm.noalias}, %x: memref<20xf32> {llvm.noalias}, %y: memref<20xf32> {llvm.noalias}) {
  affine.for %t = 0 to 10 {
    func.call @step() : () -> ()
    affine.for %i = 0 to 20 {
      affine.for %k = 0 to 20 {
        %0 = affine.load %a[%i, %k] : memref<20x20xf32>
        %1 = affine.load %x[%k] : memref<20xf32>
        %p = arith.mulf %0, %1 : f32
        %old = affine.load %y[%i] : memref<20xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %y[%i] : memref<20xf32>
      }
    }
  }
  affine.for %ii = 0 to 20 step 8 {
    affine.for %jj = 0 to 24 step 8 {
      affine.for %i = affine_map<(d0) -> (d0)>(%ii) to min affine_map<(d0) -> (d0 + 8, 20)>(%ii) {
        affine.for %j = affine_map<(d0) -> (d0)>(%jj) to affine_map<(d0) -> (d0 + 8)>(%jj) {
          affine.for %k = 0 to 20 {
            %0 = affine.load %a[%i, %k] : memref<20x20xf32>
            %1 = affine.load %b[%k, %j] : memref<20x24xf32>
            %p = arith.mulf %0, %1 : f32
            %old = affine.load %c[%i, %j] : memref<20x24xf32>
            %new = arith.addf %old, %p : f32
            affine.store %new, %c[%i, %j] : memref<20x24xf32>
          }
        }
      }
    }
  }
  return
}
// -----
// The kernels for a matmul from a model take a raised one as well.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg,select-matmul-kernel))' --split-input-file | FileCheck %s --check-prefix=KERNEL
// KERNEL-LABEL: func.func @to_kernel(
//       KERNEL:   linalg.matmul {lexon.kernel =
// KERNEL-LABEL: func.func @to_kernel_transposed(
//       KERNEL:   linalg.contract {{.*}}lexon.kernel =
func.func @to_kernel(%a: memref<40x64xf32> {llvm.noalias}, %b: memref<64x96xf32> {llvm.noalias}, %c: memref<40x96xf32> {llvm.noalias}) {
  affine.for %i = 0 to 40 {
    affine.for %k = 0 to 64 {
      affine.for %j = 0 to 96 {
        %x = affine.load %a[%i, %k] : memref<40x64xf32>
        %y = affine.load %b[%k, %j] : memref<64x96xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<40x96xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<40x96xf32>
      }
    }
  }
  return
}
func.func @to_kernel_transposed(%a: memref<40x64xf32> {llvm.noalias}, %b: memref<96x64xf32> {llvm.noalias}, %c: memref<40x96xf32> {llvm.noalias}) {
  affine.for %i = 0 to 40 {
    affine.for %k = 0 to 64 {
      affine.for %j = 0 to 96 {
        %x = affine.load %a[%i, %k] : memref<40x64xf32>
        %y = affine.load %b[%j, %k] : memref<96x64xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<40x96xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<40x96xf32>
      }
    }
  }
  return
}
