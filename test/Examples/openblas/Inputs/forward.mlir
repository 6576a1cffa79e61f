func.func private @subgraph0(tensor<8x1x3x3xf32>, tensor<8xf32>, tensor<16x8x3x3xf32>, tensor<16xf32>, tensor<64x576xf32>, tensor<64xf32>, tensor<10x64xf32>, tensor<10xf32>, tensor<3x1x28x28xf32>) -> tensor<3x10xf32>
func.func @forward(%weights: tensor<155392xi8>, %arg0: tensor<3x1x28x28xf32>) -> tensor<3x10xf32> {
  %w0 = lexon.weight %weights[0] : tensor<155392xi8> -> tensor<8x1x3x3xf32>
  %w1 = lexon.weight %weights[320] : tensor<155392xi8> -> tensor<8xf32>
  %w2 = lexon.weight %weights[384] : tensor<155392xi8> -> tensor<16x8x3x3xf32>
  %w3 = lexon.weight %weights[4992] : tensor<155392xi8> -> tensor<16xf32>
  %w4 = lexon.weight %weights[5056] : tensor<155392xi8> -> tensor<64x576xf32>
  %w5 = lexon.weight %weights[152512] : tensor<155392xi8> -> tensor<64xf32>
  %w6 = lexon.weight %weights[152768] : tensor<155392xi8> -> tensor<10x64xf32>
  %w7 = lexon.weight %weights[155328] : tensor<155392xi8> -> tensor<10xf32>
  %0 = call @subgraph0(%w0, %w1, %w2, %w3, %w4, %w5, %w6, %w7, %arg0) : (tensor<8x1x3x3xf32>, tensor<8xf32>, tensor<16x8x3x3xf32>, tensor<16xf32>, tensor<64x576xf32>, tensor<64xf32>, tensor<10x64xf32>, tensor<10xf32>, tensor<3x1x28x28xf32>) -> tensor<3x10xf32>
  return %0 : tensor<3x10xf32>
}
