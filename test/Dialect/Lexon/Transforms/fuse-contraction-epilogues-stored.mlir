// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues{part-columns=4}),canonicalize)' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues{part-columns=4}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=NARROW
// NARROW-NOT: [Passed] stored-groups
// NARROW: [Missed] stored-groups {{.*}}its parts of 4 columns are no multiple of 16
// NARROW-NOT: [Passed] stored-groups

// Two heads of eight columns are rotated, a third one is not: an operand says which. Tables are cut in halves.
// CHECK-DAG: #[[COLUMNS:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d4, d2)>
// CHECK-DAG: #[[TABLE:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4)>
// CHECK-DAG: #[[HEAD:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d1)>
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
// CHECK-LABEL: func.func @rotated(
//  CHECK-SAME:   %[[W:.+]]: tensor<24x7xf32>, %[[COS:.+]]: tensor<5x8xf32>, %[[SIN:.+]]: tensor<5x8xf32>
//   CHECK-DAG:   %[[ROTATES:.+]] = arith.constant dense<[true, true, false]> : tensor<3xi1>
//   CHECK-DAG:   %[[SIN0:.+]] = tensor.extract_slice %[[SIN]][0, 0] [5, 4]
//   CHECK-DAG:   %[[SIN1:.+]] = tensor.extract_slice %[[SIN]][0, 4] [5, 4]
//   CHECK-DAG:   %[[COS0:.+]] = tensor.extract_slice %[[COS]][0, 0] [5, 4]
//   CHECK-DAG:   %[[COS1:.+]] = tensor.extract_slice %[[COS]][0, 4] [5, 4]
//   CHECK-NOT:   linalg
//       CHECK:   %[[R:.+]] = lexon.contract ins(%{{.+}}, %{{.+}} : tensor<5x7xf32>, tensor<3x2x4x7xf32>) with(%[[COS0]], %[[SIN0]], %[[COS1]], %[[SIN1]], %[[ROTATES]] :
//  CHECK-SAME:     attributes {indexing_maps = [#{{.+}}, #[[COLUMNS]], #[[TABLE]], #[[TABLE]], #[[TABLE]], #[[TABLE]], #[[HEAD]], #[[OUT]]], stored_group = 3 : i64} {
//       CHECK:   ^bb0(%[[X:[^:]+]]: f32, %[[Y:[^:]+]]: f32, %[[C0:[^:]+]]: f32, %[[S0:[^:]+]]: f32, %[[C1:[^:]+]]: f32, %[[S1:[^:]+]]: f32, %[[IS:[^:]+]]: i1):
//       CHECK:     %[[N:.+]] = arith.negf %[[Y]]
//       CHECK:     %[[XC:.+]] = arith.mulf %[[X]], %[[C0]]
//       CHECK:     %[[NS:.+]] = arith.mulf %[[N]], %[[S0]]
//       CHECK:     %[[A:.+]] = arith.addf %[[XC]], %[[NS]]
//       CHECK:     %[[YC:.+]] = arith.mulf %[[Y]], %[[C1]]
//       CHECK:     %[[XS:.+]] = arith.mulf %[[X]], %[[S1]]
//       CHECK:     %[[B:.+]] = arith.addf %[[YC]], %[[XS]]
//       CHECK:     %[[L:.+]] = arith.select %[[IS]], %[[A]], %[[X]]
//       CHECK:     %[[H:.+]] = arith.select %[[IS]], %[[B]], %[[Y]]
//       CHECK:     lexon.yield %[[L]], %[[H]]
//   CHECK-NOT:   linalg
//       CHECK:   %[[WHOLE:.+]] = tensor.collapse_shape %[[R]] {{\[\[}}0], [1], [2, 3]]
//       CHECK:   tensor.extract_slice %[[WHOLE]][0, 0, 0] [5, 2, 8]
// WHY: [Passed] stored-groups {{.*}}2 parts
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @rotated(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> (tensor<5x2x8xf32>, tensor<5x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_empty : tensor<5x2x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<5x2x8xf32>
  %v_own = tensor.extract_slice %product[0, 16] [5, 8] [1, 1] : tensor<5x24xf32> to tensor<5x8xf32>
  return %q_rotated, %v_own : tensor<5x2x8xf32>, tensor<5x8xf32>
}
// -----
// Attention reads the heads of the query in front of its rows by another map: nothing is transposed.
// CHECK-DAG: #[[QUERY:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d0, d2)>
// CHECK-LABEL: func.func @transposed_for_attention(
//   CHECK-NOT:   linalg
//       CHECK:   lexon.contract {{.*}}stored_group
//       CHECK:   %[[Q:.+]] = tensor.extract_slice %{{.+}}[0, 0, 0] [5, 2, 8]
//       CHECK:   lexon.attention {indexing_maps = [#[[QUERY]], {{.*}} ins(%[[Q]], %{{.*}}: tensor<5x2x8xf32>,
// WHY: [Passed] stored-groups {{.*}}2 parts
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @transposed_for_attention(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> tensor<2x5x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_swapped = tensor.empty() : tensor<2x5x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#swap3, #table_swapped, #swap3, #table_swapped, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_swapped : tensor<2x5x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<2x5x8xf32>
  %v_own = tensor.extract_slice %product[0, 16] [5, 8] [1, 1] : tensor<5x24xf32> to tensor<5x8xf32>
  %e = tensor.empty() : tensor<2x5x8xf32>
  %0 = lexon.attention {indexing_maps = [affine_map<(h, i, d, j, e) -> (h, i, d)>, affine_map<(h, i, d, j, e) -> (j, d)>, affine_map<(h, i, d, j, e) -> (j, e)>, affine_map<(h, i, d, j, e) -> (h, i, e)>]}
      ins(%q_rotated, %v_own, %v_own : tensor<2x5x8xf32>, tensor<5x8xf32>, tensor<5x8xf32>) outs(%e : tensor<2x5x8xf32>) {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<2x5x8xf32>
  return %0 : tensor<2x5x8xf32>
}
// -----
// Others would need a copy: left alone.
// CHECK-LABEL: func.func @transposed(
//   CHECK-NOT:   stored_group
//       CHECK:   linalg.generic
// WHY: [Missed] stored-groups {{.*}}what is computed from its columns is transposed for 'func.return'
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @transposed(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> tensor<2x5x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_swapped = tensor.empty() : tensor<2x5x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#swap3, #table_swapped, #swap3, #table_swapped, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_swapped : tensor<2x5x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<2x5x8xf32>
  return %q_rotated : tensor<2x5x8xf32>
}
// -----
// The columns are wanted as they were, too.
// CHECK-LABEL: func.func @wanted_twice(
//   CHECK-NOT:   stored_group
//       CHECK:   linalg.generic
// WHY: [Missed] stored-groups {{.*}}columns are used as they were and changed, or changed in two ways
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @wanted_twice(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> (tensor<5x2x8xf32>, tensor<5x2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_empty : tensor<5x2x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<5x2x8xf32>
  return %q_rotated, %q : tensor<5x2x8xf32>, tensor<5x2x8xf32>
}
// -----
// Half of what is computed is used alone.
// CHECK-LABEL: func.func @half_alone(
//   CHECK-NOT:   stored_group
//       CHECK:   linalg.generic
// WHY: [Missed] stored-groups {{.*}}part of a block is used alone, by 'func.return'
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @half_alone(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> (tensor<5x2x8xf32>, tensor<5x2x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_empty : tensor<5x2x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<5x2x8xf32>
  return %q_rotated, %q_negated : tensor<5x2x8xf32>, tensor<5x2x4xf32>
}
// -----
// A table is computed from other columns of the product.
// CHECK-LABEL: func.func @table_from_product(
//   CHECK-NOT:   stored_group
//       CHECK:   linalg.generic
// WHY: [Missed] stored-groups {{.*}}its columns are used before everything is there that changes them
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @table_from_product(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> tensor<5x2x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %v_own = tensor.extract_slice %product[0, 16] [5, 8] [1, 1] : tensor<5x24xf32> to tensor<5x8xf32>
  %q_own = tensor.extract_slice %product[0, 0] [5, 16] [1, 1] : tensor<5x24xf32> to tensor<5x16xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x8xf32> to tensor<5x2x4xf32>
  %q_half = tensor.empty() : tensor<5x2x4xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<5x2x4xf32>) outs(%q_half : tensor<5x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<5x2x4xf32>
  %q_empty = tensor.empty() : tensor<5x2x8xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 4] [5, 2, 4] [1, 1, 1] : tensor<5x2x4xf32> into tensor<5x2x8xf32>
  %used = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%v_own : tensor<5x8xf32>) outs(%sin : tensor<5x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = math.sin %x : f32
    linalg.yield %r : f32
  } -> tensor<5x8xf32>
  %late = tensor.insert_slice %used into %sin[0, 0] [5, 8] [1, 1] : tensor<5x8xf32> into tensor<5x8xf32>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %late : tensor<5x2x8xf32>, tensor<5x8xf32>, tensor<5x2x8xf32>, tensor<5x8xf32>) outs(%q_empty : tensor<5x2x8xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<5x2x8xf32>
  return %q_rotated : tensor<5x2x8xf32>
}
// -----
// The parts change places in the concatenation only: still a new order of the columns.
// CHECK-LABEL: func.func @swapped(
//       CHECK:   lexon.contract {{.*}}stored_group
//       CHECK:   ^bb0(%[[X:[^:]+]]: f32, %[[Y:[^:]+]]: f32):
//       CHECK:     lexon.yield %[[Y]], %[[X]]
// WHY: [Passed] stored-groups {{.*}}2 parts
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @swapped(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> tensor<5x24xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %1 = tensor.extract_slice %product[0, 0] [5, 12] [1, 1] : tensor<5x24xf32> to tensor<5x12xf32>
  %2 = tensor.extract_slice %product[0, 12] [5, 12] [1, 1] : tensor<5x24xf32> to tensor<5x12xf32>
  %3 = tensor.concat dim(1) %2, %1 : (tensor<5x12xf32>, tensor<5x12xf32>) -> tensor<5x24xf32>
  return %3 : tensor<5x24xf32>
}
// -----
// Every second column and the others: no parts side by side.
// CHECK-LABEL: func.func @interleaved(
//   CHECK-NOT:   stored_group
//       CHECK:   tensor.concat
// WHY-NOT: ] stored-groups
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
func.func @interleaved(%w: tensor<24x7xf32>, %cos: tensor<5x8xf32>, %sin: tensor<5x8xf32>, %a: tensor<5x7xf32>) -> tensor<5x24xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x24xf32>) -> tensor<5x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x7xf32>, tensor<24x7xf32>) outs(%init : tensor<5x24xf32>) -> tensor<5x24xf32>
  %1 = tensor.extract_slice %product[0, 0] [5, 12] [1, 2] : tensor<5x24xf32> to tensor<5x12xf32>
  %2 = tensor.extract_slice %product[0, 1] [5, 12] [1, 2] : tensor<5x24xf32> to tensor<5x12xf32>
  %3 = tensor.concat dim(1) %2, %1 : (tensor<5x12xf32>, tensor<5x12xf32>) -> tensor<5x24xf32>
  return %3 : tensor<5x24xf32>
}
// -----
// Rows of dynamic number stay as they are.
// CHECK-LABEL: func.func @dynamic(
//   CHECK-NOT:   stored_group
//       CHECK:   tensor.concat
// WHY-NOT: ] stored-groups
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @dynamic(%w: tensor<24x7xf32>, %a: tensor<?x7xf32>, %empty: tensor<?x24xf32>, %m: index) -> tensor<?x24xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x24xf32>) -> tensor<?x24xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<?x7xf32>, tensor<24x7xf32>) outs(%init : tensor<?x24xf32>) -> tensor<?x24xf32>
  %1 = tensor.extract_slice %product[0, 0] [%m, 12] [1, 1] : tensor<?x24xf32> to tensor<?x12xf32>
  %2 = tensor.extract_slice %product[0, 12] [%m, 12] [1, 1] : tensor<?x24xf32> to tensor<?x12xf32>
  %3 = tensor.concat dim(1) %2, %1 : (tensor<?x12xf32>, tensor<?x12xf32>) -> tensor<?x24xf32>
  return %3 : tensor<?x24xf32>
}
