// An executable says which CPU feature it lacks, before anything else of it runs; it used to die of a signal. bdver4 is
// the last CPU with fma4 and xop.
// REQUIRES: cpu-lm
// UNSUPPORTED: cpu-xop
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lexon-translate --emit=exe --mcpu=native %s -o native && ./native | FileCheck %s --check-prefix=RUNS
// RUN: lexon-translate --emit=exe --mcpu=x86-64 %s -o base && ./base | FileCheck %s --check-prefix=RUNS
// RUN: lexon-translate --emit=exe --mcpu=bdver4 %s -o strange
// RUN: not ./strange 2>&1 | FileCheck %s
// The note is the object's, however it came to be linked.
// RUN: lexon-translate --emit=obj --mcpu=bdver4 %s -o strange.o
// RUN: lexon-translate --emit=exe strange.o -o linked && not ./linked 2>&1 | FileCheck %s
// RUN: llvm-ar rc strange.a strange.o
// RUN: echo 'llvm.func @other() { llvm.return }' > other.mlir
// RUN: lexon-translate --emit=exe other.mlir --link=strange.a -o archive && not ./archive 2>&1 | FileCheck %s
// A library has no check of its own: the program that loads it decides.
// RUN: lexon-translate --emit=so --mcpu=bdver4 %s -o strange.so
// RUN: llvm-nm strange.so | FileCheck %s --check-prefix=LIBRARY

// RUNS: main runs
// CHECK-NOT: main runs
// CHECK: error: this program needs the CPU feature fma4, which this CPU lacks: it was compiled for {{.*}}bdver4; compile it again
// LIBRARY-NOT: lexon_check_cpu
llvm.func @puts(!llvm.ptr) -> i32
llvm.mlir.global internal constant @text("main runs\00")
llvm.func @main() -> i32 {
  %text = llvm.mlir.addressof @text : !llvm.ptr
  %0 = llvm.call @puts(%text) : (!llvm.ptr) -> i32
  %1 = llvm.mlir.constant(0 : i32) : i32
  llvm.return %1 : i32
}
