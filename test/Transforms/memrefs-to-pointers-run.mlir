// Arrays of three, two and one dimensions, of sizes known and not; what is printed depends on every element.
// RUN: lexon-import-c %S/../Frontend/C/features/objects.c -O1 --raise-scf-to-affine -o %t.mlir
// RUN: lexon-opt %t.mlir --memrefs-to-pointers --remarks -o %t.pointers.mlir 2>&1 | FileCheck %s
// RUN: not grep -E 'unrealized_conversion_cast.*!llvm.ptr' %t.pointers.mlir
// RUN: lexon-opt %t.pointers.mlir --pipeline=c -o - | lexon-translate --emit=llvm -o %t.ll
// RUN: clang-22 -w %t.ll -o %t.exe
// RUN: clang-22 -w -O0 %S/../Frontend/C/features/objects.c -o %t.clang
// RUN: %t.exe > %t.txt
// RUN: %t.clang > %t.clang.txt
// RUN: cmp %t.txt %t.clang.txt
// CHECK-DAG: remark: [Passed] object | Category:memrefs-to-pointers{{.*}}memref<4x5xf64>: {{[1-9]}}
// CHECK-DAG: remark: [Passed] object | Category:memrefs-to-pointers{{.*}}memref<2x3x4xi8>: {{[1-9]}}
// CHECK-DAG: remark: [Passed] object | Category:memrefs-to-pointers{{.*}}memref<?x?xi32>: {{[1-9]}}
