// Complex arithmetic becomes real arithmetic. Calls of the C library are no way: a C compiler passes `float _Complex` in one
// register, LLVM's {float, float} in two.
// RUN: lexon-opt %s --pipeline=backend | FileCheck %s --implicit-check-not='@c{{[a-z]+}}f('
// RUN: lexon verify %s --inputs=seeded --pipeline=onestep
// REQUIRES: python
// CHECK: llvm.func @conj
func.func @conj(%a: memref<5xcomplex<f32>>, %b: memref<5xcomplex<f32>>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : memref<5xcomplex<f32>>) outs(%b : memref<5xcomplex<f32>>) {
  ^bb0(%x: complex<f32>, %y: complex<f32>):
    %0 = complex.conj %x : complex<f32>
    %1 = complex.mul %0, %x : complex<f32>
    %2 = complex.add %1, %0 : complex<f32>
    linalg.yield %2 : complex<f32>
  }
  return
}
func.func @functions(%a: memref<5xcomplex<f32>>, %b: memref<5xcomplex<f32>>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : memref<5xcomplex<f32>>) outs(%b : memref<5xcomplex<f32>>) {
  ^bb0(%x: complex<f32>, %y: complex<f32>):
    %0 = complex.exp %x : complex<f32>
    %1 = complex.sin %x : complex<f32>
    %2 = complex.sqrt %x : complex<f32>
    %3 = complex.log %x : complex<f32>
    %4 = complex.tanh %x : complex<f32>
    %5 = complex.add %0, %1 : complex<f32>
    %6 = complex.add %2, %3 : complex<f32>
    %7 = complex.add %5, %6 : complex<f32>
    %8 = complex.add %7, %4 : complex<f32>
    linalg.yield %8 : complex<f32>
  }
  return
}
