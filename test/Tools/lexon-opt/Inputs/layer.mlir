func.func @layer(%x: tensor<5x7xf32>, %w: tensor<7x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<5x7xf32>, tensor<7x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  %1 = math.exp %0 : tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}
