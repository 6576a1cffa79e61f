// Static f64 and dynamic f16 matmuls, a batch, a generic with a reduction; 17 and 33 are one above powers of two.
// RUN: %python %S/Inputs/stage_by_stage.py %s "" "{matmul=naive}"
#id = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

func.func @static(%a: tensor<17x33xf64>, %b: tensor<33x5xf64>, %c: tensor<17x5xf64>) -> tensor<17x5xf64> {
  %0 = linalg.matmul ins(%a, %b : tensor<17x33xf64>, tensor<33x5xf64>) outs(%c : tensor<17x5xf64>) -> tensor<17x5xf64>
  return %0 : tensor<17x5xf64>
}

func.func @dynamic(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %c: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %0 = linalg.matmul ins(%a, %b : tensor<?x?xf16>, tensor<?x?xf16>) outs(%c : tensor<?x?xf16>) -> tensor<?x?xf16>
  return %0 : tensor<?x?xf16>
}

func.func @batch(%a: tensor<3x4x6xf32>, %b: tensor<3x6x2xf32>) -> tensor<3x4x2xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x4x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3x4x2xf32>) -> tensor<3x4x2xf32>
  %0 = linalg.batch_matmul ins(%a, %b : tensor<3x4x6xf32>, tensor<3x6x2xf32>) outs(%f : tensor<3x4x2xf32>) -> tensor<3x4x2xf32>
  return %0 : tensor<3x4x2xf32>
}

func.func @row_sums(%a: tensor<?x11xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%a : tensor<?x11xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = math.exp %in : f32
    %s = arith.addf %p, %out : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
