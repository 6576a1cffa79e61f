// RUN: lexon-opt %s --canonicalize-memrefs --cse --split-input-file | FileCheck %s
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Linearised indices get their dimensions where the loops prove them.

// a[i * n + j].
// CHECK-LABEL: func.func @matrix(
//  CHECK-SAME:   %[[M:[^:]*]]: index, %[[N:[^:]*]]: index
//       CHECK:   %[[A:.*]] = memref.alloc(%[[M]], %[[N]]) : memref<?x?xf32>
//       CHECK:   scf.for %[[I:.*]] =
//       CHECK:     scf.for %[[J:.*]] =
//       CHECK:       memref.store %{{.*}}, %[[A]][%[[I]], %[[J]]]
// WHY: remark: [Passed] shape | Category:canonicalize-memrefs{{.*}}memref<?xf32> is accessed as memref<?x?xf32>
func.func @matrix(%m: index, %n: index, %x: f32) -> memref<2xindex> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = arith.muli %m, %n : index
  %a = memref.alloc(%size) : memref<?xf32>
  %sizes = memref.alloc() : memref<2xindex>
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %row = arith.muli %i, %n : index
      %at = arith.addi %row, %j : index
      memref.store %x, %a[%at] : memref<?xf32>
    }
  }
  memref.dealloc %a : memref<?xf32>
  return %sizes : memref<2xindex>
}

// -----

// Three dimensions, the inner ones constant; a reversed index, a shifted one, and the size.
// CHECK-LABEL: func.func @three(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}) : memref<?x16x8xf32>
//       CHECK:   scf.for %[[I:.*]] =
//       CHECK:     scf.for %[[J:.*]] =
//       CHECK:       scf.for %[[K:.*]] =
//       CHECK:         memref.load %[[A]][%[[I]], %[[J]], %{{.*}}]
//       CHECK:         memref.store %{{.*}}, %[[A]][%[[I]], %{{.*}}, %[[K]]]
//       CHECK:   %[[SIZE:.*]] = arith.muli %{{.*}}, %c128
//       CHECK:   return %[[SIZE]]
// WHY: memref<?xf32> is accessed as memref<?x16x8xf32>
func.func @three(%m: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %c15 = arith.constant 15 : index
  %c128 = arith.constant 128 : index
  %size = arith.muli %m, %c128 : index
  %a = memref.alloc(%size) : memref<?xf32>
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %c15 step %c1 {
      scf.for %k = %c0 to %c8 step %c1 {
        %x = arith.muli %i, %c128 : index
        %y = arith.muli %j, %c8 : index
        %xy = arith.addi %x, %y : index
        %back = arith.subi %c7, %k : index
        %at = arith.addi %xy, %back : index
        %v = memref.load %a[%at] : memref<?xf32>
        %xyk = arith.addi %xy, %k : index
        %next = arith.addi %xyk, %c8 : index
        memref.store %v, %a[%next] : memref<?xf32>
      }
    }
  }
  %dim = memref.dim %a, %c0 : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return %dim : index
}

// -----

// A border around: (m + 1) * (n + 1) elements. The diagonal; a triangle; j from 1 and j - 1.
// CHECK-LABEL: func.func @bordered(
//       CHECK:   %[[N1:.*]] = arith.addi %{{.*}}, %c1
//       CHECK:   memref.alloc(%[[N1]], %[[N1]]) : memref<?x?xf64>
//       CHECK:   memref.store %{{.*}}[%[[I:.*]], %[[I]]]
//       CHECK:   scf.for %[[J:.*]] = %c1 to %{{.*}}
//       CHECK:     memref.load %{{.*}}[%[[I]], %{{.*}}]
//       CHECK:     memref.store %{{.*}}[%[[I]], %[[J]]]
// WHY: memref<?xf64> is accessed as memref<?x?xf64>
func.func @bordered(%n: index, %x: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %wide = arith.addi %n, %c1 : index
  %size = arith.muli %wide, %wide : index
  %a = memref.alloc(%size) : memref<?xf64>
  scf.for %i = %c0 to %n step %c1 {
    %row = arith.muli %i, %wide : index
    %diagonal = arith.addi %row, %i : index
    memref.store %x, %a[%diagonal] : memref<?xf64>
    %end = arith.addi %i, %c1 : index
    scf.for %j = %c1 to %end step %c1 {
      %at = arith.addi %row, %j : index
      %before = arith.subi %at, %c1 : index
      %v = memref.load %a[%before] : memref<?xf64>
      memref.store %v, %a[%at] : memref<?xf64>
    }
  }
  memref.dealloc %a : memref<?xf64>
  return
}

// -----

// Tiles whose last one is cut short: min(n, ii + 32).
// CHECK-LABEL: func.func @tiled(
//       CHECK:   memref.alloca(%{{.*}}, %{{.*}}) : memref<?x?xf32>
// WHY: memref<?xf32> is accessed as memref<?x?xf32>
func.func @tiled(%m: index, %n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %size = arith.muli %m, %n : index
  %a = memref.alloca(%size) : memref<?xf32>
  scf.for %jj = %c0 to %n step %c32 {
    %after = arith.addi %jj, %c32 : index
    %end = arith.minsi %n, %after : index
    scf.for %i = %c0 to %m step %c1 {
      scf.for %j = %jj to %end step %c1 {
        %row = arith.muli %i, %n : index
        %at = arith.addi %row, %j : index
        memref.store %x, %a[%at] : memref<?xf32>
      }
    }
  }
  return
}

