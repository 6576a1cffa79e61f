// RUN: lexon-opt %s --plan-memory=stack-bytes=0 --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(plan-memory{stack-bytes=0}))'
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(plan-memory))'
// REQUIRES: python
// CHECK: remark: [Passed] arena{{.*}}bytes=340, live=328, sum=476

// Three buffers, of which the first and the last share; odd sizes. Whatever overlaps too early shows in %out: each
// element of the last is read together with one of the middle, written from the first.
func.func @rotate(%x: memref<37xf32>, %out: memref<37xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c36 = arith.constant 36 : index
  %c37 = arith.constant 37 : index
  %a = memref.alloc() : memref<37xf32>
  %b = memref.alloc() : memref<45xf32>
  %c = memref.alloc() : memref<37xf32>
  scf.for %i = %c0 to %c37 step %c1 {
    %v = memref.load %x[%i] : memref<37xf32>
    %w = arith.addf %v, %v : f32
    memref.store %w, %a[%i] : memref<37xf32>
  }
  scf.for %i = %c0 to %c37 step %c1 {
    %j = arith.subi %c36, %i : index
    %v = memref.load %a[%j] : memref<37xf32>
    memref.store %v, %b[%i] : memref<45xf32>
  }
  scf.for %i = %c0 to %c37 step %c1 {
    %j = arith.subi %c36, %i : index
    %v = memref.load %b[%j] : memref<45xf32>
    memref.store %v, %c[%i] : memref<37xf32>
  }
  scf.for %i = %c0 to %c37 step %c1 {
    %v = memref.load %b[%i] : memref<45xf32>
    %w = memref.load %c[%i] : memref<37xf32>
    %r = arith.subf %v, %w : f32
    memref.store %r, %out[%i] : memref<37xf32>
  }
  memref.dealloc %a : memref<37xf32>
  memref.dealloc %b : memref<45xf32>
  memref.dealloc %c : memref<37xf32>
  return
}
