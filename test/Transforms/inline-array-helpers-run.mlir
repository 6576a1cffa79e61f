// A program whose arrays pass through functions prints the same with them inlined.
// RUN: lexon-import-c %S/Inputs/arrays.c -O1 -S -o %t.mlir
// RUN: lexon-opt %t.mlir --pass-pipeline='builtin.module(promote-variables,canonicalize,cse)' -o %t.before.mlir
// RUN: lexon-opt %t.before.mlir --inline-array-helpers --remarks -o %t.after.mlir 2>&1 | FileCheck %s
// RUN: lexon-opt %t.before.mlir --pipeline=c --start-after=canonicalize-memrefs -o %t.before.llvm.mlir
// RUN: lexon-opt %t.after.mlir --pipeline=c --start-after=canonicalize-memrefs -o %t.after.llvm.mlir
// RUN: lexon-translate %t.before.llvm.mlir --emit=llvm -o %t.before.ll
// RUN: lexon-translate %t.after.llvm.mlir --emit=llvm -o %t.after.ll
// RUN: clang-22 -w %t.before.ll -o %t.before
// RUN: clang-22 -w %t.after.ll -o %t.after
// RUN: %t.before > %t.before.txt
// RUN: %t.after > %t.after.txt
// RUN: FileCheck %s --check-prefix=PRINTED --input-file=%t.after.txt
// RUN: cmp %t.before.txt %t.after.txt
// RUN: %t.before 8 > %t.before.txt
// RUN: %t.after 8 > %t.after.txt
// RUN: cmp %t.before.txt %t.after.txt
// CHECK-COUNT-6: remark: [Passed] call
// PRINTED-COUNT-3: {{[0-9]+\.[0-9]+}}
// PRINTED-COUNT-5: {{[0-9] [0-9] [0-9] [0-9] [0-9]}}
