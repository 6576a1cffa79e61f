// Two layers and a sum over all rows: intermediate results too large for the stack, loops that cross between threads.
func.func @layers(%x: tensor<61x67xf32>, %w: tensor<67x131xf32>, %v: tensor<131x61xf32>) -> tensor<61x61xf32> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<61x131xf32>
  %i0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<61x131xf32>) -> tensor<61x131xf32>
  %h = linalg.matmul ins(%x, %w : tensor<61x67xf32>, tensor<67x131xf32>) outs(%i0 : tensor<61x131xf32>) -> tensor<61x131xf32>
  %e1 = tensor.empty() : tensor<61x61xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<61x61xf32>) -> tensor<61x61xf32>
  %y = linalg.matmul ins(%h, %v : tensor<61x131xf32>, tensor<131x61xf32>) outs(%i1 : tensor<61x61xf32>) -> tensor<61x61xf32>
  %e2 = tensor.empty() : tensor<61xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<61xf32>) -> tensor<61xf32>
  %s = linalg.reduce ins(%y : tensor<61x61xf32>) outs(%i2 : tensor<61xf32>) dimensions = [0]
    (%in: f32, %acc: f32) { %t = arith.addf %in, %acc : f32  linalg.yield %t : f32 }
  %e3 = tensor.empty() : tensor<61x61xf32>
  %i3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<61x61xf32>) -> tensor<61x61xf32>
  %z = linalg.matmul ins(%y, %y : tensor<61x61xf32>, tensor<61x61xf32>) outs(%i3 : tensor<61x61xf32>) -> tensor<61x61xf32>
  %e4 = tensor.empty() : tensor<61x61xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]} ins(%z, %s : tensor<61x61xf32>, tensor<61xf32>) outs(%e4 : tensor<61x61xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %t = arith.subf %a, %b : f32
      linalg.yield %t : f32
    } -> tensor<61x61xf32>
  return %r : tensor<61x61xf32>
}
