// RUN: lexon-opt %s --widen-indices --cse | FileCheck %s

// CHECK-LABEL: func.func @behind(
// CHECK: %[[I:.*]] = arith.index_cast %{{.*}} : index to i64
// CHECK: %[[N:.*]] = arith.extsi %{{.*}} : i32 to i64
// CHECK: %[[ROW:.*]] = arith.muli %[[I]], %[[N]] overflow<nsw> : i64
// CHECK: %[[SUM:.*]] = arith.addi %[[ROW]], %{{.*}} overflow<nsw> : i64
// CHECK: return %[[SUM]] : i64
func.func @behind(%counter: index, %n: i32) -> i64 {
  %one = arith.constant 1 : i32
  %wide = arith.index_cast %counter : index to i64
  %i = arith.trunci %wide overflow<nsw> : i64 to i32
  %row = arith.muli %i, %n overflow<nsw> : i32
  %sum = arith.addi %row, %one overflow<nsw> : i32
  %result = arith.extsi %sum : i32 to i64
  return %result : i64
}

// CHECK-LABEL: func.func @as_index(
// CHECK: %[[W:.*]] = arith.index_cast %{{.*}} : i64 to index
// CHECK: arith.subi %[[W]], %{{.*}} overflow<nsw> : index
func.func @as_index(%wide: i64, %n: i32) -> index {
  %i = arith.trunci %wide overflow<nsw> : i64 to i32
  %difference = arith.subi %i, %n overflow<nsw> : i32
  %result = arith.index_cast %difference : i32 to index
  return %result : index
}

// CHECK-LABEL: func.func @unsigned(
// CHECK-SAME: %[[W:.*]]: i64
// CHECK: return %[[W]] : i64
func.func @unsigned(%wide: i64) -> i64 {
  %i = arith.trunci %wide overflow<nuw> : i64 to i32
  %result = arith.extui %i : i32 to i64
  return %result : i64
}

// Left alone: what may wrap, what may have lost bits, an extension of the other kind, sums of nothing that was cut.
// CHECK-LABEL: func.func @others(
// CHECK-COUNT-4: arith.ext{{[su]}}i
// CHECK: return
func.func @others(%wide: i64, %n: i32) -> (i64, i64, i64, i64) {
  %i = arith.trunci %wide overflow<nsw> : i64 to i32
  %cut = arith.trunci %wide : i64 to i32
  %wraps = arith.addi %i, %n : i32
  %a = arith.extsi %wraps : i32 to i64
  %b = arith.extsi %cut : i32 to i64
  %c = arith.extui %i : i32 to i64
  %sum = arith.addi %n, %n overflow<nsw> : i32
  %d = arith.extsi %sum : i32 to i64
  return %a, %b, %c, %d : i64, i64, i64, i64
}
