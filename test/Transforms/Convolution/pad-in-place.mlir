// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pad-in-place))' | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pad-in-place))' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// The result of the product is padded, and read once more.
// CHECK-LABEL: func.func @shared(
//       CHECK:   %[[FILL:.*]] = linalg.fill {{.*}} -> tensor<7x8xf32>
//       CHECK:   %[[INNER:.*]] = tensor.extract_slice %[[FILL]][1, 0] [5, 6] [1, 1]
//       CHECK:   %[[R:.*]] = linalg.exp {{.*}} outs(%[[INNER]] : tensor<5x6xf32>)
//       CHECK:   %[[WHOLE:.*]] = tensor.insert_slice %[[R]] into %[[FILL]][1, 0] [5, 6] [1, 1]
//       CHECK:   %[[PART:.*]] = tensor.extract_slice %[[WHOLE]][1, 0] [5, 6] [1, 1]
//       CHECK:   linalg.negf ins(%[[PART]]
//       CHECK:   return %{{.*}}, %[[WHOLE]]
// WHY: remark: [Passed] padded | Category:pad-in-place
func.func @shared(%x: tensor<5x6xf32>) -> (tensor<5x6xf32>, tensor<7x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x6xf32>
  %r = linalg.exp ins(%x : tensor<5x6xf32>) outs(%e : tensor<5x6xf32>) -> tensor<5x6xf32>
  %f = tensor.empty() : tensor<5x6xf32>
  %n = linalg.negf ins(%r : tensor<5x6xf32>) outs(%f : tensor<5x6xf32>) -> tensor<5x6xf32>
  %p = tensor.pad %r low[1, 0] high[1, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<5x6xf32> to tensor<7x8xf32>
  return %n, %p : tensor<5x6xf32>, tensor<7x8xf32>
}
// The function returns what is padded.
// CHECK-LABEL: func.func @returned(
//       CHECK:   tensor.pad
// WHY: remark: [Missed]{{.*}}pad-in-place{{.*}}leaves the block
func.func @returned(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<7xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %r = linalg.exp ins(%x : tensor<5xf32>) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %p = tensor.pad %r low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  return %r, %p : tensor<5xf32>, tensor<7xf32>
}
// An argument; a destination with a value; a dynamic size; a padding that is no constant.
// CHECK-LABEL: func.func @left(
// CHECK-COUNT-4:   tensor.pad
// WHY: remark: [Missed]{{.*}}no single result
// WHY: remark: [Missed]{{.*}}a value of its own
// WHY: remark: [Missed]{{.*}}not static
// WHY: remark: [Missed]{{.*}}not one constant
func.func @left(%x: tensor<5xf32>, %y: tensor<?xf32>, %d: index, %v: f32) -> (tensor<7xf32>, tensor<7xf32>, tensor<?xf32>, tensor<7xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %f = tensor.empty(%d) : tensor<?xf32>
  %p = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  %r = linalg.exp ins(%x : tensor<5xf32>) outs(%x : tensor<5xf32>) -> tensor<5xf32>
  %q = tensor.pad %r low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  %s = linalg.exp ins(%y : tensor<?xf32>) outs(%f : tensor<?xf32>) -> tensor<?xf32>
  %t = tensor.pad %s low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  %u = linalg.exp ins(%x : tensor<5xf32>) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %w = tensor.pad %u low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %v : f32
  } : tensor<5xf32> to tensor<7xf32>
  return %p, %q, %t, %w : tensor<7xf32>, tensor<7xf32>, tensor<?xf32>, tensor<7xf32>
}
// Two results, the second padded; a filling that something else reads; a user in a region.
// CHECK-LABEL: func.func @entangled(
// CHECK-COUNT-3:   tensor.pad
// WHY: remark: [Missed]{{.*}}no single result
// WHY: remark: [Missed]{{.*}}a value of its own
// WHY: remark: [Missed]{{.*}}leaves the block
#id = affine_map<(d0) -> (d0)>
func.func @entangled(%x: tensor<5xf32>, %m: tensor<3x5xf32>, %n: index) -> (tensor<7xf32>, tensor<7xf32>, tensor<5xf32>, tensor<7xf32>, tensor<5xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<5xf32>
  %two:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<5xf32>) outs(%e, %e : tensor<5xf32>, tensor<5xf32>) {
  ^bb0(%a: f32, %o: f32, %q: f32):
    %b = arith.negf %a : f32
    linalg.yield %a, %b : f32, f32
  } -> (tensor<5xf32>, tensor<5xf32>)
  %p = tensor.pad %two#1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %r = linalg.reduce {arith.maximumf} ins(%m : tensor<3x5xf32>) outs(%f : tensor<5xf32>) dimensions = [0]
  %s = linalg.reduce {arith.addf} ins(%m : tensor<3x5xf32>) outs(%f : tensor<5xf32>) dimensions = [0]
  %q = tensor.pad %r low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  %t = linalg.exp ins(%x : tensor<5xf32>) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> tensor<5xf32> {
    %w = linalg.add ins(%t, %v : tensor<5xf32>, tensor<5xf32>) outs(%e : tensor<5xf32>) -> tensor<5xf32>
    scf.yield %w : tensor<5xf32>
  }
  %u = tensor.pad %t low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<5xf32> to tensor<7xf32>
  return %p, %q, %s, %u, %l : tensor<7xf32>, tensor<7xf32>, tensor<5xf32>, tensor<7xf32>, tensor<5xf32>
}