// -----

// In C: calloc, NULL, a first column, memset of all, free.
// CHECK-LABEL: func.func @in_c(
//       CHECK:   %[[A:.*]] = memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?xf32>
//       CHECK:   memref.store %{{.*}}, %[[A]][%{{.*}}, %c0]
//       CHECK:   memref.dealloc %[[A]]
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?x?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @in_c(%m: i32, %n: i32, %x: f32) -> i1 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %zero = arith.constant 0 : i8
  %null = llvm.mlir.zero : !llvm.ptr
  %m64 = arith.extsi %m : i32 to i64
  %n64 = arith.extsi %n : i32 to i64
  %count = arith.muli %m64, %n64 : i64
  %bytes = arith.muli %count, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %failed = llvm.icmp "eq" %a, %null : !llvm.ptr
  "llvm.intr.memset"(%a, %zero, %bytes) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
  %rows = arith.index_cast %m : i32 to index
  %columns = arith.index_cast %n : i32 to index
  scf.for %i = %c0 to %rows step %c1 {
    %i32 = arith.index_cast %i : index to i32
    %row = arith.muli %i32, %n overflow<nsw> : i32
    %first = arith.extsi %row : i32 to i64
    %e = llvm.getelementptr %a[%first] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %x, %e : f32, !llvm.ptr
    scf.for %j = %c0 to %columns step %c1 {
      %j32 = arith.index_cast %j : index to i32
      %at = arith.addi %row, %j32 overflow<nsw> : i32
      %wide = arith.extsi %at : i32 to i64
      %f = llvm.getelementptr %a[%wide] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %x, %f : f32, !llvm.ptr
    }
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %failed : i1
}

// -----

// Where nothing is proved: an index beside the loops, a window, one row too long, a flat loop, an unsigned loop, sizes
// that are not the strides', a loop that the size does not know.
// CHECK-LABEL: func.func @not_proved(
// CHECK-COUNT-7:   memref.alloc(%{{.*}}) : memref<?xf32>
// WHY-NOT: shape
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays a pointer: accessed as an array of more dimensions (a[i * n + j]), not all
func.func @not_proved(%m: index, %n: index, %k: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = arith.muli %m, %n : index
  %n1 = arith.addi %n, %c1 : index
  %beside = memref.alloc(%size) : memref<?xf32>
  %window = memref.alloc(%n) : memref<?xf32>
  %long = memref.alloc(%size) : memref<?xf32>
  %flat = memref.alloc(%size) : memref<?xf32>
  %unsigned = memref.alloc(%size) : memref<?xf32>
  %other = memref.alloc(%k) : memref<?xf32>
  %counted = memref.alloc(%size) : memref<?xf32>
  scf.for %i = %c0 to %m step %c1 {
    %row = arith.muli %i, %n : index
    %at = arith.addi %row, %k : index
    memref.store %x, %beside[%at] : memref<?xf32>
    scf.for %j = %c0 to %n step %c1 {
      %in = arith.addi %row, %j : index
      %sum = arith.addi %i, %j : index
      memref.store %x, %window[%sum] : memref<?xf32>
      memref.store %x, %flat[%in] : memref<?xf32>
      memref.store %x, %other[%in] : memref<?xf32>
    }
    scf.for %j = %c0 to %n1 step %c1 {
      %in = arith.addi %row, %j : index
      memref.store %x, %long[%in] : memref<?xf32>
    }
    scf.for unsigned %j = %k to %n step %c1 {
      %in = arith.addi %row, %j : index
      memref.store %x, %unsigned[%in] : memref<?xf32>
    }
    %w = scf.while (%j = %c0) : (index) -> index {
      %goes_on = arith.cmpi slt, %j, %n : index
      scf.condition(%goes_on) %j : index
    } do {
    ^bb0(%j: index):
      %in = arith.addi %row, %j : index
      memref.store %x, %counted[%in] : memref<?xf32>
      %next = arith.addi %j, %c1 : index
      scf.yield %next : index
    }
  }
  scf.for %f = %c0 to %size step %c1 {
    memref.store %x, %flat[%f] : memref<?xf32>
  }
  memref.dealloc %beside : memref<?xf32>
  memref.dealloc %window : memref<?xf32>
  memref.dealloc %long : memref<?xf32>
  memref.dealloc %flat : memref<?xf32>
  memref.dealloc %unsigned : memref<?xf32>
  memref.dealloc %other : memref<?xf32>
  memref.dealloc %counted : memref<?xf32>
  return
}
func.func private @malloc(i64) -> !llvm.ptr
// CHECK-LABEL: func.func @not_proved_in_c(
//   CHECK-NOT:   memref.alloc
func.func @not_proved_in_c(%n: i64, %k: i64) -> f32 {
  %c4 = arith.constant 4 : i64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = arith.muli %n, %n : i64
  %bytes = arith.muli %count, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %zero = arith.constant 0.0 : f32
  %rows = arith.index_cast %n : i64 to index
  %r = scf.for %i = %c0 to %rows step %c1 iter_args(%s = %zero) -> f32 {
    %i64 = arith.index_cast %i : index to i64
    %row = arith.muli %i64, %n : i64
    %at = arith.addi %row, %k : i64
    %e = llvm.getelementptr %a[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %e : !llvm.ptr -> f32
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  return %r : f32
}
