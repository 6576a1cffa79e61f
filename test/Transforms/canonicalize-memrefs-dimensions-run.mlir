// With their dimensions, without those of size 1, without views and copies: every bit stays.
// RUN: lexon-opt %s --canonicalize-memrefs --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(canonicalize-memrefs)'
// CHECK: is accessed as memref<?x?xf32>
// CHECK: is accessed as memref<?x5x3xf32>
// CHECK: is accessed as memref<?x?xf32>
// CHECK: a copy that is only read is its source
// CHECK: is accessed as memref<?x6xf32>
// REQUIRES: python

// A transposed copy, the diagonal, and what lies left of it.
func.func @matrix(%in: memref<?x?xf32>, %out: memref<?x?xf32>) {
  %cst = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %in, %c0 : memref<?x?xf32>
  %n = memref.dim %in, %c1 : memref<?x?xf32>
  %wide = arith.addi %n, %c1 : index
  %size = arith.muli %m, %wide : index
  %a = memref.alloc(%size) : memref<?xf32>
  scf.for %i = %c0 to %m step %c1 {
    %row = arith.muli %i, %wide : index
    memref.store %cst, %a[%row] : memref<?xf32>
    scf.for %j = %c0 to %n step %c1 {
      %x = memref.load %in[%i, %j] : memref<?x?xf32>
      %at = arith.addi %row, %j : index
      %next = arith.addi %at, %c1 : index
      memref.store %x, %a[%next] : memref<?xf32>
    }
  }
  %rows = memref.dim %out, %c0 : memref<?x?xf32>
  %columns = memref.dim %out, %c1 : memref<?x?xf32>
  %mc = arith.minsi %rows, %m : index
  %nc = arith.minsi %columns, %n : index
  scf.for %i = %c0 to %mc step %c1 {
    scf.for %j = %c0 to %nc step %c1 {
      %row = arith.muli %i, %wide : index
      %reversed = arith.subi %n, %j : index
      %at = arith.addi %row, %reversed : index
      %left = arith.addi %row, %j : index
      %x = memref.load %a[%at] : memref<?xf32>
      %y = memref.load %a[%left] : memref<?xf32>
      %z = arith.subf %x, %y : f32
      memref.store %z, %out[%i, %j] : memref<?x?xf32>
    }
  }
  memref.dealloc %a : memref<?xf32>
  return
}

func.func @three(%in: memref<?xf32>, %out: memref<15xf32>) {
  %cst = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c15 = arith.constant 15 : index
  %m = memref.dim %in, %c0 : memref<?xf32>
  %size = arith.muli %m, %c15 : index
  %a = memref.alloca(%size) : memref<?xf32>
  scf.for %i = %c0 to %m step %c1 {
    %x = memref.load %in[%i] : memref<?xf32>
    scf.for %j = %c0 to %c5 step %c1 {
      scf.for %k = %c0 to %c3 step %c1 {
        %p = arith.muli %i, %c15 : index
        %q = arith.muli %j, %c3 : index
        %pq = arith.addi %p, %q : index
        %at = arith.addi %pq, %k : index
        %c = arith.index_cast %at : index to i32
        %f = arith.sitofp %c : i32 to f32
        %y = arith.addf %f, %x : f32
        memref.store %y, %a[%at] : memref<?xf32>
      }
    }
  }
  scf.for %j = %c0 to %c5 step %c1 {
    scf.for %k = %c0 to %c3 step %c1 {
      %sum = scf.for %i = %c0 to %m step %c1 iter_args(%s = %cst) -> f32 {
        %p = arith.muli %i, %c15 : index
        %q = arith.muli %j, %c3 : index
        %pq = arith.addi %p, %q : index
        %back = arith.subi %c2, %k : index
        %at = arith.addi %pq, %back : index
        %y = memref.load %a[%at] : memref<?xf32>
        %t = arith.addf %s, %y : f32
        scf.yield %t : f32
      }
      %q = arith.muli %j, %c3 : index
      %to = arith.addi %q, %k : index
      memref.store %sum, %out[%to] : memref<15xf32>
    }
  }
  return
}

// A window in tiles: columns ii to min(n, ii + 4).
func.func @tiled(%in: memref<?x?xf32>, %out: memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %m = memref.dim %in, %c0 : memref<?x?xf32>
  %n = memref.dim %in, %c1 : memref<?x?xf32>
  %size = arith.muli %m, %n : index
  %a = memref.alloc(%size) : memref<?xf32>
  scf.for %jj = %c0 to %n step %c4 {
    %after = arith.addi %jj, %c4 : index
    %end = arith.minsi %n, %after : index
    scf.for %i = %c0 to %m step %c1 {
      scf.for %j = %jj to %end step %c1 {
        %x = memref.load %in[%i, %j] : memref<?x?xf32>
        %y = arith.mulf %x, %x : f32
        %row = arith.muli %i, %n : index
        %at = arith.addi %row, %j : index
        memref.store %y, %a[%at] : memref<?xf32>
      }
    }
  }
  %rows = memref.dim %out, %c0 : memref<?x?xf32>
  %columns = memref.dim %out, %c1 : memref<?x?xf32>
  %mc = arith.minsi %rows, %m : index
  %nc = arith.minsi %columns, %n : index
  scf.for %i = %c0 to %mc step %c1 {
    scf.for %j = %c0 to %nc step %c1 {
      %row = arith.muli %i, %n : index
      %at = arith.addi %row, %j : index
      %y = memref.load %a[%at] : memref<?xf32>
      memref.store %y, %out[%i, %j] : memref<?x?xf32>
    }
  }
  memref.dealloc %a : memref<?xf32>
  return
}

// Dimensions of size 1, a layout, a view, and a copy.
func.func @shapes(%in: memref<?x6xf32>, %out: memref<?x6xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %m = memref.dim %in, %c0 : memref<?x6xf32>
  %rows = memref.dim %out, %c0 : memref<?x6xf32>
  %mc = arith.minsi %rows, %m : index
  %a = memref.alloc(%m) : memref<1x?x1x6xf32>
  scf.for %i = %c0 to %m step %c1 {
    %row = memref.subview %a[0, %i, 0, 0] [1, 1, 1, 6] [1, 1, 1, 1] : memref<1x?x1x6xf32> to memref<6xf32, strided<[1], offset: ?>>
    scf.for %j = %c0 to %c6 step %c1 {
      %x = memref.load %in[%i, %j] : memref<?x6xf32>
      %y = arith.addf %x, %x : f32
      memref.store %y, %row[%j] : memref<6xf32, strided<[1], offset: ?>>
    }
  }
  %b = memref.alloc(%m) : memref<1x?x1x6xf32>
  memref.copy %a, %b : memref<1x?x1x6xf32> to memref<1x?x1x6xf32>
  scf.for %i = %c0 to %mc step %c1 {
    scf.for %j = %c0 to %c6 step %c1 {
      %y = memref.load %b[%c0, %i, %c0, %j] : memref<1x?x1x6xf32>
      memref.store %y, %out[%i, %j] : memref<?x6xf32>
    }
  }
  memref.dealloc %a : memref<1x?x1x6xf32>
  memref.dealloc %b : memref<1x?x1x6xf32>
  return
}
