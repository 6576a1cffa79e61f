// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(propagate-transposes))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(propagate-transposes))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#channel = affine_map<(d0, d1, d2) -> (d1)>
// Forth, through a sum with a vector, and back: nothing is moved.
// CHECK-LABEL: func.func @cancel(
//  CHECK-SAME:   %[[X:[^:]+]]: tensor<2x5x3xf32>
//   CHECK-NOT:   linalg.transpose
//       CHECK:   %[[R:.*]] = linalg.generic {{.*}} ins(%[[X]], %{{.*}} : tensor<2x5x3xf32>, tensor<3xf32>)
//       CHECK:   return %[[R]]
// WHY: remark: [Passed] moved | Category:propagate-transposes
func.func @cancel(%x: tensor<2x5x3xf32>, %v: tensor<3xf32>) -> tensor<2x5x3xf32> {
  %e = tensor.empty() : tensor<2x3x5xf32>
  %t = linalg.transpose ins(%x : tensor<2x5x3xf32>) outs(%e : tensor<2x3x5xf32>) permutation = [0, 2, 1]
  %g = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%t, %v : tensor<2x3x5xf32>, tensor<3xf32>) outs(%e : tensor<2x3x5xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<2x3x5xf32>
  %f = tensor.empty() : tensor<2x5x3xf32>
  %r = linalg.transpose ins(%g : tensor<2x3x5xf32>) outs(%f : tensor<2x5x3xf32>) permutation = [0, 2, 1]
  return %r : tensor<2x5x3xf32>
}

// -----

