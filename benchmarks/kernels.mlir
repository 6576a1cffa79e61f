// What lexon-bench-kernels measures: products of the shapes that models have, and loops over vectors. The sizes are odd
// where a tail is to be seen.

// Many rows: packing pays.
func.func @matmul_256(%a: tensor<256x256xf32>, %b: tensor<256x256xf32>) -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<256x256xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x256xf32>) -> tensor<256x256xf32>
  %c = linalg.matmul ins(%a, %b : tensor<256x256xf32>, tensor<256x256xf32>) outs(%start : tensor<256x256xf32>)
      -> tensor<256x256xf32>
  return %c : tensor<256x256xf32>
}
func.func @matmul_1024(%a: tensor<1024x1024xf32>, %b: tensor<1024x1024xf32>) -> tensor<1024x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1024x1024xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  %c = linalg.matmul ins(%a, %b : tensor<1024x1024xf32>, tensor<1024x1024xf32>) outs(%start : tensor<1024x1024xf32>)
      -> tensor<1024x1024xf32>
  return %c : tensor<1024x1024xf32>
}
// No size is a multiple of a vector.
func.func @matmul_odd(%a: tensor<251x509xf32>, %b: tensor<509x383xf32>) -> tensor<251x383xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<251x383xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<251x383xf32>) -> tensor<251x383xf32>
  %c = linalg.matmul ins(%a, %b : tensor<251x509xf32>, tensor<509x383xf32>) outs(%start : tensor<251x383xf32>)
      -> tensor<251x383xf32>
  return %c : tensor<251x383xf32>
}
// Few rows: the matrix is read about as fast as it is multiplied.
func.func @matmul_40(%a: tensor<40x1536xf32>, %b: tensor<1536x8960xf32>) -> tensor<40x8960xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<40x8960xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<40x8960xf32>) -> tensor<40x8960xf32>
  %c = linalg.matmul ins(%a, %b : tensor<40x1536xf32>, tensor<1536x8960xf32>) outs(%start : tensor<40x8960xf32>)
      -> tensor<40x8960xf32>
  return %c : tensor<40x8960xf32>
}
// One row: bound by memory.
func.func @matmul_1(%a: tensor<1x1536xf32>, %b: tensor<1536x8960xf32>) -> tensor<1x8960xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x8960xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x8960xf32>) -> tensor<1x8960xf32>
  %c = linalg.matmul ins(%a, %b : tensor<1x1536xf32>, tensor<1536x8960xf32>) outs(%start : tensor<1x8960xf32>)
      -> tensor<1x8960xf32>
  return %c : tensor<1x8960xf32>
}
// Heads of an attention layer.
func.func @batch_matmul(%a: tensor<12x128x64xf32>, %b: tensor<12x64x128xf32>) -> tensor<12x128x128xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<12x128x128xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<12x128x128xf32>) -> tensor<12x128x128xf32>
  %c = linalg.batch_matmul ins(%a, %b : tensor<12x128x64xf32>, tensor<12x64x128xf32>)
      outs(%start : tensor<12x128x128xf32>) -> tensor<12x128x128xf32>
  return %c : tensor<12x128x128xf32>
}
func.func @add(%a: tensor<40x8960xf32>, %b: tensor<40x8960xf32>) -> tensor<40x8960xf32> {
  %c = arith.addf %a, %b : tensor<40x8960xf32>
  return %c : tensor<40x8960xf32>
}
func.func @exp(%a: tensor<40x8960xf32>) -> tensor<40x8960xf32> {
  %c = math.exp %a : tensor<40x8960xf32>
  return %c : tensor<40x8960xf32>
}
func.func @tanh(%a: tensor<40x8960xf32>) -> tensor<40x8960xf32> {
  %c = math.tanh %a : tensor<40x8960xf32>
  return %c : tensor<40x8960xf32>
}
