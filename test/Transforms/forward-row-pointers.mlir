// RUN: lexon-opt %s --forward-row-pointers --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --forward-row-pointers --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// One block beside the table: both are freed, the table is gone.
// CHECK-LABEL: func.func @block(
//  CHECK-SAME:   %[[N:[^:]+]]: i64, %[[M:[^:]+]]: i64, %[[P:[^:]+]]: i64
//       CHECK:   %[[BLOCK:.*]] = call @malloc
//   CHECK-NOT:   call @malloc
//   CHECK-NOT:   llvm.store
//       CHECK:   arith.muli
//       CHECK:   %[[ROW:.*]] = llvm.getelementptr inbounds %[[BLOCK]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
//       CHECK:   llvm.getelementptr inbounds %[[ROW]]
//       CHECK:   call @free(%[[BLOCK]])
//   CHECK-NOT:   call @free
//       CHECK:   return
// WHY: remark: [Passed] table | Category:forward-row-pointers | Remark="rows of 'the array of
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @block(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @free(%block) : (!llvm.ptr) -> ()
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// The row before it, and its length more; the first row is the block, and is freed as such.
// CHECK-LABEL: func.func @row_after_row(
//  CHECK-SAME:   %[[N:[^:]+]]: i64, %[[M:[^:]+]]: i64, %[[P:[^:]+]]: i64
//       CHECK:   %[[BLOCK:.*]] = call @malloc
//   CHECK-NOT:   call @malloc
//   CHECK-NOT:   llvm.store
//       CHECK:   arith.muli
//       CHECK:   %[[ROW:.*]] = llvm.getelementptr inbounds %[[BLOCK]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
//       CHECK:   llvm.getelementptr inbounds %[[ROW]]
//       CHECK:   call @free(%[[BLOCK]])
//       CHECK:   return
// WHY: remark: [Passed] table | Category:forward-row-pointers | Remark="rows of 'the array of
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @row_after_row(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  llvm.store %block, %a : !llvm.ptr, !llvm.ptr
  scf.for %i = %c1 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %last = arith.subi %i64, %one : i64
    %before = llvm.getelementptr %a[%last] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %other = llvm.load %before : !llvm.ptr -> !llvm.ptr
    %row = llvm.getelementptr inbounds %other[%m] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  %first = llvm.load %a : !llvm.ptr -> !llvm.ptr
  call @free(%first) : (!llvm.ptr) -> ()
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// A pointer that the loop carries on, and rows that go anywhere: they are the pointers they were.
// CHECK-LABEL: func.func @carried(
//  CHECK-SAME:   %[[N:[^:]+]]: i64, %[[M:[^:]+]]: i64, %[[P:[^:]+]]: i64
//       CHECK:   %[[BLOCK:.*]] = call @malloc
//   CHECK-NOT:   call @malloc
//   CHECK-NOT:   llvm.store
//       CHECK:   arith.muli
//       CHECK:   %[[ROW:.*]] = llvm.getelementptr inbounds %[[BLOCK]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
//       CHECK:   llvm.getelementptr inbounds %[[ROW]]
//       CHECK:   call @look(%[[ROW]])
//       CHECK:   return
// WHY: remark: [Passed] table | Category:forward-row-pointers | Remark="rows of 'the array of
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @carried(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %behind = scf.for %i = %c0 to %end step %c1 iter_args(%row = %block) -> !llvm.ptr {
    %i64 = arith.index_cast %i : index to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    %next = llvm.getelementptr inbounds %row[%m] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    scf.yield %next : !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  call @look(%r) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// The same in a loop that carries its own counter: `for (i = 0; i < n; i++, p += m) a[i] = p`.
// CHECK-LABEL: func.func @carried_with_counter(
//  CHECK-SAME:   %[[N:[^:]+]]: i64, %[[M:[^:]+]]: i64, %[[P:[^:]+]]: i64
//       CHECK:   %[[BLOCK:.*]] = call @malloc
//   CHECK-NOT:   call @malloc
//   CHECK-NOT:   llvm.store
//       CHECK:   arith.muli
//       CHECK:   %[[ROW:.*]] = llvm.getelementptr inbounds %[[BLOCK]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
//       CHECK:   llvm.getelementptr inbounds %[[ROW]]
//       CHECK:   return
// WHY: remark: [Passed] table | Category:forward-row-pointers | Remark="rows of 'the array of
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @carried_with_counter(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %zero = arith.constant 0 : i32
  %one32 = arith.constant 1 : i32
  %rows = arith.trunci %n : i64 to i32
  %behind:2 = scf.while (%i = %zero, %row = %block) : (i32, !llvm.ptr) -> (i32, !llvm.ptr) {
    %more = arith.cmpi slt, %i, %rows : i32
    scf.condition(%more) %i, %row : i32, !llvm.ptr
  } do {
  ^bb0(%i: i32, %row: !llvm.ptr):
    %i64 = arith.extsi %i : i32 to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    %next = llvm.getelementptr inbounds %row[%m] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %i1 = arith.addi %i, %one32 overflow<nsw> : i32
    scf.yield %i1, %next : i32, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// A counter that may wrap around, which the pointer does not.
// CHECK-LABEL: func.func @carried_with_short_counter(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @carried_with_short_counter(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %zero = arith.constant 0 : i8
  %one8 = arith.constant 1 : i8
  %behind:2 = scf.while (%i = %zero, %row = %block) : (i8, !llvm.ptr) -> (i8, !llvm.ptr) {
    %more = arith.cmpi ne, %i, %one8 : i8
    scf.condition(%more) %i, %row : i8, !llvm.ptr
  } do {
  ^bb0(%i: i8, %row: !llvm.ptr):
    %i64 = arith.extsi %i : i8 to i64
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    %next = llvm.getelementptr inbounds %row[%m] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %i1 = arith.addi %i, %one8 : i8
    scf.yield %i1, %next : i8, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Three dimensions: a table of parts of a table of parts of a block.
// CHECK-LABEL: func.func @cube(
//       CHECK:   %[[BLOCK:.*]] = call @malloc
//   CHECK-NOT:   call @malloc
//   CHECK-NOT:   -> !llvm.ptr, !llvm.ptr
//       CHECK:   llvm.getelementptr inbounds %[[BLOCK]]
//       CHECK:   return
// WHY-COUNT-2: remark: [Passed] table | Category:forward-row-pointers
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @cube(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %many = arith.muli %slots, %m : i64
  %planes = call @malloc(%slots) : (i64) -> !llvm.ptr
  %a = call @malloc(%many) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %width = arith.index_cast %m : i64 to index
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %plane = llvm.getelementptr inbounds %a[%by] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    %slot = llvm.getelementptr %planes[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %plane, %slot : !llvm.ptr, !llvm.ptr
    scf.for %j = %c0 to %width step %c1 {
      %j64 = arith.index_cast %j : index to i64
      %sum = arith.addi %by, %j64 : i64
      %far = arith.muli %sum, %q : i64
      %row = llvm.getelementptr inbounds %block[%far] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %seen = llvm.load %slot : !llvm.ptr -> !llvm.ptr
      %place = llvm.getelementptr inbounds %seen[%j64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
      llvm.store %row, %place : !llvm.ptr, !llvm.ptr
    }
  }
  %s = llvm.getelementptr %planes[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %t = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %u = llvm.getelementptr inbounds %t[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %u : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%p] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Rows at other distances: the first two are the same one.
// CHECK-LABEL: func.func @shared(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
// WHY: remark: [Missed] table | Category:forward-row-pointers{{.*}}its rows are not at equal distances in one block
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @shared(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %slot1 = llvm.getelementptr %a[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
  llvm.store %block, %slot1 : !llvm.ptr, !llvm.ptr
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Rows of two blocks.
// CHECK-LABEL: func.func @two_blocks(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @two_blocks(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %another = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %slot1 = llvm.getelementptr %a[%m] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  llvm.store %another, %slot1 : !llvm.ptr, !llvm.ptr
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// The table is given away, and may be changed.
// CHECK-LABEL: func.func @escapes(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
// WHY: remark: [Missed] table | Category:forward-row-pointers{{.*}}the table is used as something else
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @escapes(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  call @look(%a) : (!llvm.ptr) -> ()
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// A slot that was never filled holds NULL, which the program looks for.
// CHECK-LABEL: func.func @cleared(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
// WHY: remark: [Missed] table | Category:forward-row-pointers{{.*}}it is cleared, and a row used otherwise than accessed
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @cleared(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @calloc(%n, %c8) : (i64, i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %null = llvm.mlir.zero : !llvm.ptr
  %none = llvm.icmp "eq" %r, %null : !llvm.ptr
  scf.if %none {
    func.call @look(%r) : (!llvm.ptr) -> ()
  }
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// The block is another one in each iteration, the table is not: its rows are those of the iteration before.
// CHECK-LABEL: func.func @renewed(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
// WHY: remark: [Missed] table | Category:forward-row-pointers{{.*}}its rows are parts of what may change
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @renewed(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %nothing = arith.constant 0.0 : f32
  %x = scf.for %k = %c0 to %end step %c1 iter_args(%y = %nothing) -> f32 {
    %block = func.call @malloc(%size) : (i64) -> !llvm.ptr
    %k64 = arith.index_cast %k : index to i64
    %by = arith.muli %k64, %m : i64
    %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%k64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
    %r = llvm.load %a : !llvm.ptr -> !llvm.ptr
    %z = llvm.load %r : !llvm.ptr -> f32
    scf.yield %z : f32
  }
  return %x : f32
}

// -----

// The same of blocks: the way back goes by the new block, not by the table.
// CHECK-LABEL: func.func @renewed_in_blocks(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
// WHY: remark: [Missed] table | Category:forward-row-pointers{{.*}}its rows are parts of what may change
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @renewed_in_blocks(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  cf.br ^head(%one : i64)
^head(%k: i64):
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  %by = arith.muli %k, %m : i64
  %row = llvm.getelementptr inbounds %block[%by] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %slot = llvm.getelementptr %a[%k] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  %next = arith.addi %k, %one : i64
  %more = arith.cmpi slt, %next, %n : i64
  cf.cond_br %more, ^head(%next : i64), ^behind
^behind:
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}

// -----

// Rows that grow: their length is not known before the table.
// CHECK-LABEL: func.func @jagged(
//       CHECK:   llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
//       CHECK:   return
func.func private @malloc(i64) -> !llvm.ptr
func.func private @calloc(i64, i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @look(!llvm.ptr)
func.func @jagged(%n: i64, %m: i64, %p: i64, %q: i64) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %c8 = arith.constant 8 : i64
  %end = arith.index_cast %n : i64 to index
  %slots = arith.muli %n, %c8 : i64
  %length = arith.muli %m, %c4 : i64
  %size = arith.muli %n, %length : i64
  %a = call @malloc(%slots) : (i64) -> !llvm.ptr
  %block = call @malloc(%size) : (i64) -> !llvm.ptr
  scf.for %i = %c0 to %end step %c1 {
    %i64 = arith.index_cast %i : index to i64
    %by = arith.muli %i64, %m : i64
    %square = arith.muli %i64, %i64 : i64
    %row = llvm.getelementptr inbounds %block[%square] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %slot = llvm.getelementptr %a[%i64] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
    llvm.store %row, %slot : !llvm.ptr, !llvm.ptr
  }
  %s = llvm.getelementptr %a[%p] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %r = llvm.load %s : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr inbounds %r[%q] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %x = llvm.load %e : !llvm.ptr -> f32
  return %x : f32
}
