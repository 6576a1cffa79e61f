// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-convolutions))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(normalize-convolutions))'
// RUN: lexon verify %s --inputs=seeded --pipeline=onestep
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{target=x86-64}'
// REQUIRES: python
// CHECK-COUNT-15: remark: [Passed] normalized | Category:normalize-convolutions

// Strides, a dilation, a dynamic number of images, sizes that no tile divides.
func.func @nchw(%x: tensor<?x9x13x11xf32>, %w: tensor<37x9x3x2xf32>, %y: tensor<?x37x5x9xf32>) -> tensor<?x37x5x9xf32> {
  %r = linalg.conv_2d_nchw_fchw {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[2, 2]> : tensor<2xi64>}
      ins(%x, %w : tensor<?x9x13x11xf32>, tensor<37x9x3x2xf32>) outs(%y : tensor<?x37x5x9xf32>) -> tensor<?x37x5x9xf32>
  return %r : tensor<?x37x5x9xf32>
}
// Dynamic channels, channels last.
func.func @nhwc_dynamic(%x: tensor<2x6x7x?xf32>, %w: tensor<?x3x3x?xf32>, %y: tensor<2x4x5x?xf32>) -> tensor<2x4x5x?xf32> {
  %r = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<2x6x7x?xf32>, tensor<?x3x3x?xf32>) outs(%y : tensor<2x4x5x?xf32>) -> tensor<2x4x5x?xf32>
  return %r : tensor<2x4x5x?xf32>
}
// Groups.
func.func @grouped(%x: tensor<2x3x5x7x9xf32>, %w: tensor<3x11x5x3x3xf32>, %y: tensor<2x3x11x5x7xf32>) -> tensor<2x3x11x5x7xf32> {
  %r = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<2x3x5x7x9xf32>, tensor<3x11x5x3x3xf32>) outs(%y : tensor<2x3x11x5x7xf32>) -> tensor<2x3x11x5x7xf32>
  return %r : tensor<2x3x11x5x7xf32>
}
// Depthwise, one and three outputs for each channel; channels first.
func.func @depthwise(%x: tensor<1x9x10x19xf32>, %w: tensor<3x3x19x1xf32>, %y: tensor<1x4x8x19x1xf32>) -> tensor<1x4x8x19x1xf32> {
  %r = linalg.depthwise_conv_2d_nhwc_hwcm {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<1x9x10x19xf32>, tensor<3x3x19x1xf32>) outs(%y : tensor<1x4x8x19x1xf32>) -> tensor<1x4x8x19x1xf32>
  return %r : tensor<1x4x8x19x1xf32>
}
func.func @multiplied(%x: tensor<1x5x6x4xf64>, %w: tensor<2x3x4x3xf64>, %y: tensor<1x4x4x4x3xf64>) -> tensor<1x4x4x4x3xf64> {
  %r = linalg.depthwise_conv_2d_nhwc_hwcm ins(%x, %w : tensor<1x5x6x4xf64>, tensor<2x3x4x3xf64>) outs(%y : tensor<1x4x4x4x3xf64>) -> tensor<1x4x4x4x3xf64>
  return %r : tensor<1x4x4x4x3xf64>
}
func.func @depthwise_first(%x: tensor<1x17x6x7xf32>, %w: tensor<17x3x3xf32>, %y: tensor<1x17x4x5xf32>) -> tensor<1x17x4x5xf32> {
  %r = linalg.depthwise_conv_2d_nchw_chw ins(%x, %w : tensor<1x17x6x7xf32>, tensor<17x3x3xf32>) outs(%y : tensor<1x17x4x5xf32>) -> tensor<1x17x4x5xf32>
  return %r : tensor<1x17x4x5xf32>
}
// One and three dimensions, half precision, integers.
func.func @one(%x: tensor<2x9x31xf16>, %w: tensor<33x9x4xf16>, %y: tensor<2x33x14xf16>) -> tensor<2x33x14xf16> {
  %r = linalg.conv_1d_ncw_fcw {strides = dense<2> : tensor<1xi64>, dilations = dense<1> : tensor<1xi64>}
      ins(%x, %w : tensor<2x9x31xf16>, tensor<33x9x4xf16>) outs(%y : tensor<2x33x14xf16>) -> tensor<2x33x14xf16>
  return %r : tensor<2x33x14xf16>
}
func.func @three(%x: tensor<1x8x5x6x7xf32>, %w: tensor<10x8x2x3x2xf32>, %y: tensor<1x10x4x4x6xf32>) -> tensor<1x10x4x4x6xf32> {
  %r = linalg.conv_3d_ncdhw_fcdhw ins(%x, %w : tensor<1x8x5x6x7xf32>, tensor<10x8x2x3x2xf32>) outs(%y : tensor<1x10x4x4x6xf32>) -> tensor<1x10x4x4x6xf32>
  return %r : tensor<1x10x4x4x6xf32>
}
func.func @integers(%x: tensor<1x6x7x9xi8>, %w: tensor<5x3x3x9xi8>, %y: tensor<1x4x5x5xi32>) -> tensor<1x4x5x5xi32> {
  %r = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x6x7x9xi8>, tensor<5x3x3x9xi8>) outs(%y : tensor<1x4x5x5xi32>) -> tensor<1x4x5x5xi32>
  return %r : tensor<1x4x5x5xi32>
}
// A 1x1 kernel of stride 2, whose map keeps a product after its unit dimensions are gone.
func.func @pointwise(%x: tensor<1x9x9x16xf32>, %w: tensor<1x1x16x35xf32>, %y: tensor<1x5x5x35xf32>) -> tensor<1x5x5x35xf32> {
  %r = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<1x9x9x16xf32>, tensor<1x1x16x35xf32>) outs(%y : tensor<1x5x5x35xf32>) -> tensor<1x5x5x35xf32>
  return %r : tensor<1x5x5x35xf32>
}
func.func @pooling(%x: tensor<2x17x9x9xf32>, %v: f32) -> tensor<2x17x4x4xf32> {
  %window = tensor.empty() : tensor<3x3xf32>
  %e = tensor.empty() : tensor<2x17x4x4xf32>
  %i = linalg.fill ins(%v : f32) outs(%e : tensor<2x17x4x4xf32>) -> tensor<2x17x4x4xf32>
  %r = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %window : tensor<2x17x9x9xf32>, tensor<3x3xf32>) outs(%i : tensor<2x17x4x4xf32>) -> tensor<2x17x4x4xf32>
  return %r : tensor<2x17x4x4xf32>
}
// Weights and an input of few channels that are transposed already, each in an order that is not its own inverse.
func.func @transposed(%x: tensor<6x1x7x2xf32>, %w: tensor<3x4x2x34xf32>, %y: tensor<1x5x3x34xf32>) -> tensor<1x5x3x34xf32> {
  %e = tensor.empty() : tensor<1x7x6x2xf32>
  %t = linalg.transpose ins(%x : tensor<6x1x7x2xf32>) outs(%e : tensor<1x7x6x2xf32>) permutation = [1, 2, 0, 3]
  %f = tensor.empty() : tensor<34x3x4x2xf32>
  %u = linalg.transpose ins(%w : tensor<3x4x2x34xf32>) outs(%f : tensor<34x3x4x2xf32>) permutation = [3, 0, 1, 2]
  %r = linalg.conv_2d_nhwc_fhwc ins(%t, %u : tensor<1x7x6x2xf32>, tensor<34x3x4x2xf32>) outs(%y : tensor<1x5x3x34xf32>) -> tensor<1x5x3x34xf32>
  return %r : tensor<1x5x3x34xf32>
}
// Three channels to eight, channels first.
func.func @eight_of_three(%x: tensor<1x3x9x9xf32>, %w: tensor<8x3x3x3xf32>, %y: tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32> {
  %r = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x9x9xf32>, tensor<8x3x3x3xf32>) outs(%y : tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32>
  return %r : tensor<1x8x7x7xf32>
}
// One output channel; a sum of one product.
func.func @single(%x: tensor<1x7x7x12xf32>, %w: tensor<3x3x12x1xf32>, %y: tensor<1x5x5x1xf32>, %v: tensor<1x1x1x24xf32>, %z: tensor<1x5x5x24xf32>) -> tensor<1x5x5x24xf32> {
  %r = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x7x7x12xf32>, tensor<3x3x12x1xf32>) outs(%y : tensor<1x5x5x1xf32>) -> tensor<1x5x5x1xf32>
  %s = linalg.conv_2d_nhwc_hwcf ins(%r, %v : tensor<1x5x5x1xf32>, tensor<1x1x1x24xf32>) outs(%z : tensor<1x5x5x24xf32>) -> tensor<1x5x5x24xf32>
  return %s : tensor<1x5x5x24xf32>
}
