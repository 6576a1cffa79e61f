// Tables of rows in the ways of C, of two and three dimensions; what is printed depends on every element.
// RUN: lexon-import-c %src/test/Frontend/C/features/row-tables.c -O1 -S -o %t.mlir
// RUN: lexon-opt %t.mlir --pass-pipeline='builtin.module(promote-variables,canonicalize,cse,inline-array-helpers,split-aggregates,promote-variables,canonicalize,cse)' -o %t.before.mlir
// RUN: lexon-opt %t.before.mlir --forward-row-pointers --remarks -o %t.after.mlir 2>&1 | FileCheck %s
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
// CHECK-COUNT-5: remark: [Passed] table
// PRINTED-COUNT-3: {{-?[0-9]+\.[0-9]+}}
