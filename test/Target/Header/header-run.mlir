// A program that knows nothing but the generated header calls every kind of function, as C99 and as C++17, compiled by
// clang and by the system's compiler, with the module as an object and as a shared library.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lexon-opt %s --pipeline='onestep{threads=2}' -o module.mlir
// RUN: lexon-translate module.mlir --emit=header -o module.h
// RUN: lexon-translate module.mlir --emit=obj -o module.o
// RUN: lexon-translate module.mlir --emit=so -o libmodule.so
// DEFINE: %{warnings} = -Wall -Wextra -pedantic -Werror -O1 -I.
// RUN: clang -std=c99 %{warnings} %S/Inputs/call.c module.o -lm -L%llvm_lib -lomp -Wl,-rpath,%llvm_lib -o c-clang
// RUN: ./c-clang | FileCheck %s
// RUN: clang++ -x c++ -std=c++17 %{warnings} %S/Inputs/call.c -c -o call-cpp.o
// RUN: clang++ call-cpp.o module.o -lm -L%llvm_lib -lomp -Wl,-rpath,%llvm_lib -o cpp-clang
// RUN: ./cpp-clang | FileCheck %s
// RUN: cc -std=c99 %{warnings} -fPIE -pie %S/Inputs/call.c ./libmodule.so -o c-system
// RUN: ./c-system | FileCheck %s
// RUN: c++ -x c++ -std=c++17 %{warnings} -c %S/Inputs/call.c -o call-system.o
// RUN: c++ call-system.o ./libmodule.so -o cpp-system
// RUN: ./cpp-system | FileCheck %s
// CHECK: all calls are right

// Without any checks in the module, the failure symbols do not exist, and a program links all the same.
// RUN: echo 'func.func @f() -> i1 { %%t = arith.constant false  return %%t : i1 }' | lexon-opt --pipeline=onestep -o plain.mlir
// RUN: lexon-translate plain.mlir --emit=header -o plain.h && lexon-translate plain.mlir --emit=obj -o plain.o
// RUN: echo '#include "plain.h"' > plain.c
// RUN: echo 'int main(void) { bool b = true; return lexon_call_f(&b) && !b ? 0 : 1; }' >> plain.c
// RUN: cc -std=c99 %{warnings} plain.c plain.o -o plain && ./plain

// Constants are prepared once: here, each row back to front.
func.func @prepared(%w: tensor<2x3xf32> {lexon.constant}, %x: tensor<3xf32>) -> tensor<2x3xf32>
    attributes {lexon.prepare = "prepared_prepare", lexon.prepared_layout = "rows back to front, version 1"} {
  %empty = tensor.empty() : tensor<2x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, 2 - j)>, affine_map<(i, j) -> (j)>,
                                        affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%w, %x : tensor<2x3xf32>, tensor<3xf32>) outs(%empty : tensor<2x3xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %d = arith.mulf %a, %b : f32
      linalg.yield %d : f32
  } -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
func.func @prepared_prepare(%w: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %empty = tensor.empty() : tensor<2x3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, 2 - j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<2x3xf32>) outs(%empty : tensor<2x3xf32>) {
    ^bb0(%a: f32, %c: f32):
      linalg.yield %a : f32
  } -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// Dynamic sizes; the caller frees what is returned.
func.func @sums(%a: tensor<?x3xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %a, %c0 : tensor<?x3xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  %0 = linalg.reduce { arith.addf } ins(%a : tensor<?x3xf32>) outs(%start : tensor<?xf32>) dimensions = [1]
  return %0 : tensor<?xf32>
}

// A result in the caller's buffer, a returned one and scalars, in this order and mixed.
func.func @mixed(%a: tensor<2x3xf64>, %i: index, %b: i1, %h: f16, %t: tensor<i32>)
    -> (tensor<3x2xf64>, bf16, tensor<?xf64>, i1, i8) {
  %empty = tensor.empty() : tensor<3x2xf64>
  %0 = linalg.transpose ins(%a : tensor<2x3xf64>) outs(%empty : tensor<3x2xf64>) permutation = [1, 0]
  %1 = arith.extf %h : f16 to f32
  %2 = arith.truncf %1 : f32 to bf16
  %3 = tensor.extract_slice %a[1, 0] [1, %i] [1, 1] : tensor<2x3xf64> to tensor<?xf64>
  %true = arith.constant true
  %4 = arith.xori %b, %true : i1
  %5 = tensor.extract %t[] : tensor<i32>
  %6 = arith.trunci %5 : i32 to i8
  return %0, %2, %3, %4, %6 : tensor<3x2xf64>, bf16, tensor<?xf64>, i1, i8
}

// Complex numbers, and a name that C cannot spell.
func.func @"conjugate of"(%a: complex<f32>, %b: complex<f64>) -> (complex<f64>, complex<f32>) {
  %ar = complex.re %a : complex<f32>
  %ai = complex.im %a : complex<f32>
  %an = arith.negf %ai : f32
  %0 = complex.create %ar, %an : complex<f32>
  %br = complex.re %b : complex<f64>
  %bi = complex.im %b : complex<f64>
  %bn = arith.negf %bi : f64
  %1 = complex.create %br, %bn : complex<f64>
  return %1, %0 : complex<f64>, complex<f32>
}

// Half precision in memory, and bool.
func.func @convert(%a: tensor<3xf16>, %b: tensor<3xi1>) -> (tensor<3xbf16>, tensor<3xi1>) {
  %0 = tensor.empty() : tensor<3xbf16>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<3xf16>) outs(%0 : tensor<3xbf16>) {
    ^bb0(%x: f16, %o: bf16):
      %w = arith.extf %x : f16 to f32
      %n = arith.truncf %w : f32 to bf16
      linalg.yield %n : bf16
  } -> tensor<3xbf16>
  %true = arith.constant true
  %2 = tensor.empty() : tensor<3xi1>
  %3 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%b : tensor<3xi1>) outs(%2 : tensor<3xi1>) {
    ^bb0(%x: i1, %o: i1):
      %n = arith.xori %x, %true : i1
      linalg.yield %n : i1
  } -> tensor<3xi1>
  return %1, %3 : tensor<3xbf16>, tensor<3xi1>
}

// What is written to an argument.
func.func @double(%m: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %m, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %0 = memref.load %m[%i] : memref<?xf32>
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %m[%i] : memref<?xf32>
  }
  return
}

// Scalars by the direct interface.
func.func @polynomial(%a: f32, %b: f64, %c: i32, %d: index) -> f64 {
  %0 = arith.extf %a : f32 to f64
  %1 = arith.sitofp %c : i32 to f64
  %2 = arith.index_cast %d : index to i64
  %3 = arith.sitofp %2 : i64 to f64
  %4 = arith.mulf %0, %b : f64
  %5 = arith.mulf %1, %3 : f64
  %6 = arith.addf %4, %5 : f64
  return %6 : f64
}

// A check that can fail.
func.func @checked(%a: tensor<4xf32>, %i: index) -> tensor<1xf32> {
  %c4 = arith.constant 4 : index
  %ok = arith.cmpi ult, %i, %c4 : index
  cf.assert %ok, "index is out of bounds"
  %0 = tensor.extract %a[%i] : tensor<4xf32>
  %1 = tensor.from_elements %0 : tensor<1xf32>
  return %1 : tensor<1xf32>
}
