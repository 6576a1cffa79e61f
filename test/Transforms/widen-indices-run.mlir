// The same indices, computed wider: of negative and of large ones.
// RUN: lexon-opt %s --widen-indices --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(widen-indices,cse)'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] widened | Category:widen-indices

func.func @stencil(%a: memref<40x8xf32>, %b: memref<40x8xf32>) {
  %c1 = arith.constant 1 : index
  %end = arith.constant 39 : index
  %columns = arith.constant 8 : i32
  %one = arith.constant 1 : i32
  %flat = memref.collapse_shape %a [[0, 1]] : memref<40x8xf32> into memref<320xf32>
  scf.for %row = %c1 to %end step %c1 {
    %wide = arith.index_cast %row : index to i64
    %i = arith.trunci %wide overflow<nsw> : i64 to i32
    %before = arith.subi %i, %one overflow<nsw> : i32
    %start = arith.muli %before, %columns overflow<nsw> : i32
    %behind = arith.addi %i, %one overflow<nsw> : i32
    %next = arith.muli %behind, %columns overflow<nsw> : i32
    %p = arith.index_cast %start : i32 to index
    %q = arith.index_cast %next : i32 to index
    %x = memref.load %flat[%p] : memref<320xf32>
    %y = memref.load %flat[%q] : memref<320xf32>
    %s = arith.addf %x, %y : f32
    %c0 = arith.constant 0 : index
    memref.store %s, %b[%row, %c0] : memref<40x8xf32>
  }
  return
}
