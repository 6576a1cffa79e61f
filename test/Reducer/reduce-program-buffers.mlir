// Programs that compute by side effects: buffers become arguments, stores and loops disappear, loops run once.
// RUN: rm -rf %t && mkdir %t && printf '#!/bin/sh\n! grep -q "arith.divf" "$1"\n' > %t/has-div.sh && chmod +x %t/has-div.sh
// RUN: lexon-reduce %s --reduce-program=test=%t/has-div.sh -o %t/small.mlir
// RUN: FileCheck %s < %t/small.mlir
// RUN: lexon-opt %t/small.mlir -o /dev/null

// CHECK-NOT: scf.
// CHECK-NOT: memref.alloc
// CHECK-NOT: @table
// CHECK:     func.func @main(%[[A:.*]]: f32
// CHECK:       arith.divf
// CHECK:       return
// CHECK-NOT: func.func

memref.global "private" constant @table : memref<4xf32> = dense<[1.0, 2.0, 3.0, 5.0]>

func.func @main(%a: memref<?x9xf32>, %out: memref<?x9xf32, strided<[?, 2], offset: ?>>, %go: i1) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %f = arith.constant 0.0 : f32
  %rows = memref.dim %a, %zero : memref<?x9xf32>
  %table = memref.get_global @table : memref<4xf32>
  %t = memref.alloc(%rows) : memref<?x9xf32>
  linalg.fill ins(%f : f32) outs(%t : memref<?x9xf32>)
  %sum = scf.for %i = %zero to %rows step %one iter_args(%acc = %f) -> (f32) {
    %v = memref.load %a[%i, %three] : memref<?x9xf32>
    %w = memref.load %table[%three] : memref<4xf32>
    %s = arith.mulf %v, %w : f32
    %next = arith.addf %acc, %s : f32
    scf.yield %next : f32
  }
  scf.if %go {
    scf.parallel (%i, %j) = (%zero, %zero) to (%rows, %three) step (%one, %one) {
      %v = memref.load %a[%i, %j] : memref<?x9xf32>
      %q = arith.divf %v, %sum : f32
      memref.store %q, %t[%i, %j] : memref<?x9xf32>
      scf.reduce
    }
  } else {
    memref.store %f, %t[%zero, %zero] : memref<?x9xf32>
  }
  memref.copy %t, %out : memref<?x9xf32> to memref<?x9xf32, strided<[?, 2], offset: ?>>
  memref.dealloc %t : memref<?x9xf32>
  return
}
