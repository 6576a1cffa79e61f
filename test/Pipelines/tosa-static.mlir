// Odd sizes everywhere: 5 rows (one row short of any even tile), 7 deep, 3 wide.
// RUN: %python %S/Inputs/stage_by_stage.py %s "" "{matmul=naive threads=1}" "{threads=2 target=x86-64}"
func.func @layer(%x: tensor<1x5x7xf32>, %w: tensor<3x7xf32>, %b: tensor<1x1x3xf32>) -> tensor<1x5x3xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 7, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %t = tosa.transpose %w {perms = array<i32: 1, 0>} : (tensor<3x7xf32>) -> tensor<7x3xf32>
  %r = tosa.reshape %t, %shape : (tensor<7x3xf32>, !tosa.shape<3>) -> tensor<1x7x3xf32>
  %m = tosa.matmul %x, %r, %zero, %zero : (tensor<1x5x7xf32>, tensor<1x7x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x3xf32>
  %a = tosa.add %m, %b : (tensor<1x5x3xf32>, tensor<1x1x3xf32>) -> tensor<1x5x3xf32>
  %s = tosa.sigmoid %a : (tensor<1x5x3xf32>) -> tensor<1x5x3xf32>
  %e = tosa.exp %s : (tensor<1x5x3xf32>) -> tensor<1x5x3xf32>
  %n = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<1x5x3xf32>) -> tensor<1x5x1xf32>
  %i = tosa.reciprocal %n : (tensor<1x5x1xf32>) -> tensor<1x5x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %o = tosa.mul %e, %i, %shift : (tensor<1x5x3xf32>, tensor<1x5x1xf32>, tensor<1xi8>) -> tensor<1x5x3xf32>
  return %o : tensor<1x5x3xf32>
}
