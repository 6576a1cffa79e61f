// RUN: lexon-opt %s --track-rounding-errors --split-input-file --mlir-print-local-scope | FileCheck %s
// RUN: lexon-opt %s --track-rounding-errors --split-input-file --remarks -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// Each floating-point result becomes value and bound; integers stay. The work happens on vector<4xf64>.
// REMARK: remark: [Passed] tracked | Category:track-rounding-errors{{.*}}Remark=mixed
// CHECK-LABEL: func.func @mixed(
//  CHECK-SAME:   %[[X:[^:]+]]: tensor<?x3xf32>, %[[S:[^:]+]]: bf16, %[[N:[^:]+]]: i32)
//  CHECK-SAME:   -> (tensor<?x3xf64>, tensor<?x3xf64>, i32, f64, f64)
//       CHECK:   linalg.generic {{.*}} ins(%[[X]] : tensor<?x3xf32>) outs(%{{.*}} : tensor<?x3xvector<4xf64>>)
//       CHECK:   %[[R:.*]]:3 = call @mixed_tracked(%{{.*}}, %{{.*}}, %[[N]])
//       CHECK:   linalg.generic {{.*}} ins(%[[R]]#0 : tensor<?x3xvector<4xf64>>)
//  CHECK-SAME:     outs(%{{.*}}, %{{.*}} : tensor<?x3xf64>, tensor<?x3xf64>)
// CHECK-LABEL: func.func private @mixed_tracked(
//  CHECK-SAME:   tensor<?x3xvector<4xf64>>, %{{.*}}: vector<4xf64>, %{{.*}}: i32)
//  CHECK-SAME:   -> (tensor<?x3xvector<4xf64>>, i32, vector<4xf64>)
func.func @mixed(%x: tensor<?x3xf32>, %s: bf16, %n: i32) -> (tensor<?x3xf32>, i32, bf16) {
  %0 = linalg.exp ins(%x : tensor<?x3xf32>) outs(%x : tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = arith.addi %n, %n : i32
  %2 = arith.mulf %s, %s : bf16
  return %0, %1, %2 : tensor<?x3xf32>, i32, bf16
}

// -----

// A program that mutates its arguments: value and bound of each float buffer at the end. The arguments are only read.
// CHECK-LABEL: func.func @scale(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<5xf32>, %[[I:[^:]+]]: memref<5xi32>, %[[B:[^:]+]]: memref<?xf64>,
//  CHECK-SAME:   %[[AV:[^:]+]]: memref<5xf64>, %[[AB:[^:]+]]: memref<5xf64>, %[[BV:[^:]+]]: memref<?xf64>, %[[BB:[^:]+]]: memref<?xf64>) {
//   CHECK-NOT:   outs(%[[A]]
//       CHECK:   call @scale_tracked(%{{.*}}, %[[I]], %{{.*}})
//       CHECK:   linalg.generic {{.*}} outs(%[[AV]], %[[AB]] : memref<5xf64>, memref<5xf64>)
//       CHECK:   linalg.generic {{.*}} outs(%[[BV]], %[[BB]] : memref<?xf64>, memref<?xf64>)
// CHECK-LABEL: func.func private @scale_tracked(
//       CHECK:   memref.load %{{.*}} : memref<5xvector<4xf64>>
//       CHECK:   memref.store %{{.*}} : memref<?xvector<4xf64>>
func.func @scale(%a: memref<5xf32>, %i: memref<5xi32>, %b: memref<?xf64>) {
  affine.for %k = 0 to 5 {
    %0 = affine.load %a[%k] : memref<5xf32>
    %1 = arith.extf %0 : f32 to f64
    affine.store %1, %b[%k] : memref<?xf64>
  }
  return
}

// -----

// A chain of additions stays open: no rounding term in it, only the lanes' sum.
// CHECK-LABEL: func.func private @chain_tracked(
//  CHECK-SAME:   %[[A:[^:]+]]: vector<4xf64>, %[[B:[^:]+]]: vector<4xf64>)
//       CHECK:   %[[S:.*]] = arith.addf %[[A]], %[[B]] : vector<4xf64>
//       CHECK:   %[[MINUS:.*]] = arith.constant dense<[-1.000000e+00, 1.000000e+00, 1.000000e+00, 1.000000e+00]>
//       CHECK:   %[[N:.*]] = arith.mulf %[[B]], %[[MINUS]]
//       CHECK:   %[[T:.*]] = arith.addf %[[S]], %[[N]] : vector<4xf64>
//   CHECK-NOT:   vector.extract
//       CHECK:   return %[[T]]
func.func @chain(%a: f32, %b: f32) -> f32 {
  %0 = arith.addf %a, %b : f32
  %1 = arith.subf %0, %b : f32
  return %1 : f32
}

// -----

// Calls inside go to the tracked form of a public function; a zero is no summand.
// CHECK-LABEL: func.func private @callee_tracked(
// CHECK-LABEL: func.func @caller(
//       CHECK:   call @caller_tracked
// CHECK-LABEL: func.func private @caller_tracked(
//       CHECK:   arith.constant dense<0.000000e+00> : vector<4xf64>
//       CHECK:   call @callee_tracked(%{{.*}}) : (vector<4xf64>) -> vector<4xf64>
func.func @callee(%a: f32) -> f32 {
  return %a : f32
}
func.func @caller() -> f32 {
  %zero = arith.constant 0.0 : f32
  %0 = call @callee(%zero) : (f32) -> f32
  return %0 : f32
}

// -----

// Structure of every kind: loops with floats carried, branches, blocks, buffers, constant tables and mutable globals.
// CHECK-DAG: memref.global "private" constant @table : memref<2xf32> = dense<[1.000000e-01, 2.000000e-01]>
// CHECK-DAG: memref.global "private" constant @state : memref<2xf32> = dense<0.000000e+00>
// CHECK-DAG: memref.global "private" @state_0 : memref<2xvector<4xf64>> = uninitialized
// The initial value is lifted at the public entry, the table at the function's.
// CHECK-LABEL: func.func @structure(
//   CHECK-DAG:   %[[TO:.*]] = memref.get_global @state_0
//   CHECK-DAG:   %[[FROM:.*]] = memref.get_global @state :
//       CHECK:   linalg.generic {{.*}} ins(%[[FROM]] : memref<2xf32>) outs(%[[TO]] : memref<2xvector<4xf64>>)
// CHECK-LABEL: func.func private @structure_tracked(
//       CHECK:   %[[TABLE:.*]] = memref.alloc() : memref<2xvector<4xf64>>
//       CHECK:   scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<4xf64>)
//       CHECK:     memref.load %[[TABLE]]
//       CHECK:   memref.get_global @state_0
//       CHECK:   cf.cond_br %{{.*}}, ^bb1(%{{.*}} : vector<4xf64>), ^bb2(%{{.*}} : vector<4xf64>)
//       CHECK: ^bb1(%{{.*}}: vector<4xf64>):
memref.global "private" constant @table : memref<2xf32> = dense<[0.1, 0.2]>
memref.global "private" @state : memref<2xf32> = dense<0.0>
func.func @structure(%x: f32, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %x) -> f32 {
    %table = memref.get_global @table : memref<2xf32>
    %t = memref.load %table[%c1] : memref<2xf32>
    %a = arith.addf %acc, %t : f32
    scf.yield %a : f32
  }
  %state = memref.get_global @state : memref<2xf32>
  memref.store %sum, %state[%c0] : memref<2xf32>
  %empty = arith.cmpi eq, %n, %c0 : index
  cf.cond_br %empty, ^bb1(%x : f32), ^bb2(%sum : f32)
^bb1(%y: f32):
  %z = math.sqrt %y : f32
  cf.br ^bb2(%z : f32)
^bb2(%r: f32):
  return %r : f32
}

