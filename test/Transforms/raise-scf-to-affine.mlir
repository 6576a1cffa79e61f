// RUN: lexon-opt %s --raise-scf-to-affine --split-input-file | FileCheck %s
// RUN: lexon-opt %s --raise-scf-to-affine --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// Stock tools read the result.
// RUN: lexon-opt %s --raise-scf-to-affine --split-input-file | mlir-opt --split-input-file -o /dev/null

// Indices are computed as C computes them: in i32 and i64, with casts in between.
// CHECK-LABEL: func.func @casts(
// CHECK-SAME: %[[M:.+]]: memref<100x7xf32>
// CHECK: affine.for %[[I:.+]] = 1 to 30
// CHECK: affine.for %[[J:.+]] = 0 to 7
// CHECK: %[[V:.+]] = affine.load %[[M]][%[[I]] * 2 + %[[J]] - 1, %[[J]]]
// CHECK: affine.store %[[V]], %[[M]][%[[I]], %[[J]]]
// WHY: remark: [Passed]{{.*}}Category:raise-scf-to-affine
func.func @casts(%m: memref<100x7xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c30 = arith.constant 30 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  scf.for %i = %c1 to %c30 step %c1 {
    %i32 = arith.index_cast %i : index to i32
    scf.for %j = %c0 to %c7 step %c1 {
      %j32 = arith.index_cast %j : index to i32
      %twice = arith.muli %i32, %two overflow<nsw> : i32
      %sum = arith.addi %twice, %j32 overflow<nsw> : i32
      %before = arith.subi %sum, %one overflow<nsw> : i32
      %wide = arith.extsi %before : i32 to i64
      %row = arith.index_cast %wide : i64 to index
      %v = memref.load %m[%row, %j] : memref<100x7xf32>
      memref.store %v, %m[%i, %j] : memref<100x7xf32>
    }
  }
  return
}

// -----
// Dynamic bounds: an argument that C has as an int, a triangle, a step, a loop-carried sum.
// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME: %[[N:.+]]: i32, %[[M:.+]]: memref<?x?xf32>
// CHECK: %[[END:.+]] = arith.index_cast %[[N]] : i32 to index
// CHECK: affine.for %[[I:.+]] = 0 to %{{.+}} iter_args(%[[OUTER:.+]] = %{{.+}}) -> (f32)
// CHECK: affine.for %[[J:.+]] = #{{.+}}(%[[I]]) to #{{.+}}()[%[[END]]] step 3 iter_args(%[[SUM:.+]] = %[[OUTER]]) -> (f32)
// CHECK: affine.load %[[M]][%[[I]], %[[J]]]
// CHECK: affine.yield
func.func @dynamic(%n: i32, %m: memref<?x?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %one = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %end = arith.index_cast %n : i32 to index
  %total = scf.for %i = %c0 to %end step %c1 iter_args(%outer = %zero) -> (f32) {
    %i32 = arith.index_cast %i : index to i32
    %next = arith.addi %i32, %one overflow<nsw> : i32
    %first = arith.index_cast %next : i32 to index
    %less = arith.subi %n, %one overflow<nsw> : i32
    %last = arith.index_cast %less : i32 to index
    %row = scf.for %j = %first to %last step %c3 iter_args(%sum = %outer) -> (f32) {
      %v = memref.load %m[%i, %j] : memref<?x?xf32>
      %more = arith.addf %sum, %v : f32
      scf.yield %more : f32
    }
    scf.yield %row : f32
  }
  return %total : f32
}

// -----
// Tiles: the end is the smaller of two values.
// CHECK: #[[ENDS:.+]] = affine_map<(d0)[s0] -> (d0 + 8, s0)>
// CHECK-LABEL: func.func @tiles(
// CHECK: affine.for %[[I:.+]] = 0 to %[[N:.+]] step 8
// CHECK: affine.for %{{.+}} = #{{.+}}(%[[I]]) to min #[[ENDS]](%[[I]])[%[[N]]]
func.func @tiles(%n: index, %m: memref<?xf32>, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %n step %c8 {
    %past = arith.addi %i, %c8 overflow<nsw> : index
    %end = arith.minsi %past, %n : index
    scf.for %j = %i to %end step %c1 {
      memref.store %f, %m[%j] : memref<?xf32>
    }
  }
  return
}

// -----
// Ranges show that nothing wraps around, without nsw, and that C's quotient and remainder are the affine ones.
// CHECK-LABEL: func.func @ranges(
// CHECK: affine.for %[[I:.+]] = 0 to 64
// CHECK: affine.load %{{.+}}[%[[I]] floordiv 8, (%[[I]] + 1) mod 8]
func.func @ranges(%m: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %row = arith.divsi %i, %c8 : index
    %next = arith.addi %i, %c1 : index
    %column = arith.remui %next, %c8 : index
    %v = memref.load %m[%row, %column] : memref<8x8xf32>
    memref.store %v, %m[%column, %row] : memref<8x8xf32>
  }
  return
}