// Two operands transposed alike, of dynamic size, by a permutation that is not its own inverse.
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @two(
//       CHECK:   %[[G:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x5x?xf32>, tensor<?x5x?xf32>)
//       CHECK:   linalg.transpose ins(%[[G]] : {{.*}} permutation = [1, 2, 0]
// WHY: remark: [Passed] moved | Category:propagate-transposes{{.*}}linalg.generic
func.func @two(%x: tensor<?x5x?xf32>, %y: tensor<?x5x?xf32>, %e: tensor<5x?x?xf32>) -> tensor<5x?x?xf32> {
  %s = linalg.transpose ins(%x : tensor<?x5x?xf32>) outs(%e : tensor<5x?x?xf32>) permutation = [1, 2, 0]
  %t = linalg.transpose ins(%y : tensor<?x5x?xf32>) outs(%e : tensor<5x?x?xf32>) permutation = [1, 2, 0]
  %g = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %t : tensor<5x?x?xf32>, tensor<5x?x?xf32>) outs(%e : tensor<5x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<5x?x?xf32>
  return %g : tensor<5x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @pad_and_slice(
//       CHECK:   tensor.pad %{{.*}} low[1, 0, 2] high[0, 0, 3]
//       CHECK:   tensor.extract_slice %{{.*}}[1, 0, 2] [2, 4, 5] [2, 1, 1] : tensor<6x4x9xf32>
//       CHECK:   linalg.transpose {{.*}} permutation = [2, 0, 1]
// WHY: remark: [Passed] moved | Category:propagate-transposes{{.*}}tensor.pad
// WHY: remark: [Passed] moved | Category:propagate-transposes{{.*}}tensor.extract_slice
func.func @pad_and_slice(%x: tensor<5x4x4xf32>) -> tensor<5x2x4xf32> {
  %zero = arith.constant 1.5 : f32
  %e = tensor.empty() : tensor<4x5x4xf32>
  %t = linalg.transpose ins(%x : tensor<5x4x4xf32>) outs(%e : tensor<4x5x4xf32>) permutation = [2, 0, 1]
  %p = tensor.pad %t low[2, 1, 0] high[3, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<4x5x4xf32> to tensor<9x6x4xf32>
  %s = tensor.extract_slice %p[2, 1, 0] [5, 2, 4] [1, 2, 1] : tensor<9x6x4xf32> to tensor<5x2x4xf32>
  return %s : tensor<5x2x4xf32>
}

// -----

// One operand would have to be read in another order.
#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @unlike(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]],
func.func @unlike(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %g : tensor<4x4xf32>
}

// -----

// Parts of a concatenation, transposed alike.
// CHECK-LABEL: func.func @concatenation(
//       CHECK:   %[[E:.*]] = tensor.empty() : tensor<7x5x4xf32>
//       CHECK:   %[[P:.*]] = tensor.insert_slice %arg0 into %[[E]][0, 0, 0] [3, 5, 4] [1, 1, 1]
//       CHECK:   %[[Q:.*]] = tensor.insert_slice %arg1 into %[[P]][3, 0, 0] [4, 5, 4] [1, 1, 1]
//       CHECK:   linalg.transpose ins(%[[Q]] : {{.*}} permutation = [2, 0, 1]
// WHY: remark: [Passed] moved | Category:propagate-transposes{{.*}}tensor.insert_slice
// WHY-NOT: remark: [Passed]
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

// -----

// Left alone, each behind the transpose of its operand: what reads its own output,
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#swapped = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func.func @own_output(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]] :
func.func @own_output(%x: tensor<4x3xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<3x4xf32>) outs(%y : tensor<3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.subf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<3x4xf32>
  return %g : tensor<3x4xf32>
}
// what knows its place,
// CHECK-LABEL: func.func @indexed(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]] :
func.func @indexed(%x: tensor<4x3xi32>) -> tensor<3x4xi32> {
  %e = tensor.empty() : tensor<3x4xi32>
  %t = linalg.transpose ins(%x : tensor<4x3xi32>) outs(%e : tensor<3x4xi32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<3x4xi32>) outs(%e : tensor<3x4xi32>) {
  ^bb0(%a: i32, %o: i32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %s = arith.addi %a, %n : i32
    linalg.yield %s : i32
  } -> tensor<3x4xi32>
  return %g : tensor<3x4xi32>
}
// a reduction,
// CHECK-LABEL: func.func @reduction(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]] :
func.func @reduction(%x: tensor<4x3xf32>, %z: tensor<3xf32>) -> tensor<3xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%t : tensor<3x4xf32>) outs(%z : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}
// what reads one operand, or writes, in another order,
// CHECK-LABEL: func.func @read_swapped(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]], %[[T]] :
func.func @read_swapped(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id, #swapped, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %t : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %g : tensor<4x4xf32>
}
// CHECK-LABEL: func.func @written_swapped(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   linalg.generic {{.*}} ins(%[[T]] :
func.func @written_swapped(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id, #swapped], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.negf %a : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %g : tensor<4x4xf32>
}
// two operands transposed in two ways,
#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @two_ways(
//   CHECK-DAG:   %[[S:.*]] = linalg.transpose {{.*}} permutation = [1, 2, 0]
//   CHECK-DAG:   %[[T:.*]] = linalg.transpose {{.*}} permutation = [2, 0, 1]
//       CHECK:   linalg.generic {{.*}} ins(%[[S]], %[[T]] :
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
// parts of a concatenation that are transposed in two ways, that something reads before the others are there, that are
// put among other elements, or that have fewer dimensions,
// CHECK-LABEL: func.func @parts_two_ways(
//       CHECK:   %[[S:.*]] = linalg.transpose {{.*}} permutation = [1, 2, 0]
//       CHECK:   %[[T:.*]] = linalg.transpose {{.*}} permutation = [2, 0, 1]
//       CHECK:   tensor.insert_slice %[[S]] into
//       CHECK:   tensor.insert_slice %[[T]] into
func.func @parts_two_ways(%x: tensor<4x4x4xf32>, %y: tensor<4x4x4xf32>) -> tensor<8x4x4xf32> {
  %e = tensor.empty() : tensor<4x4x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [1, 2, 0]
  %t = linalg.transpose ins(%y : tensor<4x4x4xf32>) outs(%e : tensor<4x4x4xf32>) permutation = [2, 0, 1]
  %whole = tensor.empty() : tensor<8x4x4xf32>
  %p = tensor.insert_slice %s into %whole[0, 0, 0] [4, 4, 4] [1, 1, 1] : tensor<4x4x4xf32> into tensor<8x4x4xf32>
  %q = tensor.insert_slice %t into %p[4, 0, 0] [4, 4, 4] [1, 1, 1] : tensor<4x4x4xf32> into tensor<8x4x4xf32>
  return %q : tensor<8x4x4xf32>
}
// CHECK-LABEL: func.func @part_read_early(
//       CHECK:   %[[S:.*]] = linalg.transpose ins(%arg0
//       CHECK:   %[[T:.*]] = linalg.transpose ins(%arg1
//       CHECK:   tensor.insert_slice %[[S]] into
//       CHECK:   tensor.insert_slice %[[T]] into
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
// CHECK-LABEL: func.func @among_elements(
//       CHECK:   %[[S:.*]] = linalg.transpose
//       CHECK:   tensor.insert_slice %[[S]] into %arg1
func.func @among_elements(%x: tensor<4x3xf32>, %z: tensor<6x4xf32>) -> tensor<6x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %p = tensor.insert_slice %s into %z[2, 0] [3, 4] [1, 1] : tensor<3x4xf32> into tensor<6x4xf32>
  return %p : tensor<6x4xf32>
}
// CHECK-LABEL: func.func @part_of_fewer_dimensions(
//       CHECK:   %[[S:.*]] = linalg.transpose
//       CHECK:   tensor.insert_slice %[[S]] into
func.func @part_of_fewer_dimensions(%x: tensor<4x3xf32>) -> tensor<1x3x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %s = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %whole = tensor.empty() : tensor<1x3x4xf32>
  %p = tensor.insert_slice %s into %whole[0, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<3x4xf32> into tensor<1x3x4xf32>
  return %p : tensor<1x3x4xf32>
}
// a slice of fewer dimensions, and a pad by other values.
// CHECK-LABEL: func.func @slice_of_fewer_dimensions(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   tensor.extract_slice %[[T]]
func.func @slice_of_fewer_dimensions(%x: tensor<5x4x3xf32>) -> tensor<4x5xf32> {
  %e = tensor.empty() : tensor<3x4x5xf32>
  %t = linalg.transpose ins(%x : tensor<5x4x3xf32>) outs(%e : tensor<3x4x5xf32>) permutation = [2, 1, 0]
  %s = tensor.extract_slice %t[1, 0, 0] [1, 4, 5] [1, 1, 1] : tensor<3x4x5xf32> to tensor<4x5xf32>
  return %s : tensor<4x5xf32>
}
// CHECK-LABEL: func.func @pad_by_place(
//       CHECK:   %[[T:.*]] = linalg.transpose
//       CHECK:   tensor.pad %[[T]]
func.func @pad_by_place(%x: tensor<4x3xindex>) -> tensor<4x5xindex> {
  %e = tensor.empty() : tensor<3x4xindex>
  %t = linalg.transpose ins(%x : tensor<4x3xindex>) outs(%e : tensor<3x4xindex>) permutation = [1, 0]
  %p = tensor.pad %t low[1, 0] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %j : index
  } : tensor<3x4xindex> to tensor<4x5xindex>
  return %p : tensor<4x5xindex>
}
