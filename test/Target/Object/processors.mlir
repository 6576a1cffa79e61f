// The processor decides the registers, whatever machine compiles. All are checked on every machine.
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64 %s | FileCheck %s --check-prefix=SSE
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v3 %s | FileCheck %s --check-prefix=AVX2
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=znver4 %s | FileCheck %s --check-prefix=AVX512
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=sapphirerapids %s | FileCheck %s --check-prefix=AVX512
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=sapphirerapids --prefer-vector-width=256 %s | FileCheck %s --check-prefix=AVX2
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=sapphirerapids --mattr=-avx512f %s | FileCheck %s --check-prefix=AVX2
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64 --mattr=+avx2,+fma %s | FileCheck %s --check-prefix=AVX2
// RUN: lexon-translate --emit=asm --target=aarch64-linux-gnu %s | FileCheck %s --check-prefix=NEON
// RUN: lexon-translate --emit=asm --mcpu=native %s | FileCheck %s --check-prefix=NATIVE
// RUN: lexon-translate --emit=llvm --target=x86_64-linux-gnu --mcpu=znver4 --mattr=-gfni,+amx-tile %s | FileCheck %s --check-prefix=ATTRIBUTES

// SSE-NOT: {{[yz]mm}}
// SSE: mulps
// SSE-NOT: {{[yz]mm}}

// AVX2-NOT: zmm
// AVX2: vfmadd{{.*}}ymm
// AVX2-NOT: zmm

// AVX512: vfmadd{{.*}}zmm
// NEON: fmla v{{[0-9]+}}.4s
// NATIVE: axpy:

// Later tools must generate the same code.
// ATTRIBUTES: target triple = "x86_64-unknown-linux-gnu"
// ATTRIBUTES: define void @axpy({{.*}}) {{.*}}#[[A:[0-9]+]]
// ATTRIBUTES: attributes #[[A]] = {{{.*}}nounwind{{.*}}uwtable "frame-pointer"="none" "prefer-vector-width"="512" "target-cpu"="znver4" "target-features"="-gfni,+amx-tile"
llvm.func @axpy(%n: i64, %a: f32, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  llvm.br ^head(%c0 : i64)
^head(%i: i64):
  %more = llvm.icmp "slt" %i, %n : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %px = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %py = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %vx = llvm.load %px : !llvm.ptr -> f32
  %vy = llvm.load %py : !llvm.ptr -> f32
  %m = llvm.fmul %a, %vx {fastmathFlags = #llvm.fastmath<contract>} : f32
  %s = llvm.fadd %m, %vy {fastmathFlags = #llvm.fastmath<contract>} : f32
  llvm.store %s, %py : f32, !llvm.ptr
  %next = llvm.add %i, %c1 : i64
  llvm.br ^head(%next : i64)
^exit:
  llvm.return
}
