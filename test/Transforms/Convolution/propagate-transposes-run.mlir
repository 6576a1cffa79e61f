// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(propagate-transposes))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(propagate-transposes))'
// REQUIRES: python
// CHECK-COUNT-5: remark: [Passed] moved | Category:propagate-transposes

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#swapped = affine_map<(d0, d1, d2) -> (d2, d1)>
// A permutation that is not its own inverse, an operand of lower rank in another order, dynamic sizes.
func.func @elementwise(%x: tensor<?x5x3xf32>, %y: tensor<?x5x3xf32>, %v: tensor<?x3xf32>) -> tensor<5x3x?xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x5x3xf32>
  %e = tensor.empty(%d) : tensor<5x3x?xf32>
  %s = linalg.transpose ins(%x : tensor<?x5x3xf32>) outs(%e : tensor<5x3x?xf32>) permutation = [1, 2, 0]
  %t = linalg.transpose ins(%y : tensor<?x5x3xf32>) outs(%e : tensor<5x3x?xf32>) permutation = [1, 2, 0]
  %g = linalg.generic {indexing_maps = [#id, #swapped, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %v, %t : tensor<5x3x?xf32>, tensor<?x3xf32>, tensor<5x3x?xf32>) outs(%e : tensor<5x3x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %m = arith.subf %a, %b : f32
    %r = arith.maximumf %m, %c : f32
    linalg.yield %r : f32
  } -> tensor<5x3x?xf32>
  return %g : tensor<5x3x?xf32>
}
func.func @pad_and_slice(%x: tensor<5x4x4xf32>) -> tensor<5x2x4xf32> {
  %value = arith.constant 1.5 : f32
  %e = tensor.empty() : tensor<4x5x4xf32>
  %t = linalg.transpose ins(%x : tensor<5x4x4xf32>) outs(%e : tensor<4x5x4xf32>) permutation = [2, 0, 1]
  %p = tensor.pad %t low[2, 1, 0] high[3, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %value : f32
  } : tensor<4x5x4xf32> to tensor<9x6x4xf32>
  %s = tensor.extract_slice %p[2, 1, 0] [5, 2, 4] [1, 2, 1] : tensor<9x6x4xf32> to tensor<5x2x4xf32>
  return %s : tensor<5x2x4xf32>
}
// The transposed operand stands behind one of lower rank.
#column = affine_map<(d0, d1) -> (d1)>
#ij = affine_map<(d0, d1) -> (d0, d1)>
func.func @second(%x: tensor<7x3xf32>, %v: tensor<7xf32>) -> tensor<3x7xf32> {
  %e = tensor.empty() : tensor<3x7xf32>
  %t = linalg.transpose ins(%x : tensor<7x3xf32>) outs(%e : tensor<3x7xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#column, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%v, %t : tensor<7xf32>, tensor<3x7xf32>) outs(%e : tensor<3x7xf32>) {
  ^bb0(%b: f32, %a: f32, %o: f32):
    %m = arith.subf %b, %a : f32
    linalg.yield %m : f32
  } -> tensor<3x7xf32>
  return %g : tensor<3x7xf32>
}
// A concatenation.
func.func @concatenation(%x: tensor<3x5x4xf32>, %y: tensor<4x5x4xf32>) -> tensor<4x7x5xf32> {
  %e = tensor.empty() : tensor<4x3x5xf32>
  %f = tensor.empty() : tensor<4x4x5xf32>
  %s = linalg.transpose ins(%x : tensor<3x5x4xf32>) outs(%e : tensor<4x3x5xf32>) permutation = [2, 0, 1]
  %t = linalg.transpose ins(%y : tensor<4x5x4xf32>) outs(%f : tensor<4x4x5xf32>) permutation = [2, 0, 1]
  %whole = tensor.empty() : tensor<4x7x5xf32>
  %p = tensor.insert_slice %s into %whole[0, 0, 0] [4, 3, 5] [1, 1, 1] : tensor<4x3x5xf32> into tensor<4x7x5xf32>
  %q = tensor.insert_slice %t into %p[0, 3, 0] [4, 4, 5] [1, 1, 1] : tensor<4x4x5xf32> into tensor<4x7x5xf32>
  return %q : tensor<4x7x5xf32>
}
// Left alone, as propagate-transposes.mlir has them.
#plane = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
func.func @own_output(%x: tensor<4x3xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#plane, #plane], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<3x4xf32>) outs(%y : tensor<3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.subf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<3x4xf32>
  return %g : tensor<3x4xf32>
}
func.func @indexed(%x: tensor<4x3xi32>) -> tensor<3x4xi32> {
  %e = tensor.empty() : tensor<3x4xi32>
  %t = linalg.transpose ins(%x : tensor<4x3xi32>) outs(%e : tensor<3x4xi32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#plane, #plane], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<3x4xi32>) outs(%e : tensor<3x4xi32>) {
  ^bb0(%a: i32, %o: i32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %s = arith.addi %a, %n : i32
    linalg.yield %s : i32
  } -> tensor<3x4xi32>
  return %g : tensor<3x4xi32>
}
func.func @reduction(%x: tensor<4x3xf32>, %z: tensor<3xf32>) -> tensor<3xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %r = linalg.generic {indexing_maps = [#plane, #row], iterator_types = ["parallel", "reduction"]}
      ins(%t : tensor<3x4xf32>) outs(%z : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}
func.func @read_swapped(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#plane, #turned, #plane], iterator_types = ["parallel", "parallel"]}
      ins(%t, %t : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %g : tensor<4x4xf32>
}
func.func @written_swapped(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#plane, #turned], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.negf %a : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %g : tensor<4x4xf32>
}
#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func @two_ways(%x: tensor<4x4x4xf32>, %y: tensor<4x4x4xf32>) -> tensor<4x4x4xf32> {
  %e = tensor.empty() : tensor<4x4x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [1, 2, 0]
  %t = linalg.transpose ins(%y : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [2, 0, 1]
  %g = linalg.generic {indexing_maps = [#cube, #cube, #cube], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %t : tensor<4x4x4xf32>, tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x4x4xf32>
  return %g : tensor<4x4x4xf32>
}
func.func @slice_of_fewer_dimensions(%x: tensor<5x4x3xf32>) -> tensor<4x5xf32> {
  %e = tensor.empty() : tensor<3x4x5xf32>
  %t = linalg.transpose ins(%x : tensor<5x4x3xf32>) outs(%e : tensor<3x4x5xf32>) permutation = [2, 1, 0]
  %s = tensor.extract_slice %t[1, 0, 0] [1, 4, 5] [1, 1, 1] : tensor<3x4x5xf32> to tensor<4x5xf32>
  return %s : tensor<4x5xf32>
}
func.func @parts_two_ways(%x: tensor<4x4x4xf32>, %y: tensor<4x4x4xf32>) -> tensor<8x4x4xf32> {
  %e = tensor.empty() : tensor<4x4x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [1, 2, 0]
  %t = linalg.transpose ins(%y : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [2, 0, 1]
  %whole = tensor.empty() : tensor<8x4x4xf32>
  %p = tensor.insert_slice %s into %whole[0, 0, 0] [4, 4, 4] [1, 1, 1] : tensor<4x4x4xf32> into tensor<8x4x4xf32>
  %q = tensor.insert_slice %t into %p[4, 0, 0] [4, 4, 4] [1, 1, 1] : tensor<4x4x4xf32> into tensor<8x4x4xf32>
  return %q : tensor<8x4x4xf32>
}
func.func @part_read_early(%x: tensor<4x3xf32>, %y: tensor<4x3xf32>) -> (tensor<6x4xf32>, tensor<2x4xf32>) {
  %e = tensor.empty() : tensor<3x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %t = linalg.transpose ins(%y : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %whole = tensor.empty() : tensor<6x4xf32>
  %p = tensor.insert_slice %s into %whole[0, 0] [3, 4] [1, 1] : tensor<3x4xf32> into tensor<6x4xf32>
  %r = tensor.extract_slice %p[1, 0] [2, 4] [1, 1] : tensor<6x4xf32> to tensor<2x4xf32>
  %q = tensor.insert_slice %t into %p[3, 0] [3, 4] [1, 1] : tensor<3x4xf32> into tensor<6x4xf32>
  return %q, %r : tensor<6x4xf32>, tensor<2x4xf32>
}
func.func @among_elements(%x: tensor<4x3xf32>, %z: tensor<6x4xf32>) -> tensor<6x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %p = tensor.insert_slice %s into %z[2, 0] [3, 4] [1, 1] : tensor<3x4xf32> into tensor<6x4xf32>
  return %p : tensor<6x4xf32>
}
func.func @part_of_fewer_dimensions(%x: tensor<4x3xf32>) -> tensor<1x3x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %whole = tensor.empty() : tensor<1x3x4xf32>
  %p = tensor.insert_slice %s into %whole[0, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<3x4xf32> into tensor<1x3x4xf32>
  return %p : tensor<1x3x4xf32>
}