// -----
// Accesses outside of loops, and in loops that are not affine.
// CHECK-LABEL: func.func @elsewhere(
// CHECK: affine.store %{{.+}}, %{{.+}}[symbol(%{{.+}})]
// CHECK: scf.while
// CHECK: affine.load %{{.+}}[]
func.func @elsewhere(%m: memref<?xi1>, %flag: memref<i1>, %k: index, %b: i1) {
  %c1 = arith.constant 1 : index
  %next = arith.addi %k, %c1 overflow<nsw> : index
  memref.store %b, %m[%next] : memref<?xi1>
  scf.while : () -> () {
    %goes_on = memref.load %flag[] : memref<i1>
    scf.condition(%goes_on)
  } do {
    scf.yield
  }
  return
}

// -----
// A loop that may take its end from memory, which the loop around it changes.
// CHECK-LABEL: func.func @end_changes(
// CHECK: affine.for
// CHECK: scf.for
// WHY: remark: [Missed] loop{{.*}}Category:raise-scf-to-affine{{.*}}the end: depends on an operation that is not affine
func.func @end_changes(%n: index, %ends: memref<?xindex>, %m: memref<?xf32>, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %end = memref.load %ends[%i] : memref<?xindex>
    scf.for %j = %c0 to %end step %c1 {
      memref.store %f, %m[%j] : memref<?xf32>
    }
  }
  return
}

// -----
// CHECK-LABEL: func.func @step_dynamic(
// CHECK: scf.for
// CHECK: memref.store
// WHY: remark: [Missed] loop{{.*}}the step is no positive constant
// WHY: remark: [Missed] access{{.*}}changes from trip to trip
func.func @step_dynamic(%n: index, %step: index, %m: memref<?xf32>, %f: f32) {
  %c0 = arith.constant 0 : index
  scf.for %i = %c0 to %n step %step {
    memref.store %f, %m[%i] : memref<?xf32>
  }
  return
}

// -----
// 64 bits down to 32, with any bits: position 2^32 would be element 0.
// CHECK-LABEL: func.func @cut_off(
// CHECK: affine.for
// CHECK: memref.load
// WHY: remark: [Missed] access{{.*}}a cast may cut off high bits
func.func @cut_off(%n: index, %m: memref<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> (f32) {
    %i32 = arith.index_cast %i : index to i32
    %k = arith.index_cast %i32 : i32 to index
    %v = memref.load %m[%k] : memref<?xf32>
    %more = arith.addf %sum, %v : f32
    scf.yield %more : f32
  }
  return %r : f32
}

// -----
// Unsigned arithmetic wraps around: 3 - 5 is 2^32 - 2.
// CHECK-LABEL: func.func @wraps(
// CHECK: affine.for
// CHECK: memref.load
// WHY: remark: [Missed] access{{.*}}arithmetic that may wrap around
// WHY: remark: [Missed] access{{.*}}a cast from unsigned of what may have the highest bit set
func.func @wraps(%k: i32, %m: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %c0 to %c9 step %c1 {
    %i32 = arith.index_cast %i : index to i32
    %sum = arith.addi %i32, %k : i32
    %at = arith.index_cast %sum : i32 to index
    %v = memref.load %m[%at] : memref<?xf32>
    %less = arith.subi %i32, %k overflow<nsw> : i32
    %unsigned = arith.index_castui %less : i32 to index
    memref.store %v, %m[%unsigned] : memref<?xf32>
  }
  return
}

// -----
// C's quotient of a negative number is rounded up, the affine one down.
// CHECK-LABEL: func.func @negative_quotient(
// CHECK: affine.for
// CHECK: memref.load
// WHY: remark: [Missed] access{{.*}}a division of what may be negative
// WHY: remark: [Missed] access{{.*}}a product of two values that are no constants
func.func @negative_quotient(%n: index, %m: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %low = arith.constant -9 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %low to %c9 step %c1 {
    %half = arith.divsi %i, %c2 : index
    %v = memref.load %m[%half] : memref<?xf32>
    %square = arith.muli %i, %n overflow<nsw> : index
    memref.store %v, %m[%square] : memref<?xf32>
  }
  return
}

// -----
// CHECK-LABEL: func.func @kept(
// CHECK: scf.for
// CHECK-SAME: i32
// CHECK: scf.for unsigned
// CHECK: memref.load {{.*}}nontemporal
// CHECK: memref.store {{.*}}alignment
// WHY: remark: [Missed] loop{{.*}}counts in a type other than index
// WHY: remark: [Missed] loop{{.*}}compares without sign
// WHY: remark: [Missed] access{{.*}}volatile or nontemporal
// WHY: remark: [Missed] access{{.*}}states an alignment
func.func @kept(%n: index, %k: i32, %m: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %i = %zero to %k step %one : i32 {
  }
  scf.for unsigned %i = %c0 to %n step %c1 {
    %v = memref.load %m[%c0] {nontemporal = true} : memref<4xf32>
    memref.store %v, %m[%c1] {alignment = 16} : memref<4xf32>
  }
  return
}

