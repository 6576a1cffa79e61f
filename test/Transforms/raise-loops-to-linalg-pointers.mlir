// Loops of C programs, through pointers: dimensions are found in addresses, and what is not known is tested at run time.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true fuse-multiply-add=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true min-iterations=512}))' --split-input-file | FileCheck %s --check-prefix=LEAST

// `a[i * n + k]`: the inner index must stay below n.
// CHECK-LABEL: func.func @linearised(
// CHECK-SAME: %[[N:.*]]: i32, %[[A:.*]]: !llvm.ptr, %[[X:.*]]: !llvm.ptr, %[[Y:.*]]: !llvm.ptr
// CHECK: %[[SIZE:.*]] = arith.index_cast %[[N]] : i32 to index
// CHECK: unrealized_conversion_cast %{{.*}} : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
// CHECK: memref.reinterpret_cast
// CHECK: scf.if
// CHECK: linalg.generic {{.*}} attrs = {lexon.ordered}
// CHECK: math.fma
// CHECK: } else {
// CHECK: llvm.intr.fmuladd
// CHECK: lexon.overlap_test
// LEAST-LABEL: func.func @linearised(
// LEAST: %[[LEAST:.*]] = arith.constant 512 : index
// LEAST: arith.cmpi sge, %{{.*}}, %[[LEAST]] : index
// LEAST: linalg.generic
// LEAST: arith.mulf
// LEAST: arith.addf
func.func @linearised(%n: i32, %a: !llvm.ptr, %x: !llvm.ptr, %y: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i32 to index
  scf.for %i = %c0 to %end step %c1 {
    %iwide = arith.index_cast %i : index to i64
    %i32 = arith.trunci %iwide overflow<nsw> : i64 to i32
    scf.for %k = %c0 to %end step %c1 {
      %kwide = arith.index_cast %k : index to i64
      %k32 = arith.trunci %kwide overflow<nsw> : i64 to i32
      %row = arith.muli %i32, %n overflow<nsw> : i32
      %at = arith.addi %row, %k32 overflow<nsw> : i32
      %at64 = arith.extsi %at : i32 to i64
      %pa = llvm.getelementptr inbounds %a[%at64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load %pa : !llvm.ptr -> f32
      %k64 = arith.extsi %k32 : i32 to i64
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %i64 = arith.extsi %i32 : i32 to i64
      %py = llvm.getelementptr inbounds %y[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
  }
  return
}

// -----

// Static rows, known apart and in bounds: no test. Sizes are static.
// CHECK-LABEL: func.func @rows(
// CHECK-NOT: scf.if
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [8, 16], strides: [64, 1]
// CHECK: linalg.generic
// CHECK-NOT: scf.for
// CHECK: return
// Too few products to be worth while.
// LEAST-LABEL: func.func @rows(
// LEAST-NOT: linalg
// LEAST: return
func.func @rows(%a: !llvm.ptr {llvm.noalias}, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %k = %c0 to %c16 step %c1 {
      %i64 = arith.index_cast %i : index to i64
      %k64 = arith.index_cast %k : index to i64
      %row = llvm.getelementptr inbounds %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<512 x i8>
      %pa = llvm.getelementptr inbounds %row[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      %u = llvm.load %pa : !llvm.ptr -> f64
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      %v = llvm.load %px : !llvm.ptr -> f64
      %py = llvm.getelementptr inbounds %y[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      %w = llvm.load %py : !llvm.ptr -> f64
      %p = arith.mulf %u, %v : f64
      %s = arith.addf %w, %p : f64
      llvm.store %s, %py : f64, !llvm.ptr
    }
  }
  return
}

// -----

// Left alone: an index that wraps in 32 bits.
// CHECK-LABEL: func.func @wraps(
// CHECK-NOT: linalg
// CHECK: return
func.func @wraps(%n: i32, %a: !llvm.ptr {llvm.noalias}, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_castui %n : i32 to index
  scf.for %i = %c0 to %end step %c1 {
    %iwide = arith.index_cast %i : index to i64
    %i32 = arith.trunci %iwide overflow<nuw> : i64 to i32
    scf.for %k = %c0 to %end step %c1 {
      %kwide = arith.index_cast %k : index to i64
      %k32 = arith.trunci %kwide overflow<nuw> : i64 to i32
      %row = arith.muli %i32, %n : i32
      %at = arith.addi %row, %k32 : i32
      %at64 = arith.extui %at : i32 to i64
      %pa = llvm.getelementptr inbounds %a[%at64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load %pa : !llvm.ptr -> f32
      %k64 = arith.extui %k32 : i32 to i64
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %i64 = arith.extui %i32 : i32 to i64
      %py = llvm.getelementptr inbounds %y[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
  }
  return
}

// -----

// Left alone: volatile elements, elements that are not aligned, the product scaled after it is formed, one sum alone.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: linalg
// CHECK: return
func.func @others(%a: !llvm.ptr {llvm.noalias}, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}, %alpha: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %py = llvm.getelementptr inbounds %y[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    scf.for %k = %c0 to %c64 step %c1 {
      %k64 = arith.index_cast %k : index to i64
      %row = llvm.getelementptr inbounds %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<256 x i8>
      %pa = llvm.getelementptr inbounds %row[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load volatile %pa : !llvm.ptr -> f32
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
    scf.for %k = %c0 to %c64 step %c1 {
      %k64 = arith.index_cast %k : index to i64
      %row = llvm.getelementptr inbounds %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<256 x i8>
      %pa = llvm.getelementptr inbounds %row[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load %pa {alignment = 1 : i64} : !llvm.ptr -> f32
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
  }
  scf.for %i = %c0 to %c64 step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %py = llvm.getelementptr inbounds %y[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    scf.for %k = %c0 to %c64 step %c1 {
      %k64 = arith.index_cast %k : index to i64
      %row = llvm.getelementptr inbounds %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<256 x i8>
      %pa = llvm.getelementptr inbounds %row[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load %pa : !llvm.ptr -> f32
      %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %p = arith.mulf %u, %v : f32
      %s = llvm.intr.fmuladd(%p, %alpha, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
  }
  scf.for %k = %c0 to %c64 step %c1 {
    %k64 = arith.index_cast %k : index to i64
    %pa = llvm.getelementptr inbounds %a[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %u = llvm.load %pa : !llvm.ptr -> f32
    %px = llvm.getelementptr inbounds %x[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %px : !llvm.ptr -> f32
    %w = llvm.load %y : !llvm.ptr -> f32
    %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
    llvm.store %s, %y : f32, !llvm.ptr
  }
  return
}

// -----

// Rows of a triangle: row i of `a[i * m + k]` has one dimension and begins at the product of two invariants.
// CHECK-LABEL: func.func @row_of_triangle(
// CHECK-SAME: %[[M:.*]]: i32, %[[N:.*]]: i32, %{{.*}}: !llvm.ptr
// CHECK: scf.for %[[I:[^ ]*]] =
// CHECK-DAG: %[[I64:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK-DAG: %[[M64:.*]] = arith.extsi %[[M]] : i32 to i64
// CHECK: %[[ROW:.*]] = arith.muli %[[I64]], %[[M64]] overflow<nsw> : i64
// CHECK: %[[OFFSET:.*]] = arith.index_cast %[[ROW]] : i64 to index
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [%[[OFFSET]]], sizes: [%{{.*}}], strides: [1]
// CHECK: scf.if
// CHECK: linalg.generic {{.*}} attrs = {lexon.ordered}
// CHECK: } else {
// CHECK: return
func.func @row_of_triangle(%m: i32, %n: i32, %a: !llvm.ptr {llvm.noalias}, %b: !llvm.ptr {llvm.noalias}, %c: !llvm.ptr {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %rows = arith.index_cast %m : i32 to index
  %columns = arith.index_cast %n : i32 to index
  scf.for %i = %c0 to %rows step %c1 {
    %iwide = arith.index_cast %i : index to i64
    scf.for %j = %c0 to %columns step %c1 {
      %jwide = arith.index_cast %j : index to i64
      %nwide = arith.extsi %n : i32 to i64
      %sum = scf.for %k = %c0 to %i step %c1 iter_args(%s = %zero) -> f64 {
        %kwide = arith.index_cast %k : index to i64
        %mwide = arith.extsi %m : i32 to i64
        %row = arith.muli %iwide, %mwide overflow<nsw> : i64
        %at = arith.addi %row, %kwide overflow<nsw> : i64
        %pa = llvm.getelementptr inbounds %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %x = llvm.load %pa : !llvm.ptr -> f64
        %other = arith.muli %kwide, %nwide overflow<nsw> : i64
        %bat = arith.addi %other, %jwide overflow<nsw> : i64
        %pb = llvm.getelementptr inbounds %b[%bat] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %y = llvm.load %pb : !llvm.ptr -> f64
        %next = llvm.intr.fmuladd(%x, %y, %s) : (f64, f64, f64) -> f64
        scf.yield %next : f64
      }
      %first = arith.muli %iwide, %nwide overflow<nsw> : i64
      %cat = arith.addi %first, %jwide overflow<nsw> : i64
      %pc = llvm.getelementptr inbounds %c[%cat] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      llvm.store %sum, %pc : f64, !llvm.ptr
    }
  }
  return
}

// -----

// Left alone: a matrix that begins there has two dimensions, and its rows would not stay inside the first one.
// CHECK-LABEL: func.func @matrix_of_stack(
// CHECK-NOT: linalg
// CHECK: return
func.func @matrix_of_stack(%q: i64, %m: i64, %n: i64, %end: index, %a: !llvm.ptr {llvm.noalias}, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %slice = arith.muli %q, %m overflow<nsw> : i64
  %begin = arith.muli %slice, %n overflow<nsw> : i64
  scf.for %i = %c0 to %end step %c1 {
    %iwide = arith.index_cast %i : index to i64
    scf.for %k = %c0 to %end step %c1 {
      %kwide = arith.index_cast %k : index to i64
      %row = arith.muli %iwide, %n overflow<nsw> : i64
      %at = arith.addi %row, %kwide overflow<nsw> : i64
      %from = arith.addi %begin, %at overflow<nsw> : i64
      %pa = llvm.getelementptr inbounds %a[%from] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %u = llvm.load %pa : !llvm.ptr -> f32
      %px = llvm.getelementptr inbounds %x[%kwide] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %v = llvm.load %px : !llvm.ptr -> f32
      %py = llvm.getelementptr inbounds %y[%iwide] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %w = llvm.load %py : !llvm.ptr -> f32
      %s = llvm.intr.fmuladd(%u, %v, %w) : (f32, f32, f32) -> f32
      llvm.store %s, %py : f32, !llvm.ptr
    }
  }
  return
}
