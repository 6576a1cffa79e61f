// What resolve-views-run.mlir computes, with index arithmetic instead of views.
func.func @rank_reduced(%m: memref<270xf64>, %n: memref<?xf64>, %b: memref<4x3xf64>, %c: memref<1x4x3xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  // Slice 2 of 90 elements, slice 1 of 45 in it.
  %start = arith.constant 225 : index
  %size = memref.dim %n, %c0 : memref<?xf64>
  %step = arith.minsi %size, %c4 : index
  %row = arith.muli %step, %c5 : index
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      %down = arith.muli %j, %row : index
      %here = arith.addi %start, %down : index
      %at = arith.addi %here, %i : index
      %x = memref.load %m[%at] : memref<270xf64>
      %y = memref.load %b[%i, %j] : memref<4x3xf64>
      %z = memref.load %c[%c0, %i, %j] : memref<1x4x3xf64>
      %p = arith.mulf %x, %y : f64
      %r = arith.addf %z, %p : f64
      memref.store %r, %c[%c0, %i, %j] : memref<1x4x3xf64>
    }
  }
  return
}
func.func @expanded(%m: memref<6x5xf32>, %c: memref<2x3x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  scf.for %i = %c0 to %c2 step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      scf.for %k = %c0 to %c5 step %c1 {
        %up = arith.muli %i, %c3 : index
        %row = arith.addi %up, %j : index
        %x = memref.load %m[%row, %k] : memref<6x5xf32>
        memref.store %x, %c[%i, %j, %k] : memref<2x3x5xf32>
      }
    }
  }
  return
}
