// RUN: lexon-opt %s --deallocate-buffers --canonicalize --buffer-deallocation-simplification --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --deallocate-buffers --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// WHY: remark: [Passed] deallocated | Category:deallocate-buffers | Remark=temporary
// CHECK-LABEL: func.func @temporary(
//       CHECK:   %[[A:.*]] = memref.alloc
//       CHECK:   bufferization.dealloc
//       CHECK:   return
func.func @temporary(%n: index, %x: f32) {
  %a = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
  return
}
// -----
// Left alone: what is returned belongs to the caller.
// CHECK-LABEL: func.func @returned(
//   CHECK-NOT:   dealloc
//       CHECK:   return %{{.*}} : memref<?xf32>
func.func @returned(%n: index) -> memref<?xf32> {
  %a = memref.alloc(%n) : memref<?xf32>
  return %a : memref<?xf32>
}
// -----
// Left alone, and we say so: the function has a regime of its own.
// WHY: remark: [Missed] deallocated{{.*}}'own' frees memory itself
// CHECK-LABEL: func.func @own(
//       CHECK:   memref.dealloc
//   CHECK-NOT:   dealloc
//       CHECK:   return
func.func @own(%n: index, %x: f32) {
  %a = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
  %b = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%x : f32) outs(%b : memref<?xf32>)
  memref.dealloc %a : memref<?xf32>
  return
}
