// The accumulators of a bf16 kernel stay in registers, whatever the CPU at hand: AVX512-BF16's dot products, AMX's tiles,
// or f32 arithmetic; no spill inside the loop.
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=znver4}' | lexon-translate --emit=asm --mcpu=znver4 -o - | FileCheck %s --check-prefix=DOT --implicit-check-not='(%rsp), %zmm'
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=sapphirerapids}' | lexon-translate --emit=asm --mcpu=sapphirerapids -o - | FileCheck %s --check-prefix=AMX
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=x86-64-v3}' | lexon-translate --emit=asm --mcpu=x86-64-v3 -o - | FileCheck %s --check-prefix=AVX2 --implicit-check-not='(%rsp), %ymm' --implicit-check-not=zmm

// DOT-LABEL: panels:
// DOT: vbroadcastss {{.*}}(%{{.*}}), %zmm
// DOT-COUNT-28: vdpbf16ps {{.*}}%zmm
// DOT-NOT: vdpbf16ps
// DOT: {{^[[:space:]]j[a-z]+}}

// Six products and no more tiles than the two of columns and the rows of each step; sums are stored once.
// AMX-LABEL: panels:
// AMX: ldtilecfg
// AMX-COUNT-6: tilezero
// AMX-NOT: tilestored
// AMX-COUNT-6: tdpbf16ps
// AMX-NOT: tdpbf16ps
// AMX-COUNT-6: tilestored
// AMX-NOT: tileloadd
// AMX-NOT: tdpbf16ps
// AMX: retq

// AVX2-LABEL: panels:
// AVX2-COUNT-16: vfmadd{{.*}}%ymm
// AVX2: retq
func.func @panels(%a: memref<40x320x2xbf16>, %b: memref<3x320x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<40x320x2xbf16>, memref<3x320x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p, e) -> (m, k, e)>, affine_map<(m, n, k, p, e) -> (p, k, n, e)>, affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
