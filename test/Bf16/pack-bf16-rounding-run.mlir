// Vectors are rounded as scalars are.
// RUN: lexon-opt %s --pack-bf16-rounding --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(pack-bf16-rounding)'
// REQUIRES: python, cpu-avx512_bf16
// CHECK-COUNT-2: remark: [Passed] packed | Category:pack-bf16-rounding

func.func @round(%a: memref<24xf32>, %b: memref<24xbf16>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %0 = vector.load %a[%c0] : memref<24xf32>, vector<16xf32>
  %1 = arith.truncf %0 : vector<16xf32> to vector<16xbf16>
  vector.store %1, %b[%c0] : memref<24xbf16>, vector<16xbf16>
  %2 = vector.load %a[%c16] : memref<24xf32>, vector<8xf32>
  %3 = arith.truncf %2 : vector<8xf32> to vector<8xbf16>
  vector.store %3, %b[%c16] : memref<24xbf16>, vector<8xbf16>
  return
}
