// RUN: lexon-opt %s --split-aggregates --promote-variables --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --split-aggregates --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A structure that is set to zero, filled in a loop, copied and read: values.
// CHECK-LABEL: func.func @structure(
//  CHECK-SAME:   %[[N:[^:]+]]: i64
//   CHECK-NOT:   llvm.alloca
//   CHECK-NOT:   memcpy
//       CHECK:   %[[P:.*]] = call @malloc
//       CHECK:   return %[[P]], %[[N]]
// WHY: remark: [Passed] aggregate | Category:split-aggregates | Remark="2 variables of 24 bytes"
// WHY: remark: [Passed] aggregate | Category:split-aggregates | Remark="2 variables of 24 bytes"
func.func private @malloc(i64) -> !llvm.ptr
func.func @structure(%n: i64) -> (!llvm.ptr, i64) {
  %one = llvm.mlir.constant(1 : i64) : i64
  %size = arith.constant 24 : i64
  %byte = arith.constant 0 : i8
  %s = llvm.alloca %one x !llvm.array<24 x i8> : (i64) -> !llvm.ptr
  %t = llvm.alloca %one x !llvm.array<24 x i8> : (i64) -> !llvm.ptr
  "llvm.intr.memset"(%s, %byte, %size) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %p, %s : !llvm.ptr, !llvm.ptr
  %member = llvm.getelementptr %s[16] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.store %n, %member : i64, !llvm.ptr
  "llvm.intr.memcpy"(%t, %s, %size) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  %q = llvm.load %t : !llvm.ptr -> !llvm.ptr
  %other = llvm.getelementptr %t[16] : (!llvm.ptr) -> !llvm.ptr, i8
  %m = llvm.load %other : !llvm.ptr -> i64
  return %q, %m : !llvm.ptr, i64
}

// -----

// On the heap: its comparison with NULL is known then, and free is gone.
// CHECK-LABEL: func.func @heap(
//       CHECK:   %[[P:.*]] = call @malloc
//   CHECK-NOT:   call @
//       CHECK:   return %[[P]]
// WHY: remark: [Passed] aggregate | Category:split-aggregates | Remark="1 variables of 16 bytes"
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func private @fail()
func.func @heap(%n: i64) -> !llvm.ptr {
  %size = arith.constant 16 : i64
  %null = llvm.mlir.zero : !llvm.ptr
  %s = call @malloc(%size) : (i64) -> !llvm.ptr
  %none = llvm.icmp "eq" %s, %null : !llvm.ptr
  scf.if %none {
    func.call @fail() : () -> ()
  }
  %member = llvm.getelementptr %s[8] : (!llvm.ptr) -> !llvm.ptr, i8
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %p, %member : !llvm.ptr, !llvm.ptr
  %q = llvm.load %member : !llvm.ptr -> !llvm.ptr
  call @free(%s) : (!llvm.ptr) -> ()
  return %q : !llvm.ptr
}

// -----

// A variable of the file that only `main` uses, and one that another function uses, too.
// CHECK-LABEL: func.func @main(
//   CHECK-NOT:   addressof @own
//       CHECK:   %[[P:.*]] = call @malloc
//       CHECK:   %[[SHARED:.*]] = llvm.load
//       CHECK:   return %[[P]], %[[SHARED]]
// WHY: remark: [Passed] aggregate | Category:split-aggregates | Remark="1 variables of 8 bytes"
llvm.mlir.global internal @own() : !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.return %null : !llvm.ptr
}
llvm.mlir.global internal @shared() : !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.return %null : !llvm.ptr
}
func.func private @malloc(i64) -> !llvm.ptr
func.func @other() -> !llvm.ptr {
  %b = llvm.mlir.addressof @shared : !llvm.ptr
  return %b : !llvm.ptr
}
func.func @main(%n: i64) -> (!llvm.ptr, !llvm.ptr) {
  %a = llvm.mlir.addressof @own : !llvm.ptr
  %b = llvm.mlir.addressof @shared : !llvm.ptr
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %p, %a : !llvm.ptr, !llvm.ptr
  %q = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %r = llvm.load %b : !llvm.ptr -> !llvm.ptr
  return %q, %r : !llvm.ptr, !llvm.ptr
}

// -----

