// RUN: lexon-opt %s --fold-empty-tensors --allow-unregistered-dialect --split-input-file | FileCheck %s
// RUN: lexon-opt %s --fold-empty-tensors --allow-unregistered-dialect --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A batch of 0.
// WHY: remark: [Passed] folded | Category:fold-empty-tensors | {{.*}}'linalg.fill' has no elements
// WHY: remark: [Passed] folded | Category:fold-empty-tensors | {{.*}}'linalg.matmul' has no elements
// CHECK-LABEL: func.func @rows(
//   CHECK-NOT:   linalg
//       CHECK:   tensor.empty() : tensor<0x5xf32>
//   CHECK-NOT:   linalg
//       CHECK:   return
func.func @rows(%a: tensor<0x7xf32>, %b: tensor<7x5xf32>) -> tensor<0x5xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<0x5xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<0x5xf32>) -> tensor<0x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<0x7xf32>, tensor<7x5xf32>) outs(%z : tensor<0x5xf32>) -> tensor<0x5xf32>
  return %0 : tensor<0x5xf32>
}

// -----

// Nothing but padding, by a value that is computed.
// WHY: remark: [Passed] folded | Category:fold-empty-tensors | {{.*}}'tensor.pad' has no elements
// CHECK-LABEL: func.func @padded(
//  CHECK-SAME:   %[[X:[a-z0-9]+]]: f32
//       CHECK:   %[[F:.*]] = linalg.fill ins(%[[X]] : f32) outs({{.*}} : tensor<3x4xf32>)
//       CHECK:   return %[[F]]
func.func @padded(%x: f32, %a: tensor<0x4xf32>) -> tensor<3x4xf32> {
  %0 = tensor.pad %a low[1, 0] high[2, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<0x4xf32> to tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Left alone: a sum over nothing, a size known only at run time, a check, an operation that is not known, one result of
// two that has elements, padding that depends on its place. A weight stays a weight.
// WHY-NOT: remark
// CHECK-LABEL: func.func @left_alone(
//       CHECK:   linalg.matmul
//       CHECK:   linalg.fill
//       CHECK:   scf.for
//       CHECK:   "test.unknown"
//       CHECK:   scf.if
//       CHECK:   tensor.pad
func.func @left_alone(%a: tensor<3x0xf32>, %b: tensor<0x5xf32>, %n: index, %c: i1, %o: tensor<3x5xf32>)
    -> (tensor<3x5xf32>, tensor<0x?xf32>, tensor<0xf32>, tensor<0xf32>, tensor<0xf32>, tensor<2xf32>, tensor<2xindex>) {
  %0 = linalg.matmul ins(%a, %b : tensor<3x0xf32>, tensor<0x5xf32>) outs(%o : tensor<3x5xf32>) -> tensor<3x5xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<0x?xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%e : tensor<0x?xf32>) -> tensor<0x?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = tensor.empty() : tensor<0xf32>
  %2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %s) -> tensor<0xf32> {
    cf.assert %c, "wrong"
    scf.yield %x : tensor<0xf32>
  }
  %3 = "test.unknown"() : () -> tensor<0xf32>
  %t = tensor.empty() : tensor<2xf32>
  %4:2 = scf.if %c -> (tensor<0xf32>, tensor<2xf32>) {
    scf.yield %s, %t : tensor<0xf32>, tensor<2xf32>
  } else {
    scf.yield %3, %t : tensor<0xf32>, tensor<2xf32>
  }
  %w = tensor.empty() : tensor<0xindex>
  %5 = tensor.pad %w low[2] high[0] {
  ^bb0(%i: index):
    tensor.yield %i : index
  } : tensor<0xindex> to tensor<2xindex>
  return %0, %1, %2, %3, %4#0, %4#1, %5 : tensor<3x5xf32>, tensor<0x?xf32>, tensor<0xf32>, tensor<0xf32>, tensor<0xf32>, tensor<2xf32>, tensor<2xindex>
}

// -----

// WHY-NOT: remark
// CHECK-LABEL: func.func @weight(
//       CHECK:   lexon.weight
func.func @weight(%w: tensor<64xi8> {lexon.constant}) -> tensor<5x0xf32> {
  %0 = lexon.weight %w[0] : tensor<64xi8> -> tensor<5x0xf32>
  return %0 : tensor<5x0xf32>
}
