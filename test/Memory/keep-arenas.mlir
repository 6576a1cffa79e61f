// RUN: lexon-opt %s --keep-arenas=slots=2 --split-input-file | FileCheck %s
// RUN: lexon-opt %s --keep-arenas --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: not lexon-opt %s --keep-arenas=slots=0 --split-input-file 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: slots must be from 1 to 64

// CHECK-DAG: llvm.func @free(!llvm.ptr)
// CHECK-DAG: llvm.func @aligned_alloc(i64, i64) -> !llvm.ptr
// CHECK-DAG: llvm.mlir.global internal @lexon_arenas_small() {{.*}} : !llvm.array<2 x ptr>
// CHECK-DAG: llvm.mlir.global internal @lexon_arenas_large() {{.*}} : !llvm.array<2 x ptr>

// CHECK-LABEL: func.func @small(
//       CHECK:   %[[CACHE:.+]] = llvm.mlir.addressof @lexon_arenas_small
//       CHECK:   %[[BYTES:.+]] = llvm.mlir.constant(99 : i64)
//       CHECK:   %[[ALIGNMENT:.+]] = llvm.mlir.constant(128 : i64)
//       CHECK:   %[[MEMORY:.+]] = llvm.call @lexon_take_arena(%[[CACHE]], %[[BYTES]], %[[ALIGNMENT]])
//       CHECK:   cf.assert %{{.+}}, "out of memory: 'small' needs 99 bytes for intermediate results"
//       CHECK:   %[[ARENA:.+]] = builtin.unrealized_conversion_cast %{{.+}} to memref<99xi8>
//       CHECK:   memref.store %{{.+}}, %[[ARENA]]
//   CHECK-NOT:   memref.dealloc
//       CHECK:   llvm.call @lexon_give_arena(%[[CACHE]], %[[MEMORY]])
// WHY: remark: [Passed] kept | Category:keep-arenas | Remark=small, bytes=99
func.func @small(%x: i8, %i: index) {
  %arena = memref.alloc() {alignment = 128 : i64, lexon.arena} : memref<99xi8>
  memref.store %x, %arena[%i] : memref<99xi8>
  memref.dealloc %arena : memref<99xi8>
  return
}

// Large enough for huge pages.
// CHECK-LABEL: func.func @large(
//       CHECK:   llvm.mlir.constant(2097152 : i64)
//       CHECK:   llvm.mlir.constant(2097152 : i64)
// WHY: remark: [Passed] kept | {{.*}}large, bytes=2097152
func.func @large() {
  %arena = memref.alloc() {alignment = 64 : i64, lexon.arena} : memref<2097152xi8>
  memref.dealloc %arena : memref<2097152xi8>
  return
}

// An exchange per slot, then memory; nothing of it in the functions above.
// CHECK-LABEL: llvm.func internal @lexon_take_arena(
//  CHECK-SAME:   no_inline
// CHECK-COUNT-2: llvm.atomicrmw xchg {{.*}} acq_rel
//   CHECK-NOT:   atomicrmw
//       CHECK:   llvm.call @aligned_alloc
// CHECK-LABEL: llvm.func internal @lexon_give_arena(
// CHECK-COUNT-2: llvm.cmpxchg {{.*}} release monotonic
//   CHECK-NOT:   cmpxchg
//       CHECK:   llvm.call @free
// CHECK-LABEL: llvm.func internal @lexon_free_arenas(
// CHECK-COUNT-4: llvm.call @free
//       CHECK: llvm.mlir.global_dtors dtors = [@lexon_free_arenas]

// -----

// Left alone: not an arena, not freed here, freed elsewhere, not bytes.
// CHECK-LABEL: func.func @left_alone(
//   CHECK-NOT:   lexon_take_arena
// CHECK-COUNT-4: memref.alloc()
//   CHECK-NOT: global_dtors
// WHY-COUNT-3: remark: [Missed] kept | {{.*}}no static number of bytes that are freed once, where they are allocated
func.func @left_alone(%ok: i1) {
  %plain = memref.alloc() : memref<99xi8>
  memref.dealloc %plain : memref<99xi8>
  %kept = memref.alloc() {lexon.arena} : memref<99xi8>
  %elsewhere = memref.alloc() {lexon.arena} : memref<98xi8>
  scf.if %ok {
    memref.dealloc %elsewhere : memref<98xi8>
  }
  %floats = memref.alloc() {lexon.arena} : memref<99xf32>
  memref.dealloc %floats : memref<99xf32>
  return
}

// -----

// WHY: remark: [Missed] kept | {{.*}}the program has an 'aligned_alloc' or 'free' of its own
// CHECK-LABEL: func.func @own_free(
//   CHECK-NOT:   lexon_take_arena
func.func private @free(memref<1xi8>)
func.func @own_free() {
  %arena = memref.alloc() {lexon.arena} : memref<99xi8>
  memref.dealloc %arena : memref<99xi8>
  return
}