// Left alone: the address is passed on; a member is chosen at run time; bytes are read as two things; copied to memory
// that stays, where all of its bytes count.
// CHECK-LABEL: func.func @left(
// CHECK-COUNT-4: llvm.alloca
//       CHECK:   return
// WHY-DAG: remark: [Missed] aggregate {{.*}}its address is used by 'func.call' of 'look'
// WHY-DAG: remark: [Missed] aggregate {{.*}}an element of it is chosen at run time
// WHY-DAG: remark: [Missed] aggregate {{.*}}the same bytes are accessed as different members
// WHY-DAG: remark: [Missed] aggregate {{.*}}copied to memory that stays
func.func private @malloc(i64) -> !llvm.ptr
func.func private @look(!llvm.ptr)
func.func @left(%n: i64, %to: !llvm.ptr) -> (i32, !llvm.ptr) {
  %one = llvm.mlir.constant(1 : i64) : i64
  %size = arith.constant 16 : i64
  %p = call @malloc(%n) : (i64) -> !llvm.ptr
  %a = llvm.alloca %one x !llvm.array<16 x i8> : (i64) -> !llvm.ptr
  %b = llvm.alloca %one x !llvm.array<16 x i8> : (i64) -> !llvm.ptr
  %c = llvm.alloca %one x !llvm.array<16 x i8> : (i64) -> !llvm.ptr
  %d = llvm.alloca %one x !llvm.array<16 x i8> : (i64) -> !llvm.ptr
  llvm.store %p, %a : !llvm.ptr, !llvm.ptr
  call @look(%a) : (!llvm.ptr) -> ()
  llvm.store %p, %b : !llvm.ptr, !llvm.ptr
  %chosen = llvm.getelementptr %b[%n] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr
  %q = llvm.load %chosen : !llvm.ptr -> !llvm.ptr
  llvm.store %p, %c : !llvm.ptr, !llvm.ptr
  %half = llvm.getelementptr %c[4] : (!llvm.ptr) -> !llvm.ptr, i8
  %x = llvm.load %half : !llvm.ptr -> i32
  llvm.store %p, %d : !llvm.ptr, !llvm.ptr
  "llvm.intr.memcpy"(%to, %d, %size) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  return %x, %q : i32, !llvm.ptr
}

// -----

// An array of one row keeps its dimension: one slot, given one allocation, or NULL where there is no memory.
// CHECK-LABEL: func.func @row(
//   CHECK-NOT:   llvm.alloca
//       CHECK:   %[[A:.*]] = call @malloc
//       CHECK:   %[[ROW:.*]] = call @malloc
//       CHECK:   llvm.store %{{.*}}, %[[A]]
//       CHECK:   llvm.load %[[A]]
//       CHECK:   return
// WHY: remark: [Missed] aggregate {{.*}}an array of one row
func.func private @malloc(i64) -> !llvm.ptr
func.func private @free(!llvm.ptr)
func.func @row(%n: i64, %enough: i1) -> f32 {
  %size = arith.constant 8 : i64
  %null = llvm.mlir.zero : !llvm.ptr
  %a = call @malloc(%size) : (i64) -> !llvm.ptr
  %row = call @malloc(%n) : (i64) -> !llvm.ptr
  %given = scf.if %enough -> !llvm.ptr {
    scf.yield %row : !llvm.ptr
  } else {
    scf.yield %null : !llvm.ptr
  }
  llvm.store %given, %a : !llvm.ptr, !llvm.ptr
  %r = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %x = llvm.load %r : !llvm.ptr -> f32
  call @free(%r) : (!llvm.ptr) -> ()
  llvm.store %null, %a : !llvm.ptr, !llvm.ptr
  call @free(%a) : (!llvm.ptr) -> ()
  return %x : f32
}

// -----

// None of one row: a slot given two allocations, one given what is no allocation, and one that is on the stack.
// CHECK-LABEL: func.func @two_rows(
//   CHECK-NOT:   llvm.store
//   CHECK-NOT:   llvm.alloca
//       CHECK:   return
// WHY-COUNT-3: remark: [Passed] aggregate | Category:split-aggregates | Remark="1 variables of 8 bytes"
func.func private @malloc(i64) -> !llvm.ptr
func.func @two_rows(%n: i64, %p: !llvm.ptr) -> (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) {
  %one = llvm.mlir.constant(1 : i64) : i64
  %size = arith.constant 8 : i64
  %a = call @malloc(%size) : (i64) -> !llvm.ptr
  %first = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %first, %a : !llvm.ptr, !llvm.ptr
  %q = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %second = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %second, %a : !llvm.ptr, !llvm.ptr
  %r = llvm.load %a : !llvm.ptr -> !llvm.ptr
  %b = call @malloc(%size) : (i64) -> !llvm.ptr
  llvm.store %p, %b : !llvm.ptr, !llvm.ptr
  %s = llvm.load %b : !llvm.ptr -> !llvm.ptr
  %c = llvm.alloca %one x !llvm.array<8 x i8> : (i64) -> !llvm.ptr
  %third = call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.store %third, %c : !llvm.ptr, !llvm.ptr
  %t = llvm.load %c : !llvm.ptr -> !llvm.ptr
  return %q, %r, %s, %t : !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr
}
