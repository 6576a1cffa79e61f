// RUN: lexon-opt %s --promote-variables --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(promote-variables)'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] variable

// Two variables that change places, one that a condition sets, and one whose value of the last iteration is used behind the loops.
func.func @mixed(%a: memref<7x9xf32>, %out: memref<7xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %x = memref.alloca() : memref<f32>
  %y = memref.alloca() : memref<f32>
  %largest = memref.alloca() : memref<f32>
  %last = memref.alloca() : memref<f32>
  memref.store %zero, %last[] : memref<f32>
  scf.for %i = %c0 to %c7 step %c1 {
    memref.store %zero, %x[] : memref<f32>
    memref.store %one, %y[] : memref<f32>
    memref.store %zero, %largest[] : memref<f32>
    scf.for %j = %c0 to %c9 step %c1 {
      %e = memref.load %a[%i, %j] : memref<7x9xf32>
      %u = memref.load %x[] : memref<f32>
      %v = memref.load %y[] : memref<f32>
      %w = arith.addf %u, %e : f32
      memref.store %v, %x[] : memref<f32>
      memref.store %w, %y[] : memref<f32>
      %m = memref.load %largest[] : memref<f32>
      %isLarger = arith.cmpf ogt, %e, %m : f32
      scf.if %isLarger {
        memref.store %e, %largest[] : memref<f32>
      }
      memref.store %e, %last[] : memref<f32>
    }
    %u = memref.load %x[] : memref<f32>
    %v = memref.load %y[] : memref<f32>
    %m = memref.load %largest[] : memref<f32>
    %s = arith.subf %u, %v : f32
    %t = arith.mulf %s, %m : f32
    memref.store %t, %out[%i] : memref<7xf32>
  }
  %l = memref.load %last[] : memref<f32>
  %first = memref.load %out[%c0] : memref<7xf32>
  %sum = arith.addf %l, %first : f32
  memref.store %sum, %out[%c0] : memref<7xf32>
  return
}
