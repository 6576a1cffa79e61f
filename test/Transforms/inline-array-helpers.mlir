// RUN: lexon-opt %s --inline-array-helpers --split-input-file | FileCheck %s
// RUN: lexon-opt %s --inline-array-helpers --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --inline-array-helpers=most-operations=20 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=SMALL

// What allocates, what fills and what reads a row: all of it comes into one function, and the helpers go.
// WHY-DAG: remark: [Passed] call {{.*}}call of 'allocate' is inlined
// WHY-DAG: remark: [Passed] call {{.*}}call of 'make' is inlined
// WHY-DAG: remark: [Passed] call {{.*}}call of 'first' is inlined
// SMALL: remark: [Missed] call {{.*}}call of 'first' stays: the program would become too large
func.func private @malloc(i64) -> !llvm.ptr
func.func private @exit()
func.func private @allocate(%n: i64) -> !llvm.ptr attributes {llvm.linkage = #llvm.linkage<internal>} {
  %c8 = arith.constant 8 : i64
  %null = llvm.mlir.zero : !llvm.ptr
  %bytes = arith.muli %n, %c8 : i64
  %p = call @malloc(%bytes) : (i64) -> !llvm.ptr
  %none = llvm.icmp "eq" %p, %null : !llvm.ptr
  scf.if %none {
    func.call @exit() : () -> ()
  }
  return %p : !llvm.ptr
}
func.func private @make(%n: i64) -> !llvm.ptr attributes {llvm.linkage = #llvm.linkage<internal>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i64 to index
  %a = call @allocate(%n) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %row = func.call @allocate(%n) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  return %a : !llvm.ptr
}
func.func private @first(%row: !llvm.ptr) -> f64 attributes {llvm.linkage = #llvm.linkage<internal>} {
  %x = llvm.load %row : !llvm.ptr -> f64
  return %x : f64
}
// Numbers only: it stays a function.
// CHECK: func.func private @twice(
func.func private @twice(%x: f64) -> f64 attributes {llvm.linkage = #llvm.linkage<internal>} {
  %y = arith.addf %x, %x : f64
  return %y : f64
}
// CHECK-NOT: func.func private @make
// CHECK-LABEL: func.func @main(
//       CHECK:   %[[A:.*]] = call @malloc
//       CHECK:   scf.if
//       CHECK:     call @exit
//       CHECK:   scf.for
//       CHECK:     %[[ROW:.*]] = func.call @malloc
//       CHECK:     %[[SLOT:.*]] = llvm.getelementptr %[[A]]
//       CHECK:     llvm.store %[[ROW]], %[[SLOT]]
//       CHECK:   %[[X:.*]] = llvm.load {{.*}} -> f64
//       CHECK:   call @twice(%[[X]])
func.func @main(%n: i64) -> f64 {
  %a = call @make(%n) : (i64) -> !llvm.ptr
  %row = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %x = call @first(%row) : (!llvm.ptr) -> f64
  %y = call @twice(%x) : (f64) -> f64
  return %y : f64
}

// -----

// No array of pointers: nothing is inlined.
// CHECK-LABEL: func.func @vector(
//       CHECK:   call @allocate
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func private @allocate(%n: i64) -> !llvm.ptr attributes {llvm.linkage = #llvm.linkage<internal>} {
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  return %p : !llvm.ptr
}
func.func @vector(%n: i64) -> f64 {
  %a = call @allocate(%n) : (i64) -> !llvm.ptr
  %x = llvm.load %a : !llvm.ptr -> f64
  return %x : f64
}

// -----

// A function of several blocks: as blocks, or structured where the call is in a loop. Another file may call it.
// CHECK: func.func @row(
// CHECK-LABEL: func.func @blocks(
//       CHECK:   scf.for
//   CHECK-NOT:     cf.
//       CHECK:     func.call @malloc
//       CHECK:     scf.if
//       CHECK:   }
//   CHECK-NOT:   call @row
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func @row(%n: i64) -> !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  %none = llvm.icmp "eq" %p, %null : !llvm.ptr
  cf.cond_br %none, ^bb1, ^bb2
^bb1:
  return %null : !llvm.ptr
^bb2:
  return %p : !llvm.ptr
}
func.func @blocks(%n: i64, %a: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %row = func.call @row(%n) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  return
}

