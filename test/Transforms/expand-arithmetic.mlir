// RUN: lexon-opt %s --expand-arithmetic --split-input-file | FileCheck %s
// RUN: lexon-opt %s --expand-arithmetic=bf16=true --split-input-file | FileCheck %s --check-prefix=BF16

// CHECK-LABEL: func.func @square(
//  CHECK-SAME:   %[[X:[^:]+]]: f32
//       CHECK:   arith.mulf %[[X]], %[[X]]
func.func @square(%x: f32) -> f32 {
  %two = arith.constant 2.0 : f32
  %0 = math.powf %x, %two : f32
  return %0 : f32
}
// -----
// Left alone: an exponent nobody knows.
// CHECK-LABEL: func.func @power(
//       CHECK:   math.powf
func.func @power(%x: f32, %y: f32) -> f32 {
  %0 = math.powf %x, %y : f32
  return %0 : f32
}
// -----
// CHECK-LABEL: func.func @ceiling(
//   CHECK-NOT:   ceildivsi
//       CHECK:   return
func.func @ceiling(%x: index, %y: index) -> index {
  %0 = arith.ceildivsi %x, %y : index
  return %0 : index
}
// -----
// bf16 is integer arithmetic only where asked for.
// CHECK-LABEL: func.func @bf16(
//       CHECK:   arith.truncf
// BF16-LABEL: func.func @bf16(
//   BF16-NOT:   arith.truncf
//       BF16:   arith.shrui
func.func @bf16(%x: vector<5xf32>) -> vector<5xbf16> {
  %0 = arith.truncf %x : vector<5xf32> to vector<5xbf16>
  return %0 : vector<5xbf16>
}
// -----
// f64 goes by way of f32.
// BF16-LABEL: func.func @bf16_from_f64(
//       BF16:   arith.truncf {{.*}} : f64 to f32
//   BF16-NOT:   arith.truncf
//       BF16:   arith.shrui
func.func @bf16_from_f64(%x: f64) -> bf16 {
  %0 = arith.truncf %x : f64 to bf16
  return %0 : bf16
}
