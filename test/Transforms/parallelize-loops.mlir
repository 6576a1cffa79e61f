// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(parallelize-loops))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(parallelize-loops{threads=1}))' --split-input-file | FileCheck %s --check-prefix=ONE
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(parallelize-loops))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// The outer loop has the work; the inner one is sequential. With one thread, both are.
// CHECK-LABEL: func.func @nest(
//       CHECK:   scf.parallel
//       CHECK:     scf.for
//  ONE-LABEL: func.func @nest(
//   ONE-NOT:   scf.parallel
//       ONE:   scf.for
//       ONE:   scf.for
// WHY-DAG: remark: [Passed] parallel
// WHY-DAG: remark: [Missed] parallel{{.*}}Reason="inside another parallel loop"
func.func @nest(%a: memref<?x?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      %x = memref.load %a[%i, %j] : memref<?x?xf32>
      %y = arith.addf %x, %x : f32
      memref.store %y, %a[%i, %j] : memref<?x?xf32>
      scf.reduce
    }
    scf.reduce
  }
  return
}
// -----
// Left sequential: too little work to wake a thread for.
// CHECK-LABEL: func.func @small(
//   CHECK-NOT:   scf.parallel
//       CHECK:   scf.for
// WHY-DAG: remark: [Missed] parallel{{.*}}Reason="only about
func.func @small(%a: memref<8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    memref.store %x, %a[%i] : memref<8xf32>
    scf.reduce
  }
  return
}
// -----
// Left sequential: a loop of this size is worth a barrier, but the only one is not worth the start of the threads.
// CHECK-LABEL: func.func @one_of_middle_size(
//   CHECK-NOT:   scf.parallel
//       CHECK:   scf.for
//       CHECK:     scf.for
//       CHECK:   return
// WHY-DAG: remark: [Missed] parallel{{.*}}Reason="only about 72000 operations in all parallel loops of the function"
func.func @one_of_middle_size(%a: memref<4000x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c4000 = arith.constant 4000 : index
  scf.parallel (%i) = (%c0) to (%c4000) step (%c1) {
    scf.parallel (%j) = (%c0) to (%c8) step (%c1) {
      memref.store %x, %a[%i, %j] : memref<4000x8xf32>
      scf.reduce
    }
    scf.reduce
  }
  return
}
// -----
// Parallel: the same, called often in a loop around it.
// CHECK-LABEL: func.func @often(
//       CHECK:   scf.for
//       CHECK:     scf.parallel
func.func @often(%a: memref<4000xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c99 = arith.constant 99 : index
  %c4000 = arith.constant 4000 : index
  scf.for %k = %c0 to %c99 step %c1 {
    scf.parallel (%i) = (%c0) to (%c4000) step (%c1) {
      memref.store %x, %a[%i] : memref<4000xf32>
      scf.reduce
    }
  }
  return
}
// -----
// Left sequential: the sum must not depend on the number of threads.
// CHECK-LABEL: func.func @reduction(
//       CHECK:   %[[SUM:.*]] = scf.for {{.*}} iter_args
//       CHECK:     arith.addf
//       CHECK:   return %[[SUM]]
// WHY-DAG: remark: [Missed] parallel{{.*}}Reason="its reduction would depend on the number of threads"
func.func @reduction(%a: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %s = scf.parallel (%i) = (%c0) to (%n) step (%c1) init (%zero) -> f32 {
    %x = memref.load %a[%i] : memref<?xf32>
    scf.reduce(%x : f32) {
    ^bb0(%l: f32, %r: f32):
      %t = arith.addf %l, %r : f32
      scf.reduce.return %t : f32
    }
  }
  return %s : f32
}
// -----
// Element-wise: the innermost dimension stays a loop of its own, in pieces.
// CHECK-LABEL: func.func @elements(
//       CHECK:   scf.parallel (%[[I:.*]], %[[P:.*]]) =
//       CHECK:     arith.minsi
//       CHECK:     scf.for %[[J:.*]] = %[[P]] to
//       CHECK:       memref.load %{{.*}}[%[[I]], %[[J]]]
func.func @elements(%a: memref<40x8960xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c40 = arith.constant 40 : index
  %c8960 = arith.constant 8960 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c40, %c8960) step (%c1, %c1) {
    %x = memref.load %a[%i, %j] : memref<40x8960xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i, %j] : memref<40x8960xf32>
    scf.reduce
  }
  return
}
// -----
// What a call does is unknown: few of them are worth the threads, and they are not put together in pieces.
// CHECK-LABEL: func.func @calls(
//       CHECK:   scf.parallel (%[[I:.*]]) = (%{{.*}}) to (%c3)
//   CHECK-NOT:     scf.for
//       CHECK:     func.call @work(%[[I]])
func.func private @work(index)
func.func @calls() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.parallel (%i) = (%c0) to (%c3) step (%c1) {
    func.call @work(%i) : (index) -> ()
    scf.reduce
  }
  return
}
