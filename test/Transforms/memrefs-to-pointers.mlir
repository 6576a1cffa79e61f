// RUN: lexon-opt %s --memrefs-to-pointers --split-input-file | FileCheck %s

// One getelementptr for each dimension; what is loaded keeps its alias tags.
#root = #llvm.tbaa_root<id = "Simple C/C++ TBAA">
#char = #llvm.tbaa_type_desc<id = "omnipotent char", members = {<#root, 0>}>
#double = #llvm.tbaa_type_desc<id = "double", members = {<#char, 0>}>
#tag = #llvm.tbaa_tag<base_type = #double, access_type = #double, offset = 0>
// CHECK-LABEL: func.func @fixed(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr, %[[I:.*]]: i64, %[[J:.*]]: index
// CHECK-NEXT: %[[ROW:.*]] = llvm.getelementptr inbounds %[[P]][%[[I]]] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<20 x f64>
// CHECK-NEXT: %[[COLUMN:.*]] = arith.index_cast %[[J]] : index to i64
// CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr inbounds %[[ROW]][%[[COLUMN]]] : (!llvm.ptr, i64) -> !llvm.ptr, f64
// CHECK-NEXT: %[[X:.*]] = llvm.load %[[AT]] {tbaa = [#{{.*}}]} : !llvm.ptr -> f64
// CHECK-NEXT: return %[[X]]
func.func @fixed(%p: !llvm.ptr, %i: i64, %j: index) -> f64 {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<10x20xf64>
  %row = arith.index_cast %i : i64 to index
  %x = memref.load %a[%row, %j] {llvm.tbaa = [#tag]} : memref<10x20xf64>
  return %x : f64
}

// -----

// Rows of a length that is known at run time; an affine map.
// CHECK-LABEL: func.func @variable(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr, %[[N:.*]]: i64, %[[M:.*]]: i64, %[[V:.*]]: i8
// CHECK: affine.for %[[K:.*]] = 0 to 7
// CHECK: %[[NEXT:.*]] = arith.addi %[[K]], %{{.*}} : index
// CHECK: %[[WIDE:.*]] = arith.index_cast %[[NEXT]] : index to i64
// CHECK: %[[LENGTH:.*]] = arith.muli %[[M]], %{{.*}} overflow<nuw> : i64
// CHECK: %[[STEPS:.*]] = arith.muli %[[WIDE]], %[[LENGTH]] overflow<nsw> : i64
// CHECK: llvm.getelementptr inbounds %[[P]][%[[STEPS]]] : (!llvm.ptr, i64) -> !llvm.ptr, i8
// CHECK: llvm.getelementptr inbounds %{{.*}}[%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<3 x i8>
// CHECK: llvm.store %[[V]], %{{.*}} : i8, !llvm.ptr
// CHECK-NOT: unrealized_conversion_cast
func.func @variable(%p: !llvm.ptr, %n: i64, %m: i64, %v: i8) {
  %rows = arith.index_cast %n : i64 to index
  %columns = arith.index_cast %m : i64 to index
  %a = builtin.unrealized_conversion_cast %p, %rows, %columns : !llvm.ptr, index, index to memref<?x?x3xi8>
  affine.for %k = 0 to 7 {
    affine.store %v, %a[%k + 1, 5, 2] : memref<?x?x3xi8>
  }
  return
}

// -----

// Other uses get a memref with a descriptor; a store of the memref itself is one of these.
// CHECK-LABEL: func.func @whole(
// CHECK: %[[MEMORY:.*]] = builtin.unrealized_conversion_cast %{{.*}} : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
// CHECK: %[[A:.*]] = memref.reinterpret_cast %[[MEMORY]] to offset: [0], sizes: [%{{.*}}, 4], strides: [4, 1] : memref<f32> to memref<?x4xf32>
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%[[A]] : memref<?x4xf32>)
// CHECK: llvm.load
func.func @whole(%p: !llvm.ptr, %n: index, %zero: f32) -> f32 {
  %a = builtin.unrealized_conversion_cast %p, %n : !llvm.ptr, index to memref<?x4xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<?x4xf32>)
  %x = memref.load %a[%n, %n] : memref<?x4xf32>
  return %x : f32
}

// -----

// Memrefs of their own, and casts that are no views of a pointer, stay.
// CHECK-LABEL: func.func @others(
// CHECK: memref.load %{{.*}}[%{{.*}}] : memref<8xf32>
// CHECK: memref.load %{{.*}}[%{{.*}}] : memref<?xf32, strided<[2]>>
// CHECK: memref.load %{{.*}}[%{{.*}}] : memref<?xf32>
func.func @others(%own: memref<8xf32>, %p: !llvm.ptr, %i: index) -> (f32, f32, f32) {
  %strided = builtin.unrealized_conversion_cast %p, %i : !llvm.ptr, index to memref<?xf32, strided<[2]>>
  %unsized = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = memref.load %own[%i] : memref<8xf32>
  %y = memref.load %strided[%i] : memref<?xf32, strided<[2]>>
  %z = memref.load %unsized[%i] : memref<?xf32>
  return %x, %y, %z : f32, f32, f32
}
