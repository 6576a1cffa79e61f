// The accumulators of a kernel stay in registers, whatever the CPU at hand: one fused multiply-add for each, no spill.
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=znver4}' | lexon-translate --emit=asm --mcpu=znver4 -o - | FileCheck %s --check-prefix=WIDE --implicit-check-not='(%rsp), %zmm'
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=sapphirerapids}' | lexon-translate --emit=asm --mcpu=sapphirerapids -o - | FileCheck %s --check-prefix=WIDE --implicit-check-not='(%rsp), %zmm'
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=x86-64-v3}' | lexon-translate --emit=asm --mcpu=x86-64-v3 -o - | FileCheck %s --check-prefix=AVX2 --implicit-check-not='(%rsp), %ymm' --implicit-check-not=zmm
// RUN: lexon-opt %s --pipeline='onestep{threads=1 target=x86-64}' | lexon-translate --emit=asm --mcpu=x86-64 -o - | FileCheck %s --check-prefix=SSE --implicit-check-not=ymm --implicit-check-not=fmaf

// WIDE-LABEL: columns:
// WIDE-COUNT-20: vfmadd{{.*}}%zmm
// AVX2-LABEL: columns:
// AVX2-COUNT-12: vfmadd{{.*}}%ymm
// SSE-LABEL: columns:
// SSE-COUNT-12: mulps {{.*}}%xmm
func.func @columns(%a: memref<60x640xf32>, %b: memref<640x96xf32>, %c: memref<60x96xf32>) {
  linalg.matmul ins(%a, %b : memref<60x640xf32>, memref<640x96xf32>) outs(%c : memref<60x96xf32>)
  return
}
// WIDE-LABEL: weights:
// WIDE-COUNT-24: vfmadd{{.*}}%zmm
// AVX2-LABEL: weights:
// AVX2-COUNT-9: vfmadd{{.*}}%ymm
// SSE-LABEL: weights:
// SSE-COUNT-9: mulps {{.*}}%xmm
func.func @weights(%a: memref<60x640xf32>, %b: memref<96x640xf32>, %c: memref<60x96xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<60x640xf32>, memref<96x640xf32>) outs(%c : memref<60x96xf32>)
  return
}
