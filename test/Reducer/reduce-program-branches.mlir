// Functions of several blocks, of the LLVM dialect, and calls in cycles stay valid whatever disappears.
// RUN: rm -rf %t && mkdir %t && printf '#!/bin/sh\n! grep -q "llvm.fmul" "$1"\n' > %t/has-mul.sh && chmod +x %t/has-mul.sh
// RUN: lexon-reduce %s --reduce-program=test=%t/has-mul.sh -o %t/small.mlir
// RUN: FileCheck %s < %t/small.mlir
// RUN: lexon-opt %t/small.mlir -o /dev/null

// CHECK-NOT: llvm.call
// CHECK:     llvm.func @two
// CHECK:     llvm.fmul
// CHECK-NOT: llvm.func

llvm.func @one(%n: i64, %x: f32) -> f32 {
  %c = llvm.mlir.constant(1 : i64) : i64
  %m = llvm.sub %n, %c : i64
  %r = llvm.call @two(%m, %x) : (i64, f32) -> f32
  llvm.return %r : f32
}

llvm.func @two(%n: i64, %x: f32) -> f32 {
  %z = llvm.mlir.constant(0 : i64) : i64
  %more = llvm.icmp "sgt" %n, %z : i64
  llvm.cond_br %more, ^again, ^done
^again:
  %y = llvm.fmul %x, %x : f32
  %r = llvm.call @one(%n, %y) : (i64, f32) -> f32
  llvm.br ^end(%r : f32)
^done:
  llvm.br ^end(%x : f32)
^end(%v: f32):
  llvm.return %v : f32
}
