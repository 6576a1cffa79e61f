// Already on buffers: loops, strided views, a matmul into a transposed view, control flow.
// RUN: %python %S/Inputs/stage_by_stage.py %s
func.func @transposed(%a: memref<6x7xf32>, %b: memref<7x5xf32>, %c: memref<5x6xf32>) {
  %t = memref.transpose %c (i, j) -> (j, i) : memref<5x6xf32> to memref<6x5xf32, strided<[1, 6]>>
  linalg.matmul ins(%a, %b : memref<6x7xf32>, memref<7x5xf32>) outs(%t : memref<6x5xf32, strided<[1, 6]>>)
  return
}

func.func @loops(%a: memref<?x?xf32>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %columns = memref.dim %a, %one : memref<?x?xf32>
  scf.parallel (%i, %j) = (%zero, %zero) to (%n, %columns) step (%one, %one) {
    %v = memref.load %a[%i, %j] : memref<?x?xf32>
    %positive = arith.constant 0.0 : f32
    %is = arith.cmpf ogt, %v, %positive : f32
    scf.if %is {
      %r = math.sqrt %v : f32
      memref.store %r, %a[%i, %j] : memref<?x?xf32>
    }
    scf.reduce
  }
  return
}

func.func @copy(%a: memref<4x9xbf16>, %b: memref<4x3xbf16>) {
  %v = memref.subview %a[0, 2] [4, 3] [1, 2] : memref<4x9xbf16> to memref<4x3xbf16, strided<[9, 2], offset: 2>>
  memref.copy %v, %b : memref<4x3xbf16, strided<[9, 2], offset: 2>> to memref<4x3xbf16>
  return
}
