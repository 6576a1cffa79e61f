// Where every check holds, nothing changes. (Checks that fail: test/Python/runtime/test_checks.py.)
// RUN: lexon-opt %s --guard-assertions --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(guard-assertions)'
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] guarded

func.func @positive_squares(%a: memref<7xf32>, %out: memref<7xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c7 step %c1 {
    %x = memref.load %a[%i] : memref<7xf32>
    %q = arith.mulf %x, %x : f32
    %ok = arith.cmpf oge, %q, %zero : f32
    cf.assert %ok, "a square is negative"
    memref.store %q, %out[%i] : memref<7xf32>
  }
  return
}
func.func @returned(%x: f64) -> f64 {
  %ok = arith.cmpf oeq, %x, %x : f64
  cf.assert %ok, "not a number"
  %y = arith.addf %x, %x : f64
  return %y : f64
}
