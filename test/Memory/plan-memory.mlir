// RUN: lexon-opt %s --plan-memory=stack-bytes=64 --allow-unregistered-dialect --split-input-file | FileCheck %s
// RUN: lexon-opt %s --plan-memory=stack-bytes=64 --allow-unregistered-dialect --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: not lexon-opt %s --plan-memory=alignment=48 --allow-unregistered-dialect --split-input-file 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: alignment must be a power of two

// %a and %c never live together and share; %b lives with both. Places are multiples of 64.
// CHECK-LABEL: func.func @chain(
//       CHECK:   %[[ARENA:.+]] = memref.alloc() {alignment = 64 : i64, lexon.arena} : memref<220xi8>
//   CHECK-NOT:   memref.alloc
//       CHECK:   %[[A:.+]] = arith.constant 0 : index
//       CHECK:   memref.view %[[ARENA]][%[[A]]][] : memref<220xi8> to memref<40xf32>
//       CHECK:   %[[B:.+]] = arith.constant 192 : index
//       CHECK:   memref.view %[[ARENA]][%[[B]]][] : memref<220xi8> to memref<7xf32>
//       CHECK:   %[[C:.+]] = arith.constant 0 : index
//       CHECK:   memref.view %[[ARENA]][%[[C]]][] : memref<220xi8> to memref<5xf64>
//       CHECK:   memref.dealloc %[[ARENA]] : memref<220xi8>
//   CHECK-NOT:   memref.dealloc
//       CHECK:   return
// WHY: remark: [Passed] arena | Category:plan-memory | {{.*}}buffers=3, bytes=220, live=188, sum=228
func.func @chain(%x: memref<f32>) {
  %a = memref.alloc() : memref<40xf32>
  "test.use"(%x, %a) : (memref<f32>, memref<40xf32>) -> ()
  %b = memref.alloc() : memref<7xf32>
  "test.use"(%a, %b) : (memref<40xf32>, memref<7xf32>) -> ()
  %c = memref.alloc() : memref<5xf64>
  "test.use"(%b, %c) : (memref<7xf32>, memref<5xf64>) -> ()
  memref.dealloc %a : memref<40xf32>
  memref.dealloc %b : memref<7xf32>
  memref.dealloc %c : memref<5xf64>
  return
}

// -----

// A buffer lives as long as its views; one that is used in a loop, through all of it. The loop's own buffer shares
// with what comes later.
// CHECK-LABEL: func.func @views_and_loops(
//       CHECK:   memref.alloc() {alignment = 64 : i64, lexon.arena} : memref<512xi8>
//   CHECK-DAG:   memref.view %{{.+}} : memref<512xi8> to memref<8x8xf32>
//   CHECK-DAG:   memref.view %{{.+}} : memref<512xi8> to memref<64xf32>
//   CHECK-DAG:   memref.view %{{.+}} : memref<512xi8> to memref<32xf64>
// WHY: remark: [Passed] arena | {{.*}}buffers=3, bytes=512, live=512, sum=768
func.func @views_and_loops(%lower: index, %upper: index, %step: index) {
  %outer = memref.alloc() : memref<8x8xf32>
  %slice = memref.subview %outer[2, 0] [3, 8] [1, 1] : memref<8x8xf32> to memref<3x8xf32, strided<[8, 1], offset: 16>>
  scf.for %i = %lower to %upper step %step {
    %inner = memref.alloc() : memref<64xf32>
    "test.use"(%inner) : (memref<64xf32>) -> ()
    "test.use"(%slice) : (memref<3x8xf32, strided<[8, 1], offset: 16>>) -> ()
    memref.dealloc %inner : memref<64xf32>
  }
  %after = memref.alloc() : memref<32xf64>
  "test.use"(%after, %slice) : (memref<32xf64>, memref<3x8xf32, strided<[8, 1], offset: 16>>) -> ()
  memref.dealloc %after : memref<32xf64>
  memref.dealloc %outer : memref<8x8xf32>
  return
}

// -----

// Few bytes: on the stack. An alignment that is asked for is kept.
// CHECK-LABEL: func.func @small(
//       CHECK:   memref.alloca() {alignment = 128 : i64} : memref<52xi8>
//   CHECK-NOT:   memref.dealloc
//       CHECK:   return
func.func @small() {
  %a = memref.alloc() {alignment = 128 : i64} : memref<13xf32>
  "test.use"(%a) : (memref<13xf32>) -> ()
  memref.dealloc %a : memref<13xf32>
  return
}

// -----

// Freed on one way only, as before a check that may fail: the arena is freed on both.
// CHECK-LABEL: func.func @freed_inside(
//       CHECK:   %[[ARENA:.+]] = memref.alloc() {{.*}}lexon.arena
//       CHECK:   scf.if
//   CHECK-NOT:     dealloc
//       CHECK:   }
//       CHECK:   memref.dealloc %[[ARENA]]
//       CHECK:   return
func.func @freed_inside(%ok: i1) {
  %a = memref.alloc() : memref<99xf32>
  scf.if %ok {
    "test.use"(%a) : (memref<99xf32>) -> ()
    memref.dealloc %a : memref<99xf32>
  }
  return
}

// -----

