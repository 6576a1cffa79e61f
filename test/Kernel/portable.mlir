// A kernel of 128-bit vectors is code that LLVM lowers well elsewhere, too: on AArch64 and RISC-V one multiply-add for
// each of the 24 sums, nothing on the stack in the loop. (Attributes that name an x86 CPU are taken off.)
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=128 vector-registers=32},lower-matmul-kernels))' | lexon-opt --pipeline='onestep{threads=1 target=x86-64-v3}' | lexon-translate --emit=llvm --mcpu=x86-64-v3 -o - | sed -E 's/"target-(cpu|features)"="[^"]*"//g; /^target /d' > %t.ll
// RUN: llc -O3 -mtriple=aarch64 %t.ll -o - | FileCheck %s --check-prefix=ARM
// RUN: llc -O3 -mtriple=riscv64 -mattr=+v,+d %t.ll -o - | FileCheck %s --check-prefix=RISCV

// ARM-LABEL: columns:
//       ARM: Inner Loop
//   ARM-NOT: {{sp\]|fmul|fmadd}}
// ARM-COUNT-24: fmla v{{.*}}.4s
//   ARM-NOT: {{sp\]|fmul|fmla}}
//       ARM: b.ne

// RISCV-LABEL: columns:
//       RISCV: Inner Loop
//   RISCV-NOT: {{\(sp\)|fmul|fmadd}}
// RISCV-COUNT-24: vfmacc.vf
//   RISCV-NOT: {{\(sp\)|fmul|vfmacc}}
//       RISCV: {{bne|bnez}}

func.func @columns(%a: memref<60x640xf32>, %b: memref<640x96xf32>, %c: memref<60x96xf32>) {
  linalg.matmul ins(%a, %b : memref<60x640xf32>, memref<640x96xf32>) outs(%c : memref<60x96xf32>)
  return
}
