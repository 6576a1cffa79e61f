// Kernels of convolutions compute what the plain loops compute: rows are neighbouring pixels, lhs is indexed by sums.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16 cache-bytes=4096},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=128 vector-registers=16},lower-matmul-kernels))'
// REQUIRES: python
// CHECK-COUNT-8: remark: [Passed] lowered | Category:lower-matmul-kernels
// CHECK-NOT: remark: [Missed]

// Stride 2 and 1, dilation 1 and 2, 17 pixels in a row: tiles with a tail; 33 channels: a masked vector.
func.func @strided(%x: memref<2x9x36x5xf32>, %w: memref<3x2x5x33xf32>, %y: memref<2x7x17x33xf32>) {
  linalg.conv_2d_nhwc_hwcf {strides = dense<[1, 2]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>}
      ins(%x, %w : memref<2x9x36x5xf32>, memref<3x2x5x33xf32>) outs(%y : memref<2x7x17x33xf32>)
  return
}
// Rows of 3 pixels are too short for a tile: the other dimension is tiled.
func.func @short(%x: memref<1x12x5x4xf32>, %w: memref<3x3x4x32xf32>, %y: memref<1x10x3x32xf32>) {
  linalg.conv_2d_nhwc_hwcf ins(%x, %w : memref<1x12x5x4xf32>, memref<3x3x4x32xf32>) outs(%y : memref<1x10x3x32xf32>)
  return
}
func.func @dynamic(%x: memref<?x6x7x?xf32>, %w: memref<3x2x?x?xf32>, %y: memref<?x4x6x?xf32>) {
  linalg.conv_2d_nhwc_hwcf ins(%x, %w : memref<?x6x7x?xf32>, memref<3x2x?x?xf32>) outs(%y : memref<?x4x6x?xf32>)
  return
}
// Channels first: vectors along the pixels.
func.func @pixels(%x: memref<1x3x8x21xf32>, %w: memref<7x3x2x3xf32>, %y: memref<1x7x7x19xf32>) {
  linalg.conv_2d_nchw_fchw ins(%x, %w : memref<1x3x8x21xf32>, memref<7x3x2x3xf32>) outs(%y : memref<1x7x7x19xf32>)
  return
}
// Depthwise: vectors along the batch, of f16 with sums of f32.
func.func @depthwise(%x: memref<1x9x10x37xf16>, %w: memref<3x3x37xf16>, %y: memref<1x4x4x37xf16>) {
  linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : memref<1x9x10x37xf16>, memref<3x3x37xf16>) outs(%y : memref<1x4x4x37xf16>)
  return
}
func.func @integers(%x: memref<1x6x7x9xi8>, %w: memref<3x3x9x18xi8>, %y: memref<1x4x5x18xi32>) {
  linalg.conv_2d_nhwc_hwcf ins(%x, %w : memref<1x6x7x9xi8>, memref<3x3x9x18xi8>) outs(%y : memref<1x4x5x18xi32>)
  return
}
// Packed weights, panels outside of rows (the weights are larger than a cache of 4096 bytes), a prefetch, an epilogue.
#in = affine_map<(n, h, w, f, p, kh, kw, c) -> (n, h + kh, w * 2 + kw, c)>
#panels = affine_map<(n, h, w, f, p, kh, kw, c) -> (p, kh, kw, c, f)>
#bias = affine_map<(n, h, w, f, p, kh, kw, c) -> (p * 32 + f)>
#old = affine_map<(n, h, w, f, p, kh, kw, c) -> (n, h, w, p * 32 + f)>
#out = affine_map<(n, h, w, f, p, kh, kw, c) -> (n, h + 1, w + 1, p * 32 + f)>
func.func @packed(%x: memref<1x7x13x20xf32>, %w: memref<3x3x3x20x32xf32>, %b: memref<96xf32>, %r: memref<1x5x6x96xf32>, %y: memref<1x7x8x96xf32>) {
  lexon.contract ins(%x, %w : memref<1x7x13x20xf32>, memref<3x3x3x20x32xf32>) with(%b, %r : memref<96xf32>, memref<1x5x6x96xf32>)
      outs(%y : memref<1x7x8x96xf32>) attributes {indexing_maps = [#in, #panels, #bias, #old, #out]} {
  ^bb0(%sum: f32, %bias: f32, %old: f32):
    %0 = arith.addf %sum, %bias : f32
    %1 = arith.addf %0, %old : f32
    %zero = arith.constant 0.0 : f32
    %2 = arith.maximumf %1, %zero : f32
    lexon.yield %2 : f32
  }
  return
}
func.func @one_dimension(%x: memref<2x40x3xf64>, %w: memref<5x3x9xf64>, %y: memref<2x12x9xf64>) {
  linalg.conv_1d_nwc_wcf {strides = dense<3> : tensor<1xi64>, dilations = dense<1> : tensor<1xi64>}
      ins(%x, %w : memref<2x40x3xf64>, memref<5x3x9xf64>) outs(%y : memref<2x12x9xf64>)
  return
}
