// RUN: lexon-opt %s --vectorize-structured='vector-bits=256' --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --vectorize-structured='vector-bits=256' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Four partial sums of eight lanes; a masked rest that changes nothing where it is masked off; a pairwise sum at the end.
// WHY: remark: [Passed] vectorized | Category:vectorize-structured | Remark="8 lanes over reduction dimension 1, 4 vectors at a time"
// CHECK-LABEL: func.func @rows(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<?x45xf32>, %[[S:[^:]+]]: memref<?xf32>
//       CHECK:   scf.parallel (%[[I:.*]]) =
//       CHECK:     %[[BEFORE:.*]] = memref.load %[[S]][%[[I]]]
//       CHECK:     vector.load %[[A]][%[[I]], %{{.*}}] : memref<?x45xf32>, vector<8xf32>
//       CHECK:     %[[MASK:.*]] = vector.constant_mask [5] : vector<8xi1>
//       CHECK:     %[[REST:.*]] = vector.maskedload %[[A]]
//       CHECK:     %[[SUM:.*]] = arith.addf %[[ACC:.*]], %[[REST]] : vector<8xf32>
//       CHECK:     arith.select %[[MASK]], %[[SUM]], %[[ACC]]
//       CHECK:     vector.shuffle {{.*}} [4, 5, 6, 7]
//       CHECK:     %[[ONE:.*]] = vector.extract %{{.*}}[0] : f32 from vector<1xf32>
//       CHECK:     %[[ALL:.*]] = arith.addf %[[BEFORE]], %[[ONE]] : f32
//       CHECK:     memref.store %[[ALL]], %[[S]][%[[I]]]
func.func @rows(%a: memref<?x45xf32>, %s: memref<?xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<?x45xf32>) outs(%s : memref<?xf32>) dimensions = [1]
  return
}
// -----
// Rows added to each other: the order of additions stays, results are in registers meanwhile.
// WHY: remark: [Passed] vectorized{{.*}}"8 lanes over parallel dimension 1, 2 vectors at a time"
// CHECK-LABEL: func.func @columns(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<5x16xf32>, %[[S:[^:]+]]: memref<16xf32>
//       CHECK:   %[[SUMS:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[X:.*]] = %{{.*}}, %[[Y:.*]] = %{{.*}}) -> (vector<8xf32>, vector<8xf32>)
//       CHECK:     vector.load %[[A]][%[[I]], %{{.*}}]
//       CHECK:   vector.store %[[SUMS]]#0, %[[S]]
//       CHECK:   vector.store %[[SUMS]]#1, %[[S]]
func.func @columns(%a: memref<5x16xf32>, %s: memref<16xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<5x16xf32>) outs(%s : memref<16xf32>) dimensions = [0]
  return
}
// -----
// Element-wise and contiguous: one dimension, in pieces that threads share. What is one number for all lanes is read once.
// WHY: remark: [Passed] vectorized{{.*}}"8 lanes over parallel dimension 0"
// CHECK-LABEL: func.func @elementwise(
//       CHECK:   memref.reinterpret_cast
//       CHECK:   scf.parallel (%[[FIRST:.*]]) =
//       CHECK:     scf.for %{{.*}} = %[[FIRST]] to
//       CHECK:       math.exp %{{.*}} : vector<8xf32>
//       CHECK:       vector.store
//       CHECK:     scf.if
//       CHECK:       vector.create_mask
//       CHECK:       vector.maskedstore
func.func @elementwise(%a: memref<?x?xf32>, %b: memref<?x?xf32>) {
  linalg.exp ins(%a : memref<?x?xf32>) outs(%b : memref<?x?xf32>)
  return
}
// -----
// Squares of eight by eight: three rounds of eight shuffles.
// WHY: remark: [Passed] vectorized{{.*}}"8 lanes over parallel dimension 1, tiles transposed with dimension 0"
// CHECK-LABEL: func.func @transpose(
// CHECK-COUNT-8: vector.load %{{.*}} : memref<16x24xf32>, vector<8xf32>
// CHECK-COUNT-24: vector.shuffle
// CHECK-COUNT-8: vector.store %{{.*}} : memref<24x16xf32>, vector<8xf32>
//       CHECK:   return
func.func @transpose(%a: memref<16x24xf32>, %b: memref<24x16xf32>) {
  linalg.transpose ins(%a : memref<16x24xf32>) outs(%b : memref<24x16xf32>) permutation = [1, 0]
  return
}
// -----
// Rows by number: the number is one for all lanes, the row contiguous. Elements by number: gathered.
// CHECK-LABEL: func.func @lookup(
//       CHECK:   %[[ROW:.*]] = arith.index_cast %{{.*}} : i64 to index
//       CHECK:   vector.load %{{.*}}[%[[ROW]], %{{.*}}] : memref<9x24xf32>, vector<4xf32>
//       CHECK:   vector.gather
#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
func.func @lookup(%rows: memref<6xi64>, %places: memref<6x24xi64>, %t: memref<9x24xf32>, %line: memref<9xf32>, %o: memref<6x24xf32>) {
  linalg.generic {indexing_maps = [#i, #ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%rows, %places : memref<6xi64>, memref<6x24xi64>) outs(%o : memref<6x24xf32>) {
  ^bb0(%r: i64, %p: i64, %out: f32):
    %row = arith.index_cast %r : i64 to index
    %place = arith.index_cast %p : i64 to index
    %j = linalg.index 1 : index
    %x = memref.load %t[%row, %j] : memref<9x24xf32>
    %y = memref.load %line[%place] : memref<9xf32>
    %z = arith.addf %x, %y : f32
    linalg.yield %z : f32
  }
  return
}
// -----
// Left alone: the order of a product, booleans, strides, a division that may trap, a body without a form on vectors.
// WHY: remark: [Missed] vectorized{{.*}}Reason="an operand is strided along the lanes"
// CHECK-LABEL: func.func @product(
//       CHECK:   linalg.reduce
func.func @product(%a: memref<5x45xf32>, %s: memref<5xf32>) {
  linalg.reduce {arith.mulf} ins(%a : memref<5x45xf32>) outs(%s : memref<5xf32>) dimensions = [1]
  return
}
// -----
// WHY: remark: [Missed] vectorized{{.*}}Reason="elements that have no vectors in memory"
// CHECK-LABEL: func.func @booleans(
//       CHECK:   linalg.copy
func.func @booleans(%a: memref<64xi1>, %b: memref<64xi1>) {
  linalg.copy ins(%a : memref<64xi1>) outs(%b : memref<64xi1>)
  return
}
// -----
// WHY: remark: [Missed] vectorized{{.*}}Reason="an operand is strided along the lanes"
// CHECK-LABEL: func.func @strided(
//       CHECK:   linalg.copy
func.func @strided(%a: memref<64xf32, strided<[2]>>, %b: memref<64xf32>) {
  linalg.copy ins(%a : memref<64xf32, strided<[2]>>) outs(%b : memref<64xf32>)
  return
}
// -----
// WHY: remark: [Missed] vectorized{{.*}}Reason="a division that may trap"
// CHECK-LABEL: func.func @division(
//       CHECK:   linalg.div
func.func @division(%a: memref<13xi32>, %b: memref<13xi32>) {
  linalg.div ins(%a, %b : memref<13xi32>, memref<13xi32>) outs(%b : memref<13xi32>)
  return
}
// -----
// WHY: remark: [Missed] vectorized{{.*}}Reason="'scf.if' has no form on vectors"
// CHECK-LABEL: func.func @branch(
//       CHECK:   linalg.map
func.func @branch(%a: memref<13xf32>, %b: memref<13xf32>, %c: i1) {
  linalg.map ins(%a : memref<13xf32>) outs(%b : memref<13xf32>) (%x: f32, %o: f32) {
    %y = scf.if %c -> f32 {
      scf.yield %x : f32
    } else {
      %n = arith.negf %x : f32
      scf.yield %n : f32
    }
    linalg.yield %y : f32
  }
  return
}
// -----
// WHY: remark: [Missed] vectorized{{.*}}Reason="operands are not ranked memrefs"
// CHECK-LABEL: func.func @tensors(
//       CHECK:   linalg.exp
func.func @tensors(%a: tensor<13xf32>) -> tensor<13xf32> {
  %r = linalg.exp ins(%a : tensor<13xf32>) outs(%a : tensor<13xf32>) -> tensor<13xf32>
  return %r : tensor<13xf32>
}
