// RUN: lexon-opt %s --convert-cancelling-math --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @near_zero(
//  CHECK-SAME:   %[[X:[^:]+]]: f32, %[[Y:[^:]+]]: f64
//       CHECK:   call @expm1f(%[[X]])
//       CHECK:   call @log1p(%[[Y]])
func.func @near_zero(%x: f32, %y: f64) -> (f32, f64) {
  %0 = math.expm1 %x : f32
  %1 = math.log1p %y : f64
  return %0, %1 : f32, f64
}
// -----
// libm knows no vectors: element by element.
// CHECK-LABEL: func.func @vectors(
// CHECK-COUNT-2: call @log1pf
//       CHECK:   return
func.func @vectors(%x: vector<2xf32>) -> vector<2xf32> {
  %0 = math.log1p %x : vector<2xf32>
  return %0 : vector<2xf32>
}
// -----
// Left alone: LLVM has an intrinsic.
// CHECK-LABEL: func.func @exponential(
//       CHECK:   math.exp %
func.func @exponential(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}
// -----
// Left alone: not yet loops.
// CHECK-LABEL: func.func @tensors(
//       CHECK:   math.expm1 %
func.func @tensors(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = math.expm1 %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