// -----

// Rows that are parts of an allocation, or of the row before; pointers that are no such things are no rows.
// CHECK-LABEL: func.func @tables(
//   CHECK-NOT:   call @parts
//   CHECK-NOT:   call @row_after_row
//       CHECK:   call @words
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func @parts(%n: i64) -> !llvm.ptr {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i64 to index
  %a = call @malloc(%n) : (i64) -> !llvm.ptr
  %block = call @malloc(%n) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %row = llvm.getelementptr %block[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  return %a : !llvm.ptr
}
func.func @row_after_row(%n: i64) -> !llvm.ptr {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %end = arith.index_cast %n : i64 to index
  %a = call @malloc(%n) : (i64) -> !llvm.ptr
  scf.for %i = %c1 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %last = arith.subi %i64, %one : i64
    %before = llvm.getelementptr %a[%last] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %other = llvm.load %before : !llvm.ptr -> !llvm.ptr
    %row = llvm.getelementptr %other[%n] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  return %a : !llvm.ptr
}
func.func @words(%n: i64, %text: !llvm.ptr) -> !llvm.ptr {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i64 to index
  %a = call @malloc(%n) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %word = llvm.getelementptr %text[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %word, %slot : !llvm.ptr, !llvm.ptr
  }
  return %a : !llvm.ptr
}
func.func @tables(%n: i64, %text: !llvm.ptr) -> (!llvm.ptr, !llvm.ptr, !llvm.ptr) {
  %a = call @parts(%n) : (i64) -> !llvm.ptr
  %b = call @row_after_row(%n) : (i64) -> !llvm.ptr
  %c = call @words(%n, %text) : (i64, !llvm.ptr) -> !llvm.ptr
  return %a, %b, %c : !llvm.ptr, !llvm.ptr, !llvm.ptr
}

// -----

// An array of one row, and a larger object that holds an allocation in front.
// CHECK-LABEL: func.func @one_row(
//   CHECK-NOT:   call @set_row
//       CHECK:   call @set_object
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func private @set_row(%a: !llvm.ptr, %x: f32) attributes {llvm.linkage = #llvm.linkage<internal>} {
  %r = llvm.load %a : !llvm.ptr -> !llvm.ptr
  llvm.store %x, %r : f32, !llvm.ptr
  return
}
func.func private @set_object(%a: !llvm.ptr, %x: f32) attributes {llvm.linkage = #llvm.linkage<internal>} {
  %r = llvm.load %a : !llvm.ptr -> !llvm.ptr
  llvm.store %x, %r : f32, !llvm.ptr
  return
}
func.func @one_row(%n: i64, %x: f32) {
  %c8 = arith.constant 8 : i64
  %c24 = arith.constant 24 : i64
  %a = call @malloc(%c8) : (i64) -> !llvm.ptr
  %row = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %row, %a : !llvm.ptr, !llvm.ptr
  %b = call @malloc(%c24) : (i64) -> !llvm.ptr
  %data = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %data, %b : !llvm.ptr, !llvm.ptr
  call @set_row(%a, %x) : (!llvm.ptr, f32) -> ()
  call @set_object(%b, %x) : (!llvm.ptr, f32) -> ()
  return
}

// -----

// Left alone: a recursive function, and one that says so.
// CHECK-LABEL: func.func @left(
//       CHECK:   func.call @kept
//       CHECK:   call @down
// WHY-DAG: remark: [Missed] call {{.*}}call of 'kept' stays: 'noinline'
// WHY-DAG: remark: [Missed] call {{.*}}call of 'down' stays: it is recursive
func.func private @malloc(i64) -> !llvm.ptr
func.func private @kept(%n: i64) -> !llvm.ptr attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]} {
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  return %p : !llvm.ptr
}
func.func private @down(%a: !llvm.ptr, %n: i64) attributes {llvm.linkage = #llvm.linkage<internal>} {
  call @down(%a, %n) : (!llvm.ptr, i64) -> ()
  return
}
func.func @left(%n: i64, %a: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.index_cast %n : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %row = func.call @kept(%n) : (i64) -> !llvm.ptr
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  call @down(%a, %n) : (!llvm.ptr, i64) -> ()
  return
}
