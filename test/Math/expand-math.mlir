// RUN: lexon-opt %s --expand-math --split-input-file | FileCheck %s
// RUN: lexon-opt %s --expand-math=ldexp=true --split-input-file | FileCheck %s --check-prefix=LDEXP
// RUN: lexon-opt %s --expand-math --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Products and sums that may be fused say so. Without an instruction for the power of two it is made of bits, in two
// factors: one alone could not give denormal results.
// CHECK-LABEL: func.func @scalar(
//   CHECK-NOT:   math.
//       CHECK:   arith.mulf {{.*}} fastmath<contract> : f32
//  CHECK-NEXT:   arith.addf {{.*}} fastmath<contract> : f32
//   CHECK-NOT:   math.
// CHECK-COUNT-2: arith.shli
//   CHECK-NOT:   call
//       CHECK:   return
// LDEXP-LABEL: func.func @scalar(
//   LDEXP-NOT:   arith.shli
//       LDEXP:   llvm.call_intrinsic "llvm.ldexp"({{.*}}) : (f32, i32) -> f32
// WHY: remark: [Passed] expanded {{.*}}Category:expand-math{{.*}}math.exp
func.func @scalar(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}
// -----
// A vector that is a number of registers, one that is not, and one of rank 2, which LLVM's intrinsic does not take.
// CHECK-LABEL: func.func @vectors(
//   CHECK-NOT:   math.exp
//       CHECK:   return
// LDEXP-LABEL: func.func @vectors(
//       LDEXP:   llvm.call_intrinsic "llvm.ldexp"({{.*}}) : (vector<16xf32>, vector<16xi32>) -> vector<16xf32>
//   LDEXP-NOT:   llvm.ldexp
// LDEXP-COUNT-2: arith.shli {{.*}} : vector<7xi32>
// LDEXP-COUNT-2: arith.shli {{.*}} : vector<2x8xi32>
//       LDEXP:   return
func.func @vectors(%x: vector<16xf32>, %y: vector<7xf32>, %z: vector<2x8xf32>)
    -> (vector<16xf32>, vector<7xf32>, vector<2x8xf32>) {
  %0 = math.exp %x : vector<16xf32>
  %1 = math.exp %y : vector<7xf32>
  %2 = math.exp %z : vector<2x8xf32>
  return %0, %1, %2 : vector<16xf32>, vector<7xf32>, vector<2x8xf32>
}
// -----
// One constant for two functions in a loop of unknown length, before it.
// CHECK-LABEL: func.func @constants(
// CHECK-COUNT-1: arith.constant 1.44269502 : f32
//   CHECK-NOT:   arith.constant 1.44269502 : f32
//       CHECK:   scf.for
//   CHECK-NOT:   arith.constant
//       CHECK:   return
func.func @constants(%x: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = memref.dim %x, %zero : memref<?xf32>
  scf.for %i = %zero to %n step %one {
    %a = memref.load %x[%i] : memref<?xf32>
    %0 = math.exp %a : f32
    %1 = math.expm1 %0 : f32
    memref.store %1, %x[%i] : memref<?xf32>
  }
  return
}
// -----
// Huge angles: a vector jumps where none of its lanes is one; of scalars LLVM makes vectors, without branches.
// CHECK-LABEL: func.func @angles(
//   CHECK-NOT:   math.sin
//   CHECK-NOT:   scf.if
//       CHECK:   vector.reduction <or>, {{.*}} : vector<10xi1> into i1
//       CHECK:   scf.if {{.*}} -> (vector<2x5xf64>, vector<2x5xi32>)
//       CHECK:   return
func.func @angles(%x: f32, %y: vector<2x5xf32>) -> (f32, vector<2x5xf32>) {
  %0 = math.sin %x : f32
  %1 = math.cos %y : vector<2x5xf32>
  return %0, %1 : f32, vector<2x5xf32>
}
// -----
// All the functions.
// CHECK-LABEL: func.func @all(
//   CHECK-NOT:   math.{{(exp|log|tanh|sinh|cosh|erf|cbrt|asin|acos|atan|sin|cos|tan|pow)}}
//       CHECK:   return
func.func @all(%x: f32, %y: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.exp2 %0 : f32
  %2 = math.expm1 %1 : f32
  %3 = math.tanh %2 : f32
  %4 = math.sinh %3 : f32
  %5 = math.cosh %4 : f32
  %6 = math.erf %5 : f32
  %7 = math.log %6 : f32
  %8 = math.log2 %7 : f32
  %9 = math.log10 %8 : f32
  %10 = math.log1p %9 : f32
  %11 = math.cbrt %10 : f32
  %12 = math.asinh %11 : f32
  %13 = math.acosh %12 : f32
  %14 = math.atanh %13 : f32
  %15 = math.sin %14 : f32
  %16 = math.cos %15 : f32
  %17 = math.tan %16 : f32
  %18 = math.atan %17 : f32
  %19 = math.asin %18 : f32
  %20 = math.acos %19 : f32
  %21 = math.powf %20, %y : f32
  %22 = math.atan2 %21, %y : f32
  return %22 : f32
}
// -----
// Left alone: other element types, tensors, scalable vectors, and what is an instruction.
// CHECK-LABEL: func.func @others(
//       CHECK:   math.exp {{.*}} : f64
//       CHECK:   math.tanh {{.*}} : vector<4xf16>
//       CHECK:   math.log {{.*}} : tensor<?xf32>
//       CHECK:   math.erf {{.*}} : vector<[4]xf32>
//       CHECK:   math.sqrt {{.*}} : f32
//       CHECK:   math.floor {{.*}} : f32
//       CHECK:   return
func.func @others(%a: f64, %b: vector<4xf16>, %c: tensor<?xf32>, %d: vector<[4]xf32>, %e: f32)
    -> (f64, vector<4xf16>, tensor<?xf32>, vector<[4]xf32>, f32) {
  %0 = math.exp %a : f64
  %1 = math.tanh %b : vector<4xf16>
  %2 = math.log %c : tensor<?xf32>
  %3 = math.erf %d : vector<[4]xf32>
  %4 = math.sqrt %e : f32
  %5 = math.floor %4 : f32
  return %0, %1, %2, %3, %5 : f64, vector<4xf16>, tensor<?xf32>, vector<[4]xf32>, f32
}
