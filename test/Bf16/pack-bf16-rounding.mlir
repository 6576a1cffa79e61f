// RUN: lexon-opt %s --pack-bf16-rounding | FileCheck %s

// CHECK-LABEL: @whole_registers
// CHECK: x86vector.avx512.cvt.packed.f32_to_bf16 %{{.*}} : vector<16xf32> -> vector<16xbf16>
// CHECK: x86vector.avx512.cvt.packed.f32_to_bf16 %{{.*}} : vector<8xf32> -> vector<8xbf16>
func.func @whole_registers(%a: vector<16xf32>, %b: vector<8xf32>) -> (vector<16xbf16>, vector<8xbf16>) {
  %0 = arith.truncf %a : vector<16xf32> to vector<16xbf16>
  %1 = arith.truncf %b : vector<8xf32> to vector<8xbf16>
  return %0, %1 : vector<16xbf16>, vector<8xbf16>
}
// Other lengths, ranks, types and roundings, and scalars.
// CHECK-LABEL: @left_alone
// CHECK-COUNT-7: arith.truncf
// CHECK: return
func.func @left_alone(%a: vector<4xf32>, %b: vector<15xf32>, %c: vector<2x8xf32>, %d: vector<8xf64>, %e: f32, %f: vector<8xf32>, %g: vector<[8]xf32>)
    -> (vector<4xbf16>, vector<15xbf16>, vector<2x8xbf16>, vector<8xbf16>, bf16, vector<8xf16>, vector<[8]xbf16>) {
  %0 = arith.truncf %a : vector<4xf32> to vector<4xbf16>
  %1 = arith.truncf %b : vector<15xf32> to vector<15xbf16>
  %2 = arith.truncf %c : vector<2x8xf32> to vector<2x8xbf16>
  %3 = arith.truncf %d : vector<8xf64> to vector<8xbf16>
  %4 = arith.truncf %e : f32 to bf16
  %5 = arith.truncf %f : vector<8xf32> to vector<8xf16>
  %6 = arith.truncf %g : vector<[8]xf32> to vector<[8]xbf16>
  return %0, %1, %2, %3, %4, %5, %6 : vector<4xbf16>, vector<15xbf16>, vector<2x8xbf16>, vector<8xbf16>, bf16, vector<8xf16>, vector<[8]xbf16>
}
// CHECK-LABEL: @other_rounding
// CHECK: arith.truncf
func.func @other_rounding(%a: vector<8xf32>) -> vector<8xbf16> {
  %0 = arith.truncf %a toward_zero : vector<8xf32> to vector<8xbf16>
  return %0 : vector<8xbf16>
}
