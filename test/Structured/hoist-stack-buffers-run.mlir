// RUN: lexon-opt %s --hoist-stack-buffers --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(hoist-stack-buffers)'
// REQUIRES: python
// CHECK-COUNT-1: remark: [Passed] hoisted | Category:hoist-stack-buffers

// Each row backwards, through a buffer. (With threads: fuse-rows-run.mlir by the whole pipeline.)
func.func @sequential(%a: memref<1000x5xf32>, %b: memref<1000x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %rows = arith.constant 1000 : index
  scf.for %i = %c0 to %rows step %c1 {
    %row = memref.alloca() : memref<50xf32>
    scf.for %j = %c0 to %c5 step %c1 {
      %x = memref.load %a[%i, %j] : memref<1000x5xf32>
      memref.store %x, %row[%j] : memref<50xf32>
    }
    scf.for %j = %c0 to %c5 step %c1 {
      %k = arith.subi %c4, %j : index
      %x = memref.load %row[%k] : memref<50xf32>
      memref.store %x, %b[%i, %j] : memref<1000x5xf32>
    }
  }
  return
}
