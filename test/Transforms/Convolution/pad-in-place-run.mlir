// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pad-in-place))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(pad-in-place))'
// REQUIRES: python
// CHECK-COUNT-3: remark: [Passed] padded | Category:pad-in-place

// Padded twice (the second pad copies), and read before and after.
func.func @shared(%x: tensor<5x6xf32>, %y: tensor<5x6xf32>) -> (tensor<5x6xf32>, tensor<7x8xf32>, tensor<6x9xf32>) {
  %value = arith.constant 1.5 : f32
  %e = tensor.empty() : tensor<5x6xf32>
  %r = linalg.sub ins(%x, %y : tensor<5x6xf32>, tensor<5x6xf32>) outs(%e : tensor<5x6xf32>) -> tensor<5x6xf32>
  %n = linalg.negf ins(%r : tensor<5x6xf32>) outs(%e : tensor<5x6xf32>) -> tensor<5x6xf32>
  %p = tensor.pad %r low[1, 0] high[1, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %value : f32
  } : tensor<5x6xf32> to tensor<7x8xf32>
  %q = tensor.pad %r low[0, 3] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %value : f32
  } : tensor<5x6xf32> to tensor<6x9xf32>
  return %n, %p, %q : tensor<5x6xf32>, tensor<7x8xf32>, tensor<6x9xf32>
}
// The result begins with a value: the filling, too, is done in place.
func.func @filled(%x: tensor<5x7xf32>) -> tensor<9xf32> {
  %low = arith.constant -1.0 : f32
  %zero = arith.constant 0.25 : f32
  %e = tensor.empty() : tensor<7xf32>
  %i = linalg.fill ins(%low : f32) outs(%e : tensor<7xf32>) -> tensor<7xf32>
  %r = linalg.reduce {arith.maximumf} ins(%x : tensor<5x7xf32>) outs(%i : tensor<7xf32>) dimensions = [0]
  %p = tensor.pad %r low[1] high[1] {
  ^bb0(%k: index):
    tensor.yield %zero : f32
  } : tensor<7xf32> to tensor<9xf32>
  return %p : tensor<9xf32>
}
func.func @integers(%x: tensor<3xi32>) -> tensor<6xi32> {
  %value = arith.constant -7 : i32
  %e = tensor.empty() : tensor<3xi32>
  %r = linalg.add ins(%x, %x : tensor<3xi32>, tensor<3xi32>) outs(%e : tensor<3xi32>) -> tensor<3xi32>
  %p = tensor.pad %r low[2] high[1] {
  ^bb0(%i: index):
    tensor.yield %value : i32
  } : tensor<3xi32> to tensor<6xi32>
  return %p : tensor<6xi32>
}
// The second of two results.
#id = affine_map<(d0) -> (d0)>
func.func @second(%x: tensor<5xf32>) -> tensor<7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %two:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<5xf32>) outs(%e, %e : tensor<5xf32>, tensor<5xf32>) {
  ^bb0(%a: f32, %o: f32, %q: f32):
    %b = arith.negf %a : f32
    linalg.yield %a, %b : f32, f32
  } -> (tensor<5xf32>, tensor<5xf32>)
  %p = tensor.pad %two#1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  return %p : tensor<7xf32>
}
