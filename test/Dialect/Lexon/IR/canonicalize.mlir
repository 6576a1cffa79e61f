// RUN: lexon-opt %s --promote-variables --canonicalize | FileCheck %s

// Merging the loop's blocks would give `%y = addi %y, 1`, which is folded to `%y = addi %y, 2`, and so on.
// CHECK-LABEL: func.func @never_entered(
//  CHECK-NEXT:   return
func.func private @use(i64)
func.func @never_entered(%n: i64) {
  %one = arith.constant 1 : i64
  %no = arith.constant false
  cf.cond_br %no, ^head(%one : i64), ^exit
^head(%x: i64):
  func.call @use(%x) : (i64) -> ()
  %goes_on = arith.cmpi slt, %x, %n : i64
  cf.cond_br %goes_on, ^body, ^exit
^body:
  %y = arith.addi %x, %one : i64
  cf.br ^head(%y : i64)
^exit:
  return
}

// Blocks that are reached are merged as ever.
// CHECK-LABEL: func.func @entered(
//  CHECK-NEXT:   %[[X:.*]] = call @next(%{{.*}}) : (i64) -> i64
//  CHECK-NEXT:   call @use(%[[X]])
//  CHECK-NEXT:   return
func.func private @next(i64) -> i64
func.func @entered(%n: i64) {
  %x = func.call @next(%n) : (i64) -> i64
  cf.br ^then(%x : i64)
^then(%y: i64):
  func.call @use(%y) : (i64) -> ()
  return
}
