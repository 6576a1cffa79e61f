// A main graph that cuts weights out of one buffer and calls a subgraph of another module; a loop over tensors.
// RUN: %python %S/Inputs/stage_by_stage.py %s
func.func private @subgraph0(tensor<4x6xf32>, tensor<2x4xf32>) -> tensor<2x6xf32>

func.func @forward(%weights: tensor<128xi8>, %x: tensor<2x4xf32>) -> tensor<2x6xf32> {
  %w = lexon.weight %weights[0] : tensor<128xi8> -> tensor<4x6xf32>
  %0 = call @subgraph0(%w, %x) : (tensor<4x6xf32>, tensor<2x4xf32>) -> tensor<2x6xf32>
  return %0 : tensor<2x6xf32>
}

func.func @repeat(%x: tensor<3x3xf32>, %times: index) -> (tensor<3x3xf32>, index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %r = scf.for %i = %zero to %times step %one iter_args(%acc = %x) -> tensor<3x3xf32> {
    %e = tensor.empty() : tensor<3x3xf32>
    %f = arith.constant 0.0 : f32
    %z = linalg.fill ins(%f : f32) outs(%e : tensor<3x3xf32>) -> tensor<3x3xf32>
    %m = linalg.matmul ins(%acc, %x : tensor<3x3xf32>, tensor<3x3xf32>) outs(%z : tensor<3x3xf32>) -> tensor<3x3xf32>
    scf.yield %m : tensor<3x3xf32>
  }
  return %r, %times : tensor<3x3xf32>, index
}
