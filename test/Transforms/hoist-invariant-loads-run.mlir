// Loops that end at what is in memory, with what changes it and what does not.
// RUN: lexon-import-c %S/../Frontend/C/features/invariant-memory.c -O2 -S -o %t.mlir
// RUN: lexon-opt %t.mlir --pipeline=c --stop-after=canonicalize-memrefs -o %t.loops.mlir
// RUN: lexon-opt %t.loops.mlir --hoist-invariant-loads --remarks -o %t.hoisted.mlir 2>&1 | FileCheck %s
// RUN: lexon-opt %t.hoisted.mlir --pipeline=c --start-after=contraction-raising -o - | lexon-translate --mcpu=x86-64 --emit=llvm -o %t.ll
// RUN: clang-22 -w %t.ll -lm -o %t.exe
// RUN: clang-22 -w -O0 %S/../Frontend/C/features/invariant-memory.c -lm -o %t.clang
// RUN: %t.exe > %t.txt
// RUN: %t.clang > %t.clang.txt
// RUN: cmp %t.txt %t.clang.txt
// CHECK-COUNT-5: remark: [Passed] hoisted | Category:hoist-invariant-loads
