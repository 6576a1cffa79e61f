// RUN: lexon-opt %s --expand-math --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(convert-linalg-to-loops,expand-math)'
// REQUIRES: python
// On the pipelines' road, with what feeds and takes the functions; accuracy.test looks at each alone.
// CHECK-DAG: Category:expand-math{{.*}}math.exp
// CHECK-DAG: Category:expand-math{{.*}}math.tanh
// CHECK-DAG: Category:expand-math{{.*}}math.sin
// CHECK-DAG: Category:expand-math{{.*}}math.powf

// An odd number of rows of unknown length.
func.func @chain(%a: memref<?x19xf32>, %out: memref<?x19xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<?x19xf32>) outs(%out : memref<?x19xf32>) {
  ^bb0(%x: f32, %y: f32):
    %one = arith.constant 1.0 : f32
    %e = math.exp %x : f32
    %f = math.erf %x : f32
    %t = math.tanh %e : f32
    %s = math.sin %t : f32
    %base = arith.addf %e, %one : f32
    %p = math.powf %base, %f : f32
    %l = math.log1p %p : f32
    %r = arith.addf %s, %l : f32
    linalg.yield %r : f32
  }
  return
}