// -----

// A comparison in another operation than its selection is brought to it, so the bound covers both outcomes: no remark.
// REMARK-NOT: uncertain-decision
// REMARK: {{.*}}Remark=leaky
// CHECK-LABEL: func.func private @leaky_tracked(
//       CHECK:   linalg.generic
//       CHECK:     arith.cmpf ogt
//       CHECK:     arith.select {{.*}} : vector<4xf64>
//       CHECK:     arith.select {{.*}} : vector<4xf64>
#id = affine_map<(d0) -> (d0)>
func.func @leaky(%x: tensor<7xf32>, %y: tensor<7xf32>) -> tensor<7xf32> {
  %conditions = tensor.empty() : tensor<7xi1>
  %p = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<7xf32>, tensor<7xf32>) outs(%conditions : tensor<7xi1>) {
  ^bb0(%a: f32, %b: f32, %out: i1):
    %0 = arith.cmpf ogt, %a, %b : f32
    linalg.yield %0 : i1
  } -> tensor<7xi1>
  %r = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%p, %x, %y : tensor<7xi1>, tensor<7xf32>, tensor<7xf32>) outs(%x : tensor<7xf32>) {
  ^bb0(%c: i1, %a: f32, %b: f32, %out: f32):
    %0 = arith.select %c, %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<7xf32>
  return %r : tensor<7xf32>
}

// -----

// Decisions that no bound covers are taken by the f64 value, and reported.
// REMARK: {{.*}}Remark=decides
// REMARK-COUNT-3: remark: [Missed] uncertain-decision | Category:track-rounding-errors{{.*}}the f64 value decides here
// CHECK-LABEL: func.func private @decides_tracked(
//       CHECK:   arith.fptosi %{{.*}} : f64 to i32
func.func @decides(%x: f32, %y: f32) -> (f32, i1, i32) {
  %p = arith.cmpf olt, %x, %y : f32
  %0 = scf.if %p -> f32 {
    scf.yield %x : f32
  } else {
    %1 = math.sin %y : f32
    scf.yield %1 : f32
  }
  // A test for NaN is certain.
  %nan = arith.cmpf uno, %x, %x : f32
  %q = arith.andi %p, %nan : i1
  %i = arith.fptosi %x : f32 to i32
  return %0, %q, %i : f32, i1, i32
}

// -----

// Weights come from bytes and are lifted where they are read.
// CHECK-LABEL: func.func private @weights_tracked(
//       CHECK:   %[[W:.*]] = lexon.weight %{{.*}}[64] : tensor<128xi8> -> tensor<4x4xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[W]] : tensor<4x4xf32>) outs(%{{.*}} : tensor<4x4xvector<4xf64>>)
func.func @weights(%buffer: tensor<128xi8>) -> tensor<4x4xf32> {
  %0 = lexon.weight %buffer[64] : tensor<128xi8> -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

// Without floating point nothing but a wrapper comes about.
// CHECK-LABEL: func.func @integers(
//  CHECK-SAME:   %{{.*}}: tensor<4xi32>) -> tensor<4xi32>
//       CHECK:   call @integers_tracked
func.func @integers(%a: tensor<4xi32>) -> tensor<4xi32> {
  return %a : tensor<4xi32>
}
