// Each kind of output, from text, bytecode, LLVM IR and bitcode, through files and streams.
// RUN: rm -rf %t && mkdir %t
// RUN: lexon-translate --mlir-to-llvmir %s | FileCheck %s --check-prefix=PLAIN
// RUN: lexon-translate --emit=llvm %s | FileCheck %s --check-prefix=LLVM
// RUN: lexon-translate --emit=llvm -O0 %s | FileCheck %s --check-prefix=O0
// RUN: lexon-translate --emit=bc %s -o %t/f.bc && llvm-dis %t/f.bc -o - | FileCheck %s --check-prefix=LLVM
// RUN: lexon-translate --emit=asm %s -o - | FileCheck %s --check-prefix=ASM
// RUN: lexon-translate --emit=obj %s -o %t/f.o && llvm-nm %t/f.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: lexon-translate --emit=so %s -o %t/f.so && llvm-nm -D %t/f.so | FileCheck %s --check-prefix=SYMBOLS
// RUN: llvm-readelf -h %t/f.so | FileCheck %s --check-prefix=SO
// RUN: lexon-translate --emit=obj < %s > %t/stdin.o && cmp %t/f.o %t/stdin.o
// RUN: lexon-translate --emit=so - -o - < %s > %t/stdin.so && cmp %t/f.so %t/stdin.so
// RUN: ls -A %t | FileCheck %s --check-prefix=FILES

// The same object at each call, from another folder, under another name, from bytecode and from unoptimized IR.
// RUN: mkdir %t/folder && cp %s %t/folder/g.mlir && lexon-translate --emit=obj %t/folder/g.mlir -o %t/g.o && cmp %t/f.o %t/g.o
// RUN: mlir-opt --emit-bytecode %s -o %t/f.mlirbc && lexon-translate --emit=obj %t/f.mlirbc -o %t/h.o && cmp %t/f.o %t/h.o
// RUN: lexon-translate --mlir-to-llvmir %s -o %t/f.ll && lexon-translate --emit=obj %t/f.ll -o %t/i.o && cmp %t/f.o %t/i.o
// RUN: llvm-as %t/f.ll -o %t/u.bc && lexon-translate --emit=obj %t/u.bc -o %t/j.o && cmp %t/f.o %t/j.o

// An output that exists is replaced; a link to it stays a link.
// RUN: ln -s f.o %t/link.o && lexon-translate --emit=obj -O0 %s -o %t/link.o && test -L %t/link.o && not cmp %t/f.o %t/g.o

// PLAIN: define i32 @twice(i32 %0)
// PLAIN: call i32 @helper
// LLVM-NOT: helper
// LLVM: define {{.*}}i32 @twice(i32 %0) local_unnamed_addr
// LLVM-NEXT: shl i32 %0, 1
// LLVM-NOT: helper
// O0: call i32 @helper
// ASM-LABEL: twice:
// SYMBOLS-NOT: helper
// SYMBOLS: T twice
// SYMBOLS-NOT: helper
// SO: Type: DYN
// FILES: f.bc
// FILES-NEXT: f.o
// FILES-NEXT: f.so
// FILES-NEXT: stdin.o
// FILES-NEXT: stdin.so
// FILES-NOT: {{.}}
llvm.func @helper(%a: i32) -> i32 attributes {sym_visibility = "private"} {
  %0 = llvm.add %a, %a : i32
  llvm.return %0 : i32
}
llvm.func @twice(%a: i32) -> i32 {
  %0 = llvm.call @helper(%a) : (i32) -> i32
  llvm.return %0 : i32
}
