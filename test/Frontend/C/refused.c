// What is not supported is an error at its place, all of it in one run, and nothing is written.
// RUN: rm -f %t.mlir && not lexon-import-c %s -o %t.mlir 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not test -e %t.mlir
// RUN: not lexon-cc -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not test -e %t.o
#include <setjmp.h>
jmp_buf place;
// CHECK-DAG: refused.c:[[@LINE+1]]:12: error: unsupported: aliases of functions
extern int other(int x) __attribute__((alias("defined")));
int defined(int x) { return x; }
int function(void) __asm__("both");
int function(void) { return 1; }
// CHECK-DAG: refused.c:[[@LINE+1]]:12: error: unsupported: a function and a variable with the same symbol 'both'
extern int variable __asm__("both");
int *where(void) { return &variable; }
typedef float four __attribute__((vector_size(16)));
// CHECK-DAG: refused.c:[[@LINE+1]]:6: error: unsupported: type '__attribute__((__vector_size__(4 * sizeof(float)))) float'
four twice(four x) { return x + x; }
// CHECK-DAG: refused.c:[[@LINE+1]]:28: error: unsupported: setjmp
int returns(void) { return setjmp(place); }
int assembly(int x) {
  // CHECK-DAG: refused.c:[[@LINE+1]]:3: error: unsupported: inline assembly
  __asm__("nop" : "+r"(x));
  return x;
}
int reduce(int *a, int n) {
  int s = 0;
  // CHECK-DAG: refused.c:[[@LINE+1]]:1: error: unsupported: OpenMP (-fno-openmp compiles the program without its pragmas)
#pragma omp parallel for reduction(+ : s)
  for (int i = 0; i < n; i++)
    s += a[i];
  return s;
}
// Checks between operations are none that are left out in silence.
// RUN: not lexon-cc -fsanitize=undefined -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=SANITIZE
// RUN: not lexon-cc -ftrapv -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=TRAP
// SANITIZE: error: unsupported: -fsanitize with more than address, leak, memory, thread
// TRAP: error: unsupported: -ftrapv
// RUN: not lexon-cc -ftrivial-auto-var-init=pattern -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=PATTERN
// PATTERN: error: unsupported: -ftrivial-auto-var-init=pattern