// -----
// 2^40 times the position, by doubling: reading it takes no 2^40 steps.
// CHECK-LABEL: func.func @doubled(
// CHECK: affine.for
// CHECK: memref.store
// WHY: remark: [Missed] access{{.*}}an expression of too many operations
func.func @doubled(%m: memref<?xf32>, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %d0 = %c0 to %c1 step %c1 {
    %d1 = arith.addi %d0, %d0 overflow<nsw> : index
    %d2 = arith.addi %d1, %d1 overflow<nsw> : index
    %d3 = arith.addi %d2, %d2 overflow<nsw> : index
    %d4 = arith.addi %d3, %d3 overflow<nsw> : index
    %d5 = arith.addi %d4, %d4 overflow<nsw> : index
    %d6 = arith.addi %d5, %d5 overflow<nsw> : index
    %d7 = arith.addi %d6, %d6 overflow<nsw> : index
    %d8 = arith.addi %d7, %d7 overflow<nsw> : index
    %d9 = arith.addi %d8, %d8 overflow<nsw> : index
    %d10 = arith.addi %d9, %d9 overflow<nsw> : index
    %d11 = arith.addi %d10, %d10 overflow<nsw> : index
    %d12 = arith.addi %d11, %d11 overflow<nsw> : index
    %d13 = arith.addi %d12, %d12 overflow<nsw> : index
    %d14 = arith.addi %d13, %d13 overflow<nsw> : index
    %d15 = arith.addi %d14, %d14 overflow<nsw> : index
    %d16 = arith.addi %d15, %d15 overflow<nsw> : index
    %d17 = arith.addi %d16, %d16 overflow<nsw> : index
    %d18 = arith.addi %d17, %d17 overflow<nsw> : index
    %d19 = arith.addi %d18, %d18 overflow<nsw> : index
    %d20 = arith.addi %d19, %d19 overflow<nsw> : index
    %d21 = arith.addi %d20, %d20 overflow<nsw> : index
    %d22 = arith.addi %d21, %d21 overflow<nsw> : index
    %d23 = arith.addi %d22, %d22 overflow<nsw> : index
    %d24 = arith.addi %d23, %d23 overflow<nsw> : index
    %d25 = arith.addi %d24, %d24 overflow<nsw> : index
    %d26 = arith.addi %d25, %d25 overflow<nsw> : index
    %d27 = arith.addi %d26, %d26 overflow<nsw> : index
    %d28 = arith.addi %d27, %d27 overflow<nsw> : index
    %d29 = arith.addi %d28, %d28 overflow<nsw> : index
    %d30 = arith.addi %d29, %d29 overflow<nsw> : index
    %d31 = arith.addi %d30, %d30 overflow<nsw> : index
    %d32 = arith.addi %d31, %d31 overflow<nsw> : index
    %d33 = arith.addi %d32, %d32 overflow<nsw> : index
    %d34 = arith.addi %d33, %d33 overflow<nsw> : index
    %d35 = arith.addi %d34, %d34 overflow<nsw> : index
    %d36 = arith.addi %d35, %d35 overflow<nsw> : index
    %d37 = arith.addi %d36, %d36 overflow<nsw> : index
    %d38 = arith.addi %d37, %d37 overflow<nsw> : index
    %d39 = arith.addi %d38, %d38 overflow<nsw> : index
    %d40 = arith.addi %d39, %d39 overflow<nsw> : index
    memref.store %f, %m[%d40] : memref<?xf32>
  }
  return
}

// -----
// A variable that counts through blocks has no bounds; nobody counts to find them.
// CHECK-LABEL: func.func @counts_in_blocks(
// CHECK: cf.cond_br
// CHECK: affine.for
// CHECK: memref.store
// WHY: remark: [Missed] access{{.*}}a cast may cut off high bits
func.func @counts_in_blocks(%m: memref<?xf32>, %n: i64, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  cf.br ^loop(%zero : i64)
^loop(%i: i64):
  %next = arith.addi %i, %one : i64
  %more = arith.cmpi slt, %next, %n : i64
  cf.cond_br %more, ^loop(%next : i64), ^end
^end:
  scf.for %j = %c0 to %c7 step %c1 {
    %short = arith.trunci %next : i64 to i32
    %at = arith.index_cast %short : i32 to index
    memref.store %f, %m[%at] : memref<?xf32>
  }
  return
}
