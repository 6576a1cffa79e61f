// RUN: lexon-opt %s --deallocate-buffers --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(deallocate-buffers,canonicalize,buffer-deallocation-simplification,bufferization-lower-deallocations,convert-bufferization-to-memref)'
// REQUIRES: python
// CHECK-DAG: remark: [Passed] deallocated
// CHECK-DAG: remark: [Missed] deallocated

// Allocated in a loop, handed on by a branch: freed after its last use, once.
func.func @branches(%c: i1, %in: memref<7xf32>, %out: memref<7xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    %a = memref.alloc() : memref<7xf32>
    memref.copy %in, %a : memref<7xf32> to memref<7xf32>
    %b = scf.if %c -> memref<7xf32> {
      scf.yield %a : memref<7xf32>
    } else {
      %d = memref.alloc() : memref<7xf32>
      memref.copy %a, %d : memref<7xf32> to memref<7xf32>
      scf.yield %d : memref<7xf32>
    }
    memref.copy %b, %out : memref<7xf32> to memref<7xf32>
  }
  return
}
func.func @own(%in: memref<7xf32>, %out: memref<7xf32>) {
  %a = memref.alloc() : memref<7xf32>
  memref.copy %in, %a : memref<7xf32> to memref<7xf32>
  memref.copy %a, %out : memref<7xf32> to memref<7xf32>
  memref.dealloc %a : memref<7xf32>
  return
}
