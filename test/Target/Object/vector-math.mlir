// Loops and vectors of any length call libmvec, in the widths the processor has and in no other.
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v4 %s | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v3 %s | FileCheck %s --check-prefixes=CHECK,AVX2 --implicit-check-not=_ZGVe
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64 %s | FileCheck %s --check-prefixes=CHECK,SSE --implicit-check-not=_ZGVe --implicit-check-not=_ZGVd
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v4 --prefer-vector-width=256 %s | FileCheck %s --check-prefixes=CHECK,AVX2 --implicit-check-not=_ZGVe
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v4 --veclib=none %s | FileCheck %s --check-prefix=NONE --implicit-check-not=_ZGV
// RUN: lexon-translate --emit=asm --target=x86_64-linux-musl --mcpu=x86-64-v4 %s | FileCheck %s --check-prefix=NONE --implicit-check-not=_ZGV
// RUN: lexon-translate --emit=asm -O0 --target=x86_64-linux-gnu --mcpu=x86-64-v4 %s | FileCheck %s --check-prefix=NONE --implicit-check-not=_ZGV

// CHECK-LABEL: loop:
// AVX512: call{{.*}}_ZGVeN16v_expf
// AVX2: call{{.*}}_ZGVdN8v_expf
// SSE: call{{.*}}_ZGVbN4v_expf
// NONE-LABEL: loop:
// NONE: expf
llvm.func @loop(%n: i64, %x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  llvm.br ^head(%c0 : i64)
^head(%i: i64):
  %more = llvm.icmp "slt" %i, %n : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %px = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %py = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %v = llvm.load %px : !llvm.ptr -> f32
  %e = llvm.intr.exp(%v) : (f32) -> f32
  llvm.store %e, %py : f32, !llvm.ptr
  %next = llvm.add %i, %c1 : i64
  llvm.br ^head(%next : i64)
^exit:
  llvm.return
}

// 37 = 16 + 16 + 8 padded: never one call for each lane.
// CHECK-LABEL: long:
// AVX512-COUNT-2: call{{.*}}_ZGVeN16v_logf
// AVX512: call{{.*}}_ZGVdN8v_logf
// AVX2-COUNT-5: call{{.*}}_ZGVdN8v_logf
// SSE-COUNT-10: call{{.*}}_ZGVbN4v_logf
// CHECK-NOT: {{call.*[^_]logf}}
llvm.func @long(%x: !llvm.ptr, %y: !llvm.ptr) {
  %v = llvm.load %x {alignment = 4 : i64} : !llvm.ptr -> vector<37xf32>
  %e = llvm.intr.log(%v) : (vector<37xf32>) -> vector<37xf32>
  llvm.store %e, %y {alignment = 4 : i64} : vector<37xf32>, !llvm.ptr
  llvm.return
}

// f16 is computed in f32.
// CHECK-LABEL: half:
// CHECK: call{{.*}}_ZGVbN4v_sinf
llvm.func @half(%x: !llvm.ptr, %y: !llvm.ptr) {
  %v = llvm.load %x {alignment = 2 : i64} : !llvm.ptr -> vector<3xf16>
  %e = llvm.intr.sin(%v) : (vector<3xf16>) -> vector<3xf16>
  llvm.store %e, %y {alignment = 2 : i64} : vector<3xf16>, !llvm.ptr
  llvm.return
}

// A function for another processor: the table of vector functions would not hold for it.
// RUN: sed -e 's/@half(\(.*\)) {/@half(\1) attributes {target_cpu = "x86-64"} {/' %s > %t.mlir
// RUN: lexon-translate --emit=asm --target=x86_64-linux-gnu --mcpu=x86-64-v4 %t.mlir | FileCheck %s --check-prefix=NONE --implicit-check-not=_ZGV
