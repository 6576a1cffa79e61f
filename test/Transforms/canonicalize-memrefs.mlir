// RUN: lexon-opt %s --canonicalize-memrefs --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --debug-only=canonicalize-memrefs -o /dev/null 2>&1 | FileCheck %s --check-prefix=TELL

// Two dimensions of any size: one allocation, indices as they were, freed where the array was. Sizes whose product
// cannot be allocated are told apart first: the allocation of 2^62 bytes fails as those of the rows would.
// CHECK-LABEL: func.func @two(
//   CHECK-NOT:   call @
//       CHECK:   arith.mului_extended
//       CHECK:   %[[N:.*]] = arith.select
//       CHECK:   %[[M:.*]] = arith.select
//       CHECK:   %[[A:.*]] = memref.alloc(%[[N]], %[[M]]) : memref<?x?xf32>
//   CHECK-NOT:   scf.for
//       CHECK:   %[[P:.*]] = arith.index_cast %arg2 : i64 to index
//       CHECK:   %[[Q:.*]] = arith.index_cast %arg3 : i64 to index
//       CHECK:   %[[X:.*]] = memref.load %[[A]][%[[P]], %[[Q]]]
//       CHECK:   memref.dealloc %[[A]]
//       CHECK:   return %[[X]]
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?x?xf32>
// TELL: 2 level(s)
// TELL: level 0: allocated at {{.*}} by 'malloc', 8*%arg0 bytes
// TELL: 'llvm.load' reads a row's pointer of level 0 + 8*%arg2
// TELL: 'llvm.store' stores a new row of level 0
// TELL: becomes one memref<?x?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @two(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Never freed: there is no memref.dealloc.
// CHECK-LABEL: func.func @leaked(
//   CHECK-NOT:   call @
//       CHECK:   memref.alloc({{.*}}) : memref<?x?xf32>
//   CHECK-NOT:   memref.dealloc
//       CHECK:   return
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @leaked(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Backwards through the slots, as `for (i = n - 1; i >= 0; i--)` is imported.
// CHECK-LABEL: func.func @backwards(
//   CHECK-NOT:   call @
//       CHECK:   memref.alloc
//       CHECK:   memref.dealloc
//       CHECK:   return
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @backwards(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %last = arith.subi %end, %c1 : index
    %back = arith.subi %last, %i : index
    %i64 = arith.index_cast %back : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A loop that is not counted in its operation, `while (n-- > 0) free(a[n]);`.
// CHECK-LABEL: func.func @while(
//   CHECK-NOT:   call @
//       CHECK:   memref.alloc
//   CHECK-NOT:   scf.while
//       CHECK:   memref.dealloc
//       CHECK:   return
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @while(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %done = scf.while (%k = %n) : (i64) -> i64 {
    %minus = arith.constant -1 : i64
    %zero = arith.constant 0 : i64
    %next = arith.addi %k, %minus : i64
    %more = arith.cmpi sgt, %k, %zero : i64
    scf.condition(%more) %next : i64
  } do {
  ^bb0(%k: i64):
    %slot = llvm.getelementptr %a[%k] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
    scf.yield %k : i64
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A row that could not be allocated: known once the array is compared, which is of the memref's pointer.
// CHECK-LABEL: func.func @checked(
//       CHECK:   %[[A:.*]] = memref.alloc
//       CHECK:   %[[PTR:.*]] = memref.extract_aligned_pointer_as_index %[[A]]
//       CHECK:   %[[FAILED:.*]] = arith.cmpi eq, %[[PTR]], %c0
//       CHECK:   scf.if %[[FAILED]]
//       CHECK:     call @exit
//   CHECK-NOT:   call @
//       CHECK:   memref.dealloc %[[A]]
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @exit()
func.func @checked(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %nil = llvm.mlir.zero : !llvm.ptr
  %failed = llvm.icmp "eq" %a, %nil : !llvm.ptr
  scf.if %failed {
    func.call @exit() : () -> ()
  }
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    %null = llvm.mlir.zero : !llvm.ptr
    %none = llvm.icmp "eq" %row, %null : !llvm.ptr
    scf.if %none {
      func.call @exit() : () -> ()
    }
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// `calloc` leaves zeros behind, if there is memory.
// CHECK-LABEL: func.func @cleared(
//   CHECK-NOT:   call @
//       CHECK:   %[[A:.*]] = memref.alloc
//       CHECK:   scf.if
//       CHECK:     scf.for %[[I:.*]] =
//       CHECK:       scf.for %[[J:.*]] =
//       CHECK:         memref.store %{{.*}}, %[[A]][%[[I]], %[[J]]]
//       CHECK:   memref.dealloc
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func @cleared(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @calloc(%m, %c4) : (i64, i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A row that the C library fills: it gets a pointer into the memref.
// CHECK-LABEL: func.func @pointer(
//   CHECK-NOT:   call @
//       CHECK:   %[[A:.*]] = memref.alloc
//       CHECK:   %[[PTR:.*]] = memref.extract_aligned_pointer_as_index %[[A]]
//       CHECK:   llvm.inttoptr
//       CHECK:   %[[ROW:.*]] = llvm.getelementptr
//       CHECK:   "llvm.intr.memset"(%[[ROW]]
//       CHECK:   memref.dealloc
// WHY: remark: [Passed] array
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @pointer(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s2 = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r2 = llvm.load %s2 : !llvm.ptr -> !llvm.ptr
  %byte = arith.constant 0 : i8
  "llvm.intr.memset"(%r2, %byte, %c8) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A vector is an array of one dimension; its size is not checked but by the allocation itself.
// CHECK-LABEL: func.func @vector(
//  CHECK-NEXT:   %[[M:.*]] = arith.index_cast %arg1
//  CHECK-NEXT:   %[[A:.*]] = memref.alloc(%[[M]]) : memref<?xf32>
//       CHECK:   memref.load %[[A]]
//       CHECK:   memref.dealloc %[[A]]
// WHY: remark: [Passed] array {{.*}} is memref<?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @vector(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %bytes = arith.muli %m, %c4 : i64
  %a = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %e = llvm.getelementptr %a[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Rows of different length.
// CHECK-LABEL: func.func @jagged(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: rows of different length
// TELL: stays an array of pointers: rows of different length
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @jagged(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %i64, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Two slots change rows.
// CHECK-LABEL: func.func @swapped(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: 
// TELL: stays an array of pointers: 
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @swapped(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %t = llvm.getelementptr %a[%q] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %u = llvm.load %t : !llvm.ptr -> !llvm.ptr
  llvm.store %u, %t : !llvm.ptr, !llvm.ptr
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A row is stored elsewhere.
// CHECK-LABEL: func.func @stored(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: row pointer stored
// TELL: stays an array of pointers: row pointer stored
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @stored(%n: i64, %m: i64, %p: i64, %q: i64, %out: !llvm.ptr) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    llvm.store %row, %out : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// So is a pointer into one.
// CHECK-LABEL: func.func @interior(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: interior pointer stored
// TELL: stays an array of pointers: interior pointer stored
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @interior(%n: i64, %m: i64, %p: i64, %q: i64, %out: !llvm.ptr) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  llvm.store %e, %out : !llvm.ptr, !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Nobody knows what a function does with a row.
// CHECK-LABEL: func.func @escapes(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: row pointer passed to 'look'
// TELL: stays an array of pointers: row pointer passed to 'look'
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @escapes(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @look(%r) : (!llvm.ptr) -> ()
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// The array itself is given away.
// CHECK-LABEL: func.func @returned(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: its pointer returned
// TELL: stays an array of pointers: its pointer returned
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @returned(%n: i64, %m: i64, %p: i64, %q: i64) -> (f32, !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x, %a : f32, !llvm.ptr
}

// -----

// Rows are told apart.
// CHECK-LABEL: func.func @compared(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: row pointer compared
// TELL: stays an array of pointers: row pointer compared
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell(i1)
func.func @compared(%n: i64, %m: i64, %p: i64, %q: i64, %other: !llvm.ptr) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %same = llvm.icmp "eq" %r, %other : !llvm.ptr
  call @tell(%same) : (i1) -> ()
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A row grows.
// CHECK-LABEL: func.func @grown(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: row pointer passed to 'realloc'
// TELL: stays an array of pointers: row pointer passed to 'realloc'
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @realloc(!llvm.ptr, i64) -> !llvm.ptr
func.func @grown(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %g = call @realloc(%r, %q) : (!llvm.ptr, i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A row is freed before the others.
// CHECK-LABEL: func.func @early(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: row freed here
// TELL: stays an array of pointers: row freed here
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @early(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @free(%r) : (!llvm.ptr) -> ()
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Not all rows are freed.
// CHECK-LABEL: func.func @partial(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: freed, but not all rows before it
// TELL: stays an array of pointers: freed, but not all rows before it
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @partial(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %c1 step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// The rows are not freed at all.
// CHECK-LABEL: func.func @kept(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: freed, but not all rows before it: its rows are not freed
// TELL: stays an array of pointers: freed, but not all rows before it: its rows are not freed
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @kept(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Every other slot has no row.
// CHECK-LABEL: func.func @step(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: rows are not all allocated
// TELL: stays an array of pointers: rows are not all allocated
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @step(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %c2 = arith.constant 2 : index
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c2 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// One slot more than rows.
// CHECK-LABEL: func.func @short(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: rows are not all allocated: its loop does not run over all of the slots
// TELL: stays an array of pointers: rows are not all allocated: its loop does not run over all of the slots
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @short(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %n1 = arith.addi %n, %c8 : i64
  %roots = arith.muli %n1, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %more = arith.addi %n, %c8 : i64
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Some slots are given no row.
// CHECK-LABEL: func.func @conditional(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: 
// TELL: stays an array of pointers: 
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @conditional(%n: i64, %m: i64, %p: i64, %q: i64, %some: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    scf.if %some {
      llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    }
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Elements of two types.
// CHECK-LABEL: func.func @types(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: elements accessed as different types
// TELL: stays an array of pointers: elements accessed as different types
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell(i16)
func.func @types(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %y = llvm.load %e : !llvm.ptr -> i16
  call @tell(%y) : (i16) -> ()
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A volatile element.
// CHECK-LABEL: func.func @volatile(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: interior pointer accessed in a way that is not plain
// TELL: stays an array of pointers: interior pointer accessed in a way that is not plain
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @volatile(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load volatile %e : !llvm.ptr -> f32
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Two slots share a row.
// CHECK-LABEL: func.func @shared(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.load
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}stays an array of pointers: 
// TELL: stays an array of pointers: 
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @shared(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %roots = arith.muli %n, %c8 : i64
  %a = call @malloc(%roots) : (i64) -> !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %bytes = arith.muli %m, %c4 : i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %first = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %second = llvm.getelementptr %a[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
  llvm.store %first, %second : !llvm.ptr, !llvm.ptr
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Memrefs of memrefs, as other importers of C have them: the same array, three dimensions.
// CHECK-LABEL: func.func @spelled(
//  CHECK-SAME:   %[[N:[^:]+]]: index, %[[M:[^:]+]]: index, %[[I:[^:]+]]: index, %[[J:[^:]+]]: index
//       CHECK:   %[[A:.*]] = memref.alloc(%[[N]], %[[M]]) : memref<?x?x5xf64>
//   CHECK-NOT:   scf.for
//       CHECK:   memref.store %{{.*}}, %[[A]][%[[I]], %[[J]], %[[I]]]
//       CHECK:   memref.dealloc %[[A]]
//  CHECK-NEXT:   return %[[M]], %{{.*}}
// WHY: remark: [Passed] array {{.*}} is memref<?x?x5xf64>
func.func @spelled(%n: index, %m: index, %i: index, %j: index, %x: f64) -> (index, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc(%n) : memref<?xmemref<?xmemref<5xf64>>>
  scf.for %k = %c0 to %n step %c1 {
    %b = memref.alloc(%m) : memref<?xmemref<5xf64>>
    memref.store %b, %a[%k] : memref<?xmemref<?xmemref<5xf64>>>
    scf.for %l = %c0 to %m step %c1 {
      %c = memref.alloc() : memref<5xf64>
      memref.store %c, %b[%l] : memref<?xmemref<5xf64>>
    }
  }
  %d = memref.load %a[%i] : memref<?xmemref<?xmemref<5xf64>>>
  %e = memref.load %d[%j] : memref<?xmemref<5xf64>>
  memref.store %x, %e[%i] : memref<5xf64>
  %y = memref.load %e[%j] : memref<5xf64>
  %size = memref.dim %d, %c0 : memref<?xmemref<5xf64>>
  scf.for %k = %c0 to %n step %c1 {
    %b = memref.load %a[%k] : memref<?xmemref<?xmemref<5xf64>>>
    scf.for %l = %c0 to %m step %c1 {
      %c = memref.load %b[%l] : memref<?xmemref<5xf64>>
      memref.dealloc %c : memref<5xf64>
    }
    memref.dealloc %b : memref<?xmemref<5xf64>>
  }
  memref.dealloc %a : memref<?xmemref<?xmemref<5xf64>>>
  return %size, %y : index, f64
}

// -----

// A memref of memrefs one of which is given away.
// CHECK-LABEL: func.func @spelled_escapes(
//       CHECK:   memref.alloc(%{{.*}}) : memref<?xmemref<?xf32>>
//       CHECK:   return
// WHY: remark: [Missed] array {{.*}}row pointer passed to 'look'
func.func private @look(memref<?xf32>)
func.func @spelled_escapes(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc(%n) : memref<?xmemref<?xf32>>
  scf.for %k = %c0 to %n step %c1 {
    %b = memref.alloc(%n) : memref<?xf32>
    memref.store %b, %a[%k] : memref<?xmemref<?xf32>>
  }
  %r = memref.load %a[%c1] : memref<?xmemref<?xf32>>
  call @look(%r) : (memref<?xf32>) -> ()
  return
}

// -----

// A program that brings its own allocator is left alone.
// CHECK-LABEL: func.func @own(
//       CHECK:   call @malloc
//       CHECK:   return
func.func @malloc(%n: i64) -> !llvm.ptr {
  %p = llvm.inttoptr %n : i64 to !llvm.ptr
  return %p : !llvm.ptr
}
func.func @own(%n: i64, %i: i64) -> f32 {
  %a = call @malloc(%n) : (i64) -> !llvm.ptr
  %x = llvm.load %a : !llvm.ptr -> f32
  return %x : f32
}
