// UNSUPPORTED: root
// RUN: rm -rf %t && mkdir %t && chmod a-w %t
// RUN: not lexon-translate --emit=obj %s -o %t/f.o 2>&1 | FileCheck %s
// CHECK: error: cannot write '{{.*}}f.o': Permission denied
llvm.func @f(%a: i32) -> i32 { llvm.return %a : i32 }
