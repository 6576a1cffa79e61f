// RUN: lexon-opt %s --canonicalize-memrefs --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Dimensions of size 1 and layouts go, of what is only loaded and stored.
// CHECK-LABEL: func.func @unit(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?x4xf32>
//       CHECK:   %[[B:.*]] = memref.alloca() : memref<f32>
//       CHECK:   memref.store %{{.*}}, %[[A]][%{{.*}}, %c3]
//       CHECK:   memref.store %{{.*}}, %[[B]][]
// WHY: memref<1x?x1x4xf32, strided<[1, 8, 8, 2], offset: 3>> is accessed as memref<?x4xf32>
// WHY: memref<1x1xf32> is accessed as memref<f32>
func.func @unit(%n: index, %i: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %a = memref.alloc(%n) {alignment = 64} : memref<1x?x1x4xf32, strided<[1, 8, 8, 2], offset: 3>>
  %b = memref.alloca() : memref<1x1xf32>
  memref.store %x, %a[%c0, %i, %c0, %c3] : memref<1x?x1x4xf32, strided<[1, 8, 8, 2], offset: 3>>
  memref.store %x, %b[%c0, %c0] : memref<1x1xf32>
  %y = memref.load %a[%c0, %i, %c0, %c3] : memref<1x?x1x4xf32, strided<[1, 8, 8, 2], offset: 3>>
  %z = memref.load %b[%c0, %c0] : memref<1x1xf32>
  memref.dealloc %a : memref<1x?x1x4xf32, strided<[1, 8, 8, 2], offset: 3>>
  %r = arith.addf %y, %z : f32
  return %r : f32
}

// -----

// Views and casts are folded into the accesses.
// CHECK-LABEL: func.func @views(
//       CHECK:   %[[A:.*]] = memref.alloc() : memref<8x8xf32>
//   CHECK-NOT:   memref.{{subview|cast|collapse_shape}}
//       CHECK:   memref.load %[[A]]
//       CHECK:   memref.load %[[A]]
func.func @views(%i: index, %x: f32) -> f32 {
  %a = memref.alloc() : memref<8x8xf32>
  memref.store %x, %a[%i, %i] : memref<8x8xf32>
  %cast = memref.cast %a : memref<8x8xf32> to memref<?x8xf32>
  %v = memref.subview %cast[%i, 2] [1, 4] [1, 1] : memref<?x8xf32> to memref<1x4xf32, strided<[8, 1], offset: ?>>
  %c0 = arith.constant 0 : index
  %y = memref.load %v[%c0, %i] : memref<1x4xf32, strided<[8, 1], offset: ?>>
  %all = memref.collapse_shape %a [[0, 1]] : memref<8x8xf32> into memref<64xf32>
  %z = memref.load %all[%i] : memref<64xf32>
  memref.dealloc %a : memref<8x8xf32>
  %r = arith.addf %y, %z : f32
  return %r : f32
}

// -----

// A copy that is only read.
// CHECK-LABEL: func.func @copied(
//       CHECK:   %[[A:.*]] = memref.alloc
//   CHECK-NOT:   memref.alloc
//   CHECK-NOT:   memref.copy
//       CHECK:   memref.load %[[A]]
//       CHECK:   memref.dealloc %[[A]]
//  CHECK-NEXT:   return
// WHY: a copy that is only read is its source
func.func @copied(%i: index, %x: f32) -> f32 {
  %a = memref.alloc() : memref<8xf32>
  memref.store %x, %a[%i] : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  memref.copy %a, %b : memref<8xf32> to memref<8xf32>
  %y = memref.load %b[%i] : memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  memref.dealloc %a : memref<8xf32>
  return %y : f32
}

// -----

// Copies that differ from their sources: written afterwards, freed before, in the next iteration, themselves written.
// CHECK-LABEL: func.func @kept(
// CHECK-COUNT-4:   memref.copy
// WHY-NOT: a copy
func.func @kept(%i: index, %n: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<8xf32>
  memref.store %x, %a[%i] : memref<8xf32>
  %written = memref.alloc() : memref<8xf32>
  memref.copy %a, %written : memref<8xf32> to memref<8xf32>
  memref.store %x, %a[%c0] : memref<8xf32>
  %y0 = memref.load %written[%i] : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  memref.store %x, %b[%i] : memref<8xf32>
  %freed = memref.alloc() : memref<8xf32>
  memref.copy %b, %freed : memref<8xf32> to memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  %y1 = memref.load %freed[%i] : memref<8xf32>
  %c = memref.alloc() : memref<8xf32>
  memref.store %x, %c[%i] : memref<8xf32>
  %once = memref.alloc() : memref<8xf32>
  memref.copy %c, %once : memref<8xf32> to memref<8xf32>
  %y2 = scf.for %k = %c0 to %n step %c1 iter_args(%s = %x) -> f32 {
    %v = memref.load %once[%i] : memref<8xf32>
    %t = arith.addf %s, %v : f32
    memref.store %t, %c[%i] : memref<8xf32>
    scf.yield %t : f32
  }
  %d = memref.alloc() : memref<8xf32>
  memref.store %x, %d[%i] : memref<8xf32>
  %own = memref.alloc() : memref<8xf32>
  memref.copy %d, %own : memref<8xf32> to memref<8xf32>
  memref.store %y2, %own[%c0] : memref<8xf32>
  %y3 = memref.load %own[%i] : memref<8xf32>
  %p = arith.addf %y0, %y1 : f32
  %q = arith.addf %y2, %y3 : f32
  %r = arith.addf %p, %q : f32
  return %r : f32
}
