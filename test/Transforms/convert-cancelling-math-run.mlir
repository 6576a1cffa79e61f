// RUN: lexon-opt %s --convert-cancelling-math --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(convert-cancelling-math)'
// REQUIRES: python
// CHECK-DAG: Category:convert-cancelling-math{{.*}}math.expm1
// CHECK-DAG: Category:convert-cancelling-math{{.*}}math.log1p

// Scaled by 2^-20, where exp(x) - 1 and log(1 + x) keep a few bits only.
func.func @near_zero(%a: tensor<37xf32>) -> (tensor<37xf32>, tensor<37xf32>) {
  %small = arith.constant 9.5367431640625e-07 : f32
  %e = tensor.empty() : tensor<37xf32>
  %0:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                         iterator_types = ["parallel"]}
      ins(%a : tensor<37xf32>) outs(%e, %e : tensor<37xf32>, tensor<37xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %s = arith.mulf %x, %small : f32
    %m = math.expm1 %s : f32
    %q = arith.mulf %s, %s : f32
    %l = math.log1p %q : f32
    linalg.yield %m, %l : f32, f32
  } -> (tensor<37xf32>, tensor<37xf32>)
  return %0#0, %0#1 : tensor<37xf32>, tensor<37xf32>
}
