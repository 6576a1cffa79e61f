// Where nothing can be written: a message that names the place, and nothing left behind.
// RUN: rm -rf %t && mkdir -p %t/folder
// RUN: not lexon-translate --emit=obj %s -o /dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: not lexon-translate --emit=so %s -o /dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: not lexon-translate --emit=signatures %s -o /dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: not lexon-translate --mlir-to-llvmir %s -o /dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: not lexon-translate --emit=asm %s 2>&1 > /dev/full | FileCheck %s --check-prefix=STDOUT
// RUN: not lexon-translate --emit=obj %s -o %t/nowhere/f.o 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not lexon-translate --emit=so %s -o %t/nowhere/f.so 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not lexon-translate --emit=obj %s -o %t/folder 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: lexon-translate --emit=obj %s -o /dev/null
// RUN: lexon-translate --emit=so %s -o /dev/null
// RUN: lexon-translate --emit=asm %s -o /dev/stdout | FileCheck %s --check-prefix=ASM
// RUN: ls -A %t %t/folder | FileCheck %s --check-prefix=FILES

// What was there before stays when the new one fails.
// RUN: lexon-translate --emit=so %s -o %t/f.so && cp %t/f.so %t/before.so
// RUN: not lexon-translate --emit=so %s --link=-lnowhere -o %t/f.so 2>/dev/null
// RUN: cmp %t/f.so %t/before.so

// FULL: error: cannot write '/dev/full': No space left on device
// STDOUT: error: cannot write 'standard output': No space left on device
// NOWHERE: error: cannot write '{{.*}}nowhere{{.*}}': No such file or directory
// FOLDER: error: cannot write '{{.*}}folder': Is a directory
// ASM-LABEL: f:
// FILES-NOT: tmp-
llvm.func @f(%a: i32) -> i32 { llvm.return %a : i32 }
