// Where every index is in range, nothing changes. (Indices that are not: test/Python/runtime/test_checks.py.)
// RUN: lexon-opt %s --check-indices --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --range=1:0:10 --bound=0 --pass-pipeline='builtin.module(check-indices)'
// REQUIRES: python
// CHECK: remark: [Passed] checked

func.func @embedding(%t: tensor<11x3xf32>, %at: tensor<7xi64>) -> tensor<7x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%at : tensor<7xi64>) outs(%e : tensor<7x3xf32>) {
  ^bb0(%i: i64, %o: f32):
    %row = arith.index_cast %i : i64 to index
    %column = linalg.index 1 : index
    %x = tensor.extract %t[%row, %column] : tensor<11x3xf32>
    linalg.yield %x : f32
  } -> tensor<7x3xf32>
  return %r : tensor<7x3xf32>
}
