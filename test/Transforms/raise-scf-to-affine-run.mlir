// A triangle over odd sizes and a quotient, computed as C does; then the same program, element by element, to the bit.
// RUN: lexon-opt %s --raise-scf-to-affine --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --pass-pipeline='builtin.module(raise-scf-to-affine)' --bound=0
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] loop
// CHECK-COUNT-3: remark: [Passed] access

func.func @triangle(%a: memref<13x29xf32>, %b: memref<13x29xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c13 = arith.constant 13 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  scf.for %i = %c0 to %c13 step %c1 {
    %i32 = arith.index_cast %i : index to i32
    %twice = arith.muli %i32, %two overflow<nsw> : i32
    %past = arith.addi %twice, %one overflow<nsw> : i32
    %end = arith.index_cast %past : i32 to index
    scf.for %j = %c0 to %end step %c3 {
      %half = arith.divsi %j, %c3 : index
      %v = memref.load %a[%i, %half] : memref<13x29xf32>
      %w = memref.load %b[%i, %j] : memref<13x29xf32>
      %sum = arith.addf %v, %w : f32
      memref.store %sum, %b[%i, %j] : memref<13x29xf32>
    }
  }
  return
}
