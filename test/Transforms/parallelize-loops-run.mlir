// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(parallelize-loops{min-work=1 min-region-work=0}))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(parallelize-loops{min-work=1 min-region-work=0 chunk=2}),convert-scf-to-openmp{num-threads=3})'
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(parallelize-loops{threads=1}))'
// REQUIRES: python
// CHECK: remark: [Passed] parallel

// More iterations than threads, not a multiple; a reduction beside it.
func.func @scale_and_sum(%a: memref<17x5xf32>, %s: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c17 = arith.constant 17 : index
  %zero = arith.constant 0.0 : f32
  scf.parallel (%i, %j) = (%c0, %c0) to (%c17, %c5) step (%c1, %c1) {
    %x = memref.load %a[%i, %j] : memref<17x5xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i, %j] : memref<17x5xf32>
    scf.reduce
  }
  %t = scf.parallel (%i, %j) = (%c0, %c0) to (%c17, %c5) step (%c1, %c1) init (%zero) -> f32 {
    %x = memref.load %a[%i, %j] : memref<17x5xf32>
    scf.reduce(%x : f32) {
    ^bb0(%l: f32, %r: f32):
      %u = arith.addf %l, %r : f32
      scf.reduce.return %u : f32
    }
  }
  memref.store %t, %s[%c0] : memref<1xf32>
  return
}
