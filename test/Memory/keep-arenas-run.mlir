// RUN: lexon-opt %s --keep-arenas --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(keep-arenas)'
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] kept

// Both have an arena while @inner runs: two arenas are in use at one time, and no element of %out may come from the wrong one.
func.func private @inner(%x: memref<11xf32>, %out: memref<11xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c11 = arith.constant 11 : index
  %arena = memref.alloc() {alignment = 64 : i64, lexon.arena} : memref<44xi8>
  %a = memref.view %arena[%c0][] : memref<44xi8> to memref<11xf32>
  scf.for %i = %c0 to %c11 step %c1 {
    %v = memref.load %x[%i] : memref<11xf32>
    %w = arith.mulf %v, %v : f32
    memref.store %w, %a[%i] : memref<11xf32>
  }
  scf.for %i = %c0 to %c11 step %c1 {
    %v = memref.load %a[%i] : memref<11xf32>
    memref.store %v, %out[%i] : memref<11xf32>
  }
  memref.dealloc %arena : memref<44xi8>
  return
}
func.func @outer(%x: memref<11xf32>, %out: memref<11xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c11 = arith.constant 11 : index
  %arena = memref.alloc() {alignment = 64 : i64, lexon.arena} : memref<128xi8>
  %c64 = arith.constant 64 : index
  %a = memref.view %arena[%c0][] : memref<128xi8> to memref<11xf32>
  %b = memref.view %arena[%c64][] : memref<128xi8> to memref<11xf32>
  memref.copy %x, %a : memref<11xf32> to memref<11xf32>
  func.call @inner(%a, %b) : (memref<11xf32>, memref<11xf32>) -> ()
  func.call @inner(%b, %a) : (memref<11xf32>, memref<11xf32>) -> ()
  scf.for %i = %c0 to %c11 step %c1 {
    %v = memref.load %a[%i] : memref<11xf32>
    %w = memref.load %b[%i] : memref<11xf32>
    %s = arith.subf %v, %w : f32
    memref.store %s, %out[%i] : memref<11xf32>
  }
  memref.dealloc %arena : memref<128xi8>
  return
}
