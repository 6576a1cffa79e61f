// RUN: lexon-opt %s --expand-arithmetic=bf16=true --remarks -o - 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(expand-arithmetic{bf16=true})'
// REQUIRES: python
// CHECK-NOT: math.fpowi
// CHECK-NOT: divsi {{.*}} ceil
// CHECK-NOT: arith.truncf
// CHECK: remark: [Passed] expanded | Category:expand-arithmetic

func.func @powers(%a: tensor<7x3xf32>) -> tensor<7x3xf32> {
  %two = arith.constant 2 : i32
  %e = tensor.empty() : tensor<7x3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<7x3xf32>) outs(%e : tensor<7x3xf32>) {
  ^bb0(%x: f32, %y: f32):
    %p = math.fpowi %x, %two : f32, i32
    linalg.yield %p : f32
  } -> tensor<7x3xf32>
  return %0 : tensor<7x3xf32>
}
// Signs in all combinations: 13 values are enough for the seeded inputs to have them.
func.func @divisions(%a: tensor<13xi32>) -> (tensor<13xi32>, tensor<13xi32>) {
  %seven = arith.constant dense<7> : tensor<13xi32>
  %0 = arith.ceildivsi %a, %seven : tensor<13xi32>
  %1 = arith.floordivsi %a, %seven : tensor<13xi32>
  return %0, %1 : tensor<13xi32>, tensor<13xi32>
}
func.func @bf16(%a: tensor<37xf32>) -> tensor<37xbf16> {
  %0 = arith.truncf %a : tensor<37xf32> to tensor<37xbf16>
  return %0 : tensor<37xbf16>
}
