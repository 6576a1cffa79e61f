// RUN: lexon-opt %s --guard-assertions --split-input-file | FileCheck %s
// RUN: lexon-opt %s --guard-assertions --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// In a loop: the load behind the check only happens where it holds.
// WHY: remark: [Passed] guarded | Category:guard-assertions
// CHECK: llvm.mlir.global weak @lexon_failure_count
// CHECK-LABEL: func.func @gather(
//       CHECK:   scf.for
//       CHECK:     %[[OK:.*]] = arith.cmpi
//       CHECK:     scf.if %[[OK]] {
//       CHECK:       memref.load
//       CHECK:       memref.store
//       CHECK:     } else {
//       CHECK:       llvm.store {{.*}} atomic release
//       CHECK:       llvm.atomicrmw add
//   CHECK-NOT:   cf.assert
//       CHECK:   return
func.func @gather(%a: memref<?xf32>, %at: memref<?xindex>, %out: memref<?xf32>, %n: index, %size: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %j = memref.load %at[%i] : memref<?xindex>
    %ok = arith.cmpi ult, %j, %size : index
    cf.assert %ok, "index out of range"
    %x = memref.load %a[%j] : memref<?xf32>
    memref.store %x, %out[%i] : memref<?xf32>
  }
  return
}
// -----
// Two checks in a function that returns: the second stands inside the first; results get stand-ins.
// CHECK-LABEL: func.func @returns(
//       CHECK:   %[[R:.*]]:2 = scf.if %{{.*}} -> (memref<?xf32>, f16) {
//       CHECK:     scf.if
//       CHECK:   } else {
//       CHECK:     memref.alloc(
//       CHECK:   return %[[R]]#0, %[[R]]#1
func.func @returns(%p: i1, %q: i1, %n: index, %x: f16) -> (memref<?xf32>, f16) {
  cf.assert %p, "first"
  %a = memref.alloc(%n) : memref<?xf32>
  cf.assert %q, "second"
  %y = arith.addf %x, %x : f16
  return %a, %y : memref<?xf32>, f16
}
// -----
// Left alone, and we say so: no structure to hang the rest on.
// WHY: remark: [Missed] guarded{{.*}}unstructured control flow
// CHECK-LABEL: func.func @branches(
//       CHECK:   cf.assert
func.func @branches(%p: i1) {
  cf.cond_br %p, ^bb1, ^bb2
^bb1:
  cf.assert %p, "never"
  cf.br ^bb2
^bb2:
  return
}
