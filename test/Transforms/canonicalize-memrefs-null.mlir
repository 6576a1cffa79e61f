// RUN: lexon-opt %s --canonicalize-memrefs --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --canonicalize-memrefs --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Rows that are compared with NULL, in slots that calloc cleared: is there a row for certain?

// An allocation that fails returns NULL from within the loop: whoever has the array has all of its rows.
// CHECK-LABEL: func.func @null_returned(
//   CHECK-NOT:   call @
//       CHECK:   memref.alloc(
//   CHECK-NOT:   call @
//       CHECK:   return
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?x?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @null_returned(%n: i64, %m: i64, %p: i64, %q: i64, %some: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  %failed = llvm.icmp "eq" %a, %null : !llvm.ptr
  cf.cond_br %failed, ^out(%null : !llvm.ptr), ^enter
^enter:
  cf.br ^head(%z : i64)
^head(%i: i64):
  %more = arith.cmpi slt, %i, %n : i64
  cf.cond_br %more, ^body, ^out(%a : !llvm.ptr)
^body:
  %row = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %slot = llvm.getelementptr %a[%i] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  %none = llvm.icmp "eq" %row, %null : !llvm.ptr
  cf.cond_br %none, ^out(%null : !llvm.ptr), ^next
^next:
  %i1 = arith.addi %i, %one overflow<nsw> : i64
  cf.br ^head(%i1 : i64)
^out(%b: !llvm.ptr):
  %gone = llvm.icmp "eq" %b, %null : !llvm.ptr
  cf.cond_br %gone, ^stop, ^use
^use:
  %s = llvm.getelementptr %b[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %there = llvm.icmp "ne" %r, %null : !llvm.ptr
  %x = scf.if %there -> f32 {
    %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %y = llvm.load %e : !llvm.ptr -> f32
    scf.yield %y : f32
  } else {
    scf.yield %nothing : f32
  }
  return %x : f32
^stop:
  return %nothing : f32
}

// -----

// Nobody knows whether the loop ran.
// CHECK-LABEL: func.func @sometimes_filled(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.icmp
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}row pointer compared with NULL before all rows are allocated
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @sometimes_filled(%n: i64, %m: i64, %p: i64, %q: i64, %some: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  %failed = llvm.icmp "eq" %a, %null : !llvm.ptr
  cf.cond_br %failed, ^out(%null : !llvm.ptr), ^enter
^enter:
  cf.cond_br %some, ^head(%z : i64), ^out(%a : !llvm.ptr)
^head(%i: i64):
  %more = arith.cmpi slt, %i, %n : i64
  cf.cond_br %more, ^body, ^out(%a : !llvm.ptr)
^body:
  %row = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %slot = llvm.getelementptr %a[%i] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  %none = llvm.icmp "eq" %row, %null : !llvm.ptr
  cf.cond_br %none, ^out(%null : !llvm.ptr), ^next
^next:
  %i1 = arith.addi %i, %one overflow<nsw> : i64
  cf.br ^head(%i1 : i64)
^out(%b: !llvm.ptr):
  %gone = llvm.icmp "eq" %b, %null : !llvm.ptr
  cf.cond_br %gone, ^stop, ^use
^use:
  %s = llvm.getelementptr %b[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %there = llvm.icmp "ne" %r, %null : !llvm.ptr
  %x = scf.if %there -> f32 {
    %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %y = llvm.load %e : !llvm.ptr -> f32
    scf.yield %y : f32
  } else {
    scf.yield %nothing : f32
  }
  return %x : f32
^stop:
  return %nothing : f32
}

// -----

// Asked before the slot is cleared, as in `if (a[i]) { free(a[i]); a[i] = NULL; }`.
// CHECK-LABEL: func.func @asked_before(
//       CHECK:   memref.alloc(
//       CHECK:   memref.dealloc
//       CHECK:   return
// WHY: remark: [Passed] array | Category:canonicalize-memrefs{{.*}} is memref<?x?xf32>
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @asked_before(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
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
    %place = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %seen = llvm.load %place : !llvm.ptr -> !llvm.ptr
    %there = llvm.icmp "ne" %seen, %null : !llvm.ptr
    scf.if %there {
      func.call @tell() : () -> ()
    }
    func.call @free(%row) : (!llvm.ptr) -> ()
    llvm.store %null, %slot : !llvm.ptr, !llvm.ptr
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Asked after that, in the same iteration.
// CHECK-LABEL: func.func @asked_after(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.icmp
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}row pointer compared with NULL after rows are freed
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @asked_after(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
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
    llvm.store %null, %slot : !llvm.ptr, !llvm.ptr
    %place = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %seen = llvm.load %place : !llvm.ptr -> !llvm.ptr
    %there = llvm.icmp "ne" %seen, %null : !llvm.ptr
    scf.if %there {
      func.call @tell() : () -> ()
    }
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// Of a slot that the iteration before cleared.
// CHECK-LABEL: func.func @asked_of_another(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.icmp
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}row pointer compared with NULL after rows are freed
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @asked_of_another(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
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
    %last = arith.subi %i64, %one : i64
    %place = llvm.getelementptr %a[%last] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %seen = llvm.load %place : !llvm.ptr -> !llvm.ptr
    %there = llvm.icmp "ne" %seen, %null : !llvm.ptr
    scf.if %there {
      func.call @tell() : () -> ()
    }
    func.call @free(%row) : (!llvm.ptr) -> ()
    llvm.store %null, %slot : !llvm.ptr, !llvm.ptr
  }
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// On one of the ways to the question.
// CHECK-LABEL: func.func @asked_on_a_way(
//   CHECK-NOT:   memref.alloc
//       CHECK:   llvm.icmp
//       CHECK:   return
// WHY: remark: [Missed] array | Category:canonicalize-memrefs{{.*}}row pointer compared with NULL after rows are freed
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @tell()
func.func @asked_on_a_way(%n: i64, %m: i64, %p: i64, %q: i64, %some: i1, %more: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %nothing = arith.constant 0.0 : f32
  %null = llvm.mlir.zero : !llvm.ptr
  %end = arith.index_cast %n : i64 to index
  %bytes = arith.muli %m, %c4 : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %row = func.call @malloc(%bytes) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  cf.cond_br %more, ^some, ^end
^some:
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %row = llvm.load %slot : !llvm.ptr -> !llvm.ptr
    func.call @free(%row) : (!llvm.ptr) -> ()
    llvm.store %null, %slot : !llvm.ptr, !llvm.ptr
  }
  cf.cond_br %some, ^all, ^end
^all:
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
^end:
  %place = llvm.getelementptr %a[%z] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %seen = llvm.load %place : !llvm.ptr -> !llvm.ptr
  %there = llvm.icmp "ne" %seen, %null : !llvm.ptr
  scf.if %there {
    func.call @tell() : () -> ()
  }
  return %x : f32
}
