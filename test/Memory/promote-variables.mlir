// RUN: lexon-opt %s --promote-variables --split-input-file | FileCheck %s
// RUN: lexon-opt %s --promote-variables --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A sum carried by a loop, of a memref.
// CHECK-LABEL: func.func @sum
// CHECK-NOT: alloca
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[OLD:.*]] = %[[ZERO]]) -> (f32)
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]]
// CHECK: scf.yield %[[NEW]]
// CHECK: return %[[SUM]]
// REMARK: [Passed] variable
func.func @sum(%a: memref<?xf32>, %n: index) -> f32 {
  %s = memref.alloca() : memref<f32>
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %s[] : memref<f32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    %old = memref.load %s[] : memref<f32>
    %new = arith.addf %old, %x : f32
    memref.store %new, %s[] : memref<f32>
  }
  %r = memref.load %s[] : memref<f32>
  return %r : f32
}

// -----

// A variable of the loop's body: nothing is carried.
// CHECK-LABEL: func.func @local
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NOT: memref.alloca
func.func @local(%a: memref<?xf32>, %n: index) {
  %t = memref.alloca() : memref<f32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    memref.store %x, %t[] : memref<f32>
    %y = memref.load %t[] : memref<f32>
    %z = arith.mulf %y, %y : f32
    memref.store %z, %a[%i] : memref<?xf32>
  }
  return
}

// -----

// Stored on one side of a condition; a pointer on the stack.
// CHECK-LABEL: func.func @one_side
// CHECK-SAME: (%[[C:.*]]: i1, %[[P:.*]]: !llvm.ptr, %[[Q:.*]]: !llvm.ptr)
// CHECK-NOT: alloca
// CHECK: %[[R:.*]] = scf.if %[[C]] -> (!llvm.ptr) {
// CHECK-NEXT: scf.yield %[[Q]]
// CHECK-NEXT: } else {
// CHECK-NEXT: scf.yield %[[P]]
// CHECK: return %[[R]]
func.func @one_side(%c: i1, %p: !llvm.ptr, %q: !llvm.ptr) -> !llvm.ptr {
  %one = llvm.mlir.constant(1 : i64) : i64
  %v = llvm.alloca %one x !llvm.ptr : (i64) -> !llvm.ptr
  llvm.store %p, %v : !llvm.ptr, !llvm.ptr
  scf.if %c {
    llvm.store %q, %v : !llvm.ptr, !llvm.ptr
  }
  %r = llvm.load %v : !llvm.ptr -> !llvm.ptr
  return %r : !llvm.ptr
}

// -----

// Euclid: two variables through scf.while, one of them read behind it.
// CHECK-LABEL: func.func @gcd
// CHECK-SAME: (%[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK: %[[W:.*]]:2 = scf.while (%[[X:.*]] = %[[A]], %[[Y:.*]] = %[[B]]) : (i32, i32) -> (i32, i32)
// CHECK: scf.condition(%{{.*}}) %[[X]], %[[Y]]
// CHECK: ^bb0(%[[XX:.*]]: i32, %[[YY:.*]]: i32)
// CHECK: %[[R:.*]] = arith.remui %[[XX]], %[[YY]]
// CHECK: scf.yield %[[YY]], %[[R]]
// CHECK: return %[[W]]#0
func.func @gcd(%a: i32, %b: i32) -> i32 {
  %x = memref.alloca() : memref<i32>
  %y = memref.alloca() : memref<i32>
  memref.store %a, %x[] : memref<i32>
  memref.store %b, %y[] : memref<i32>
  %zero = arith.constant 0 : i32
  scf.while : () -> () {
    %v = memref.load %y[] : memref<i32>
    %c = arith.cmpi ne, %v, %zero : i32
    scf.condition(%c)
  } do {
    %u = memref.load %x[] : memref<i32>
    %v = memref.load %y[] : memref<i32>
    %r = arith.remui %u, %v : i32
    memref.store %v, %x[] : memref<i32>
    memref.store %r, %y[] : memref<i32>
    scf.yield
  }
  %g = memref.load %x[] : memref<i32>
  return %g : i32
}

// -----

// Blocks: an argument where two values meet, none where the variable is dead; a loop of blocks around scf.
// CHECK-LABEL: func.func @blocks
// CHECK: cf.br ^[[HEAD:bb[0-9]+]](%{{.*}} : i32)
// CHECK: ^[[HEAD]](%[[I:.*]]: i32):
// CHECK: scf.if %{{.*}} -> (i32)
// CHECK: cf.cond_br %{{.*}}, ^[[HEAD]](%{{.*}} : i32), ^[[END:bb[0-9]+]]
// CHECK: ^[[END]]:
// CHECK: return %{{.*}} : i32
func.func @blocks(%n: i32, %flag: i1) -> i32 {
  %i = memref.alloca() : memref<i32>
  %dead = memref.alloca() : memref<i32>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  memref.store %c0, %i[] : memref<i32>
  cf.br ^head
^head:
  memref.store %n, %dead[] : memref<i32>
  scf.if %flag {
    %old = memref.load %i[] : memref<i32>
    %new = arith.addi %old, %c1 : i32
    memref.store %new, %i[] : memref<i32>
  }
  %v = memref.load %i[] : memref<i32>
  %c = arith.cmpi slt, %v, %n : i32
  cf.cond_br %c, ^head, ^end
^end:
  %r = memref.load %i[] : memref<i32>
  return %r : i32
}

// -----

// Read before it is written.
// CHECK-LABEL: func.func @undefined
// CHECK: %[[U:.*]] = llvm.mlir.undef : i32
// CHECK: return %[[U]]
func.func @undefined() -> i32 {
  %v = memref.alloca() : memref<i32>
  %r = memref.load %v[] : memref<i32>
  return %r : i32
}

// -----

// Left alone: the address escapes, another type is read, volatile, an operation with a region of another kind.
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-3: llvm.alloca
// CHECK: memref.alloca
// REMARK: [Missed] variable
// REMARK-SAME: 'func.call' uses its address, or another type
// REMARK: [Missed] variable
// REMARK-SAME: 'llvm.load' uses its address, or another type
// REMARK: [Missed] variable
// REMARK-SAME: 'llvm.store' uses its address, or another type
// REMARK: [Missed] variable
// REMARK-SAME: used inside of 'scf.execute_region'
func.func private @use(!llvm.ptr)
func.func @stays(%x: i32) -> f32 {
  %one = llvm.mlir.constant(1 : i64) : i64
  %a = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  %b = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  %c = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  %d = memref.alloca() : memref<i32>
  call @use(%a) : (!llvm.ptr) -> ()
  llvm.store %x, %b : i32, !llvm.ptr
  %f = llvm.load %b : !llvm.ptr -> f32
  llvm.store volatile %x, %c : i32, !llvm.ptr
  scf.execute_region {
    memref.store %x, %d[] : memref<i32>
    scf.yield
  }
  return %f : f32
}
