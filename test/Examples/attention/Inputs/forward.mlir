func.func private @subgraph0(tensor<40x60xf32>, tensor<100x40xf32>, tensor<100xf32>, tensor<2x7x40xf32>) -> tensor<2x7x40xf32>
func.func @forward(%weights: tensor<26048xi8>, %arg0: tensor<2x7x40xf32>) -> tensor<2x7x40xf32> {
  %w0 = lexon.weight %weights[0] : tensor<26048xi8> -> tensor<40x60xf32>
  %w1 = lexon.weight %weights[9600] : tensor<26048xi8> -> tensor<100x40xf32>
  %w2 = lexon.weight %weights[25600] : tensor<26048xi8> -> tensor<100xf32>
  %0 = call @subgraph0(%w0, %w1, %w2, %arg0) : (tensor<40x60xf32>, tensor<100x40xf32>, tensor<100xf32>, tensor<2x7x40xf32>) -> tensor<2x7x40xf32>
  return %0 : tensor<2x7x40xf32>
}
