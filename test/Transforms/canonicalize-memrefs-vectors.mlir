// RUN: lexon-opt %s --canonicalize-memrefs --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Vectors: what is one becomes a memref, a matrix in one allocation does not.

// a[i + j - 1]: a window.
// CHECK-LABEL: func.func @window(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
//       CHECK:   memref.load %[[A]]
//       CHECK:   return
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func @window(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %n, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %c1 = arith.constant 1 : i64
  %sum = arith.addi %i, %j : i64
  %at = arith.subi %sum, %c1 : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// a[3 * i + 2].
// CHECK-LABEL: func.func @every_third(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
//       CHECK:   memref.load %[[A]]
//       CHECK:   return
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func @every_third(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %n, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %c3 = arith.constant 3 : i64
  %c2 = arith.constant 2 : i64
  %by = arith.muli %i, %c3 : i64
  %at = arith.addi %by, %c2 : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// a[i * n + j]: raise-loops-to-linalg reads that from a pointer, whose dimensions it can tell.
// CHECK-LABEL: func.func @matrix(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays a pointer: accessed as an array of more dimensions
func.func private @malloc(i64) -> !llvm.ptr
func.func @matrix(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %n, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %row = arith.muli %i, %n : i64
  %at = arith.addi %row, %j : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// A vector that is looked at in groups, too.
// CHECK-LABEL: func.func @groups(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
//       CHECK:   memref.load %[[A]]
//       CHECK:   return
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func @groups(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %n, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %row = arith.muli %i, %n : i64
  %at = arith.addi %row, %j : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %f = llvm.getelementptr %a[%j] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %x, %f : f32, !llvm.ptr
  return %x : f32
}

// -----

// A matrix that is filled as a vector: its size is a product.
// CHECK-LABEL: func.func @filled_matrix(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays a pointer: accessed as an array of more dimensions
func.func private @malloc(i64) -> !llvm.ptr
func.func @filled_matrix(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %square, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %row = arith.muli %i, %n : i64
  %at = arith.addi %row, %j : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %f = llvm.getelementptr %a[%j] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %x, %f : f32, !llvm.ptr
  return %x : f32
}

// -----

// a[100 * i + j].
// CHECK-LABEL: func.func @matrix_of_constant_width(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays a pointer: accessed as an array of more dimensions
func.func private @malloc(i64) -> !llvm.ptr
func.func @matrix_of_constant_width(%n: i64, %i: i64, %j: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %square = arith.muli %n, %n : i64
  %bytes = arith.muli %n, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %c100 = arith.constant 100 : i64
  %row = arith.muli %i, %c100 : i64
  %at = arith.addi %row, %j : i64
  %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}
