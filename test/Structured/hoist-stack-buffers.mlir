// RUN: lexon-opt %s --hoist-stack-buffers --split-input-file | FileCheck %s
// RUN: lexon-opt %s --hoist-stack-buffers --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// To the start of the function, out of two loops.
// WHY: remark: [Passed] hoisted | Category:hoist-stack-buffers
// CHECK-LABEL: func.func @sequential(
//  CHECK-NEXT:   memref.alloca() : memref<7xf32>
//       CHECK:   scf.for
//   CHECK-NOT:   memref.alloca
//       CHECK:   return
func.func @sequential(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %row = memref.alloca() : memref<7xf32>
      memref.store %x, %row[%c0] : memref<7xf32>
    }
  }
  return
}
// -----
// One for each thread.
// CHECK-LABEL: func.func @threads(
//   CHECK-NOT:   memref.alloca
//       CHECK:   omp.parallel {
//  CHECK-NEXT:     memref.alloca() : memref<7xf32>
//       CHECK:     omp.wsloop
func.func @threads(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        memref.alloca_scope {
          %row = memref.alloca() : memref<7xf32>
          memref.store %x, %row[%c0] : memref<7xf32>
        }
        omp.yield
      }
    }
    omp.terminator
  }
  return
}
// -----
// Left alone: iterations that may run at the same time, a size that is not known, no loop at all.
// WHY: remark: [Missed] hoisted{{.*}}Reason="inside a parallel loop or another scope"
// WHY: remark: [Missed] hoisted{{.*}}Reason="its size or layout is not static"
// CHECK-LABEL: func.func @others(
//       CHECK:   arith.constant
//       CHECK:   memref.alloca() : memref<3xf32>
//       CHECK:   scf.parallel
//       CHECK:     memref.alloca() : memref<7xf32>
//       CHECK:   scf.for
//       CHECK:     memref.alloca(%{{.*}}) : memref<?xf32>
func.func @others(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %once = memref.alloca() : memref<3xf32>
  memref.store %x, %once[%c0] : memref<3xf32>
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %row = memref.alloca() : memref<7xf32>
    memref.store %x, %row[%c0] : memref<7xf32>
  }
  scf.for %i = %c0 to %n step %c1 {
    %row = memref.alloca(%n) : memref<?xf32>
    memref.store %x, %row[%c0] : memref<?xf32>
  }
  return
}
// -----
// One after the other: one buffer. A third of another type, and one whose use overlaps, have their own.
// WHY: remark: [Passed] hoisted{{.*}}shares the memory of another
// CHECK-LABEL: func.func @shared(
//   CHECK-DAG:   memref.alloca() : memref<5xf32>
//   CHECK-DAG:   memref.alloca() : memref<7xf32>
//   CHECK-DAG:   memref.alloca() : memref<7xf32>
//   CHECK-NOT:   memref.alloca
//       CHECK:   return
func.func @shared(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloca() : memref<7xf32>
    memref.store %x, %a[%c0] : memref<7xf32>
  }
  %whole = memref.alloca() : memref<7xf32>
  memref.store %x, %whole[%c0] : memref<7xf32>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloca() : memref<7xf32>
    %part = memref.subview %b[1] [3] [1] : memref<7xf32> to memref<3xf32, strided<[1], offset: 1>>
    memref.store %x, %part[%c0] : memref<3xf32, strided<[1], offset: 1>>
    %other = memref.alloca() : memref<5xf32>
    memref.store %x, %other[%c0] : memref<5xf32>
  }
  memref.store %x, %whole[%c1] : memref<7xf32>
  return
}