// Buffers of threads are a plan of their own, on each thread's stack; too many bytes for that stay where they were.
// CHECK-LABEL: func.func @threads(
//   CHECK-NOT:   memref.alloc
//       CHECK:   omp.parallel
//       CHECK:     %[[OWN:.+]] = memref.alloca() {alignment = 64 : i64} : memref<60xi8>
//       CHECK:     omp.loop_nest
//       CHECK:       memref.view %[[OWN]]
//   CHECK-NOT:       memref.dealloc
//       CHECK:   omp.parallel
//       CHECK:       memref.alloc() : memref<17xf32>
//       CHECK:       memref.dealloc
// WHY: remark: [Missed] buffer | Category:plan-memory | {{.*}}a thread's buffers exceed stack-bytes
func.func @threads(%lower: index, %upper: index, %step: index) {
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%lower) to (%upper) step (%step) {
        %a = memref.alloc() : memref<15xf32>
        "test.use"(%a) : (memref<15xf32>) -> ()
        memref.dealloc %a : memref<15xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%lower) to (%upper) step (%step) {
        %a = memref.alloc() : memref<17xf32>
        "test.use"(%a) : (memref<17xf32>) -> ()
        memref.dealloc %a : memref<17xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// Left alone: dynamic sizes, layouts, memory spaces; what is returned, stored, freed under another name, never freed,
// handed on as a pointer; empty buffers.
// CHECK-LABEL: func.func @left_alone(
//   CHECK-NOT:   lexon.arena
//   CHECK-NOT:   memref.view
//       CHECK:   return
// WHY-DAG: remark: [Missed] buffer | {{.*}}its size is unknown or too large, or it has a layout or a memory space
// WHY-DAG: remark: [Missed] buffer | {{.*}}'memref.store' may keep or free it
// WHY-DAG: remark: [Missed] buffer | {{.*}}it is freed under another name
// WHY-DAG: remark: [Missed] buffer | {{.*}}it is not freed here
// WHY-DAG: remark: [Missed] buffer | {{.*}}'memref.extract_aligned_pointer_as_index' may keep or free it
// WHY-DAG: remark: [Missed] buffer | {{.*}}'test.view' may keep or free it
// WHY-DAG: remark: [Missed] buffer | {{.*}}'func.return' may keep or free it
// WHY-DAG: remark: [Missed] buffer | {{.*}}it is empty
func.func @left_alone(%n: index, %place: memref<memref<99xf32>>) -> memref<99xf32> {
  %dynamic = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %dynamic : memref<?xf32>
  %layout = memref.alloc() : memref<99xf32, strided<[2]>>
  memref.dealloc %layout : memref<99xf32, strided<[2]>>
  %elsewhere = memref.alloc() : memref<99xf32, 3>
  memref.dealloc %elsewhere : memref<99xf32, 3>
  %huge = memref.alloc() : memref<4611686018427387904x4xf32>
  memref.dealloc %huge : memref<4611686018427387904x4xf32>
  %stored = memref.alloc() : memref<99xf32>
  memref.store %stored, %place[] : memref<memref<99xf32>>
  memref.dealloc %stored : memref<99xf32>
  %renamed = memref.alloc() : memref<99xf32>
  %cast = memref.cast %renamed : memref<99xf32> to memref<?xf32>
  memref.dealloc %cast : memref<?xf32>
  %kept = memref.alloc() : memref<99xf32>
  "test.use"(%kept) : (memref<99xf32>) -> ()
  %pointed = memref.alloc() : memref<99xf32>
  %pointer = memref.extract_aligned_pointer_as_index %pointed : memref<99xf32> -> index
  memref.dealloc %pointed : memref<99xf32>
  %seen = memref.alloc() : memref<99xf32>
  %view = "test.view"(%seen) : (memref<99xf32>) -> memref<99xf32>
  memref.dealloc %seen : memref<99xf32>
  %empty = memref.alloc() : memref<0x7xf32>
  memref.dealloc %empty : memref<0x7xf32>
  %result = memref.alloc() : memref<99xf32>
  return %result : memref<99xf32>
}

// -----

// Left alone: where order in the program is not order in time.
// CHECK-LABEL: func.func @other_orders(
//   CHECK-NOT:   lexon.arena
//       CHECK:   return
// WHY-DAG: remark: [Missed] buffer | {{.*}}a task uses it
// WHY-DAG: remark: [Missed] buffer | {{.*}}it is inside 'scf.parallel'
func.func @other_orders(%lower: index, %upper: index, %step: index) {
  %a = memref.alloc() : memref<99xf32>
  omp.task {
    "test.use"(%a) : (memref<99xf32>) -> ()
    omp.terminator
  }
  memref.dealloc %a : memref<99xf32>
  scf.parallel (%i) = (%lower) to (%upper) step (%step) {
    %b = memref.alloc() : memref<99xf32>
    "test.use"(%b) : (memref<99xf32>) -> ()
    memref.dealloc %b : memref<99xf32>
  }
  return
}

// -----

// WHY: remark: [Missed] buffer | {{.*}}it is in unstructured control flow
// CHECK-LABEL: func.func @blocks(
//   CHECK-NOT:   lexon.arena
//       CHECK:   return
func.func @blocks(%ok: i1) {
  %a = memref.alloc() : memref<99xf32>
  cf.cond_br %ok, ^use, ^end
^use:
  "test.use"(%a) : (memref<99xf32>) -> ()
  cf.br ^end
^end:
  memref.dealloc %a : memref<99xf32>
  return
}

// -----

// A tile is a value of registers: it does not keep the buffer that it was loaded from.
// CHECK-LABEL: func.func @tiles(
//       CHECK:   memref.alloc() {{.*}}lexon.arena
//   CHECK-NOT:   memref.alloc
//       CHECK:   amx.tile_load
//       CHECK:   return
func.func @tiles(%x: memref<16x32xbf16>) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<16x32xbf16>
  "test.fill"(%x) : (memref<16x32xbf16>) -> ()
  %t = amx.tile_load %a[%c0, %c0] : memref<16x32xbf16> into !amx.tile<16x32xbf16>
  amx.tile_store %x[%c0, %c0], %t : memref<16x32xbf16>, !amx.tile<16x32xbf16>
  memref.dealloc %a : memref<16x32xbf16>
  return
}
