func.func private @subgraph0(tensor<48xf32>, tensor<48x48xf32>, tensor<48xf32>, tensor<48x80xf32>, tensor<80x48xf32>, tensor<80xf32>, tensor<160x48xf32>, tensor<2x7x48xf32>) -> tensor<2x7x48xf32>
func.func @forward(%weights: tensor<71360xi8>, %arg0: tensor<2x7x48xf32>) -> tensor<2x7x48xf32> {
  %w0 = lexon.weight %weights[0] : tensor<71360xi8> -> tensor<48xf32>
  %w1 = lexon.weight %weights[192] : tensor<71360xi8> -> tensor<48x48xf32>
  %w2 = lexon.weight %weights[9408] : tensor<71360xi8> -> tensor<48xf32>
  %w3 = lexon.weight %weights[9600] : tensor<71360xi8> -> tensor<48x80xf32>
  %w4 = lexon.weight %weights[24960] : tensor<71360xi8> -> tensor<80x48xf32>
  %w5 = lexon.weight %weights[40320] : tensor<71360xi8> -> tensor<80xf32>
  %w6 = lexon.weight %weights[40640] : tensor<71360xi8> -> tensor<160x48xf32>
  %0 = call @subgraph0(%w0, %w1, %w2, %w3, %w4, %w5, %w6, %arg0) : (tensor<48xf32>, tensor<48x48xf32>, tensor<48xf32>, tensor<48x80xf32>, tensor<80x48xf32>, tensor<80xf32>, tensor<160x48xf32>, tensor<2x7x48xf32>) -> tensor<2x7x48xf32>
  return %0 : tensor<2x7x48xf32>
}
