// Products for --directed and --overhead. Nothing is known of most of them but their ranks: what the library may be
// asked to do, the compiled code finds out at run time.

func.func @rows(%a: memref<?x?xf32, strided<[?, 1], offset: ?>>, %b: memref<?x?xf32, strided<[?, 1], offset: ?>>,
                %c: memref<?x?xf32, strided<[?, 1], offset: ?>>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>)
    outs(%c : memref<?x?xf32, strided<[?, 1], offset: ?>>)
  return
}

func.func @any(%a: memref<?x?xf32, strided<[?, ?], offset: ?>>, %b: memref<?x?xf32, strided<[?, ?], offset: ?>>,
               %c: memref<?x?xf32, strided<[?, ?], offset: ?>>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32, strided<[?, ?], offset: ?>>, memref<?x?xf32, strided<[?, ?], offset: ?>>)
    outs(%c : memref<?x?xf32, strided<[?, ?], offset: ?>>)
  return
}

func.func @large(%a: memref<65536x65536xf32>, %b: memref<65536x65536xf32>, %c: memref<65536x65536xf32>) {
  linalg.matmul ins(%a, %b : memref<65536x65536xf32>, memref<65536x65536xf32>) outs(%c : memref<65536x65536xf32>)
  return
}

// One more row than a signed 32-bit integer counts.
func.func @too_many_rows(%a: memref<2147483648x0xf32>, %b: memref<0x1xf32>, %c: memref<2147483648x1xf32>) {
  linalg.matmul ins(%a, %b : memref<2147483648x0xf32>, memref<0x1xf32>) outs(%c : memref<2147483648x1xf32>)
  return
}

// Calls from a parallel loop.
func.func @parallel(%a: memref<6x80x72xf32>, %b: memref<6x72x64xf32>, %c: memref<6x80x64xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %six = arith.constant 6 : index
  scf.parallel (%i) = (%zero) to (%six) step (%one) {
    %x = memref.subview %a[%i, 0, 0] [1, 80, 72] [1, 1, 1]
      : memref<6x80x72xf32> to memref<80x72xf32, strided<[72, 1], offset: ?>>
    %y = memref.subview %b[%i, 0, 0] [1, 72, 64] [1, 1, 1]
      : memref<6x72x64xf32> to memref<72x64xf32, strided<[64, 1], offset: ?>>
    %z = memref.subview %c[%i, 0, 0] [1, 80, 64] [1, 1, 1]
      : memref<6x80x64xf32> to memref<80x64xf32, strided<[64, 1], offset: ?>>
    linalg.matmul ins(%x, %y : memref<80x72xf32, strided<[72, 1], offset: ?>>, memref<72x64xf32, strided<[64, 1], offset: ?>>)
      outs(%z : memref<80x64xf32, strided<[64, 1], offset: ?>>)
    scf.reduce
  }
  return
}

// As a model's product is written.
func.func @fresh512(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<512x512xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<512x512xf32>) -> tensor<512x512xf32>
  %r = linalg.matmul ins(%a, %b : tensor<512x512xf32>, tensor<512x512xf32>) outs(%filled : tensor<512x512xf32>)
    -> tensor<512x512xf32>
  return %r : tensor<512x512xf32>
}

func.func @fresh768(%a: tensor<768x768xf32>, %b: tensor<768x768xf32>) -> tensor<768x768xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<768x768xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<768x768xf32>) -> tensor<768x768xf32>
  %r = linalg.matmul ins(%a, %b : tensor<768x768xf32>, tensor<768x768xf32>) outs(%filled : tensor<768x768xf32>)
    -> tensor<768x768xf32>
  return %r : tensor<768x768xf32>
}

func.func @fresh1024(%a: tensor<1024x1024xf32>, %b: tensor<1024x1024xf32>) -> tensor<1024x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1024x1024xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  %r = linalg.matmul ins(%a, %b : tensor<1024x1024xf32>, tensor<1024x1024xf32>) outs(%filled : tensor<1024x1024xf32>)
    -> tensor<1024x1024xf32>
  return %r : tensor<1024x1024xf32>
}
