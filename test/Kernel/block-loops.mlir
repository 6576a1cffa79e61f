// The k loops of a gated layer with prepared weights and of the layer after it, in one parallel region: every sum in a
// register, the next panel prefetched, on each CPU.
// RUN: lexon-opt %s --pipeline='onestep{threads=2 target=znver4 weights=prepared}' | lexon-translate --emit=asm --mcpu=znver4 -o - | %python %S/Inputs/loops.py 28 24 --prefetches 2 --openmp
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=znver5 weights=prepared}' | lexon-translate --emit=asm --mcpu=znver5 -o - | %python %S/Inputs/loops.py 28 24 --prefetches 2
// RUN: lexon-opt %s --pipeline='onestep{threads=2 target=sapphirerapids weights=prepared}' | lexon-translate --emit=asm --mcpu=sapphirerapids -o - | %python %S/Inputs/loops.py 28 24 --prefetches 2 --openmp
// RUN: lexon-opt %s --pipeline='onestep{threads=2 target=x86-64-v3 weights=prepared}' | lexon-translate --emit=asm --mcpu=x86-64-v3 -o - | %python %S/Inputs/loops.py 12 16 --openmp

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
func.func @layers(%gates: tensor<2048x1536xf32> {lexon.constant}, %down: tensor<1536x1024xf32> {lexon.constant}, %x: tensor<40x1536xf32>) -> tensor<40x1536xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %empty = tensor.empty() : tensor<40x2048xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<40x2048xf32>) -> tensor<40x2048xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %gates : tensor<40x1536xf32>, tensor<2048x1536xf32>) outs(%init : tensor<40x2048xf32>) -> tensor<40x2048xf32>
  %gate = tensor.extract_slice %0[0, 0] [40, 1024] [1, 1] : tensor<40x2048xf32> to tensor<40x1024xf32>
  %up = tensor.extract_slice %0[0, 1024] [40, 1024] [1, 1] : tensor<40x2048xf32> to tensor<40x1024xf32>
  %half = tensor.empty() : tensor<40x1024xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%gate, %up : tensor<40x1024xf32>, tensor<40x1024xf32>) outs(%half : tensor<40x1024xf32>) {
  ^bb0(%g: f32, %u: f32, %o: f32):
    %n = arith.negf %g : f32
    %e = math.exp %n : f32
    %s = arith.addf %e, %one : f32
    %d = arith.divf %g, %s : f32
    %r = arith.mulf %d, %u : f32
    linalg.yield %r : f32
  } -> tensor<40x1024xf32>
  %out = tensor.empty() : tensor<40x1536xf32>
  %start = linalg.fill ins(%zero : f32) outs(%out : tensor<40x1536xf32>) -> tensor<40x1536xf32>
  %2 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%1, %down : tensor<40x1024xf32>, tensor<1536x1024xf32>) outs(%start : tensor<40x1536xf32>) -> tensor<40x1536xf32>
  %3 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%2, %x : tensor<40x1536xf32>, tensor<40x1536xf32>) outs(%out : tensor<40x1536xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<40x1536xf32>
  return %3 : tensor<40x1536xf32>
}
