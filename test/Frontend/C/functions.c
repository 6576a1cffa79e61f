// RUN: lexon-import-c %s --target=x86_64-linux-gnu | FileCheck %s
// RUN: lexon-import-c %s --target=x86_64-linux-gnu | mlir-opt -o /dev/null
// The calling convention is the platform's: a large structure goes and comes through memory, a small one in registers.
#include <stdarg.h>

struct large {
  double x, y;
  char tag;
};
struct small {
  int a, b;
};

// CHECK-LABEL: func.func @move(
// CHECK-SAME: !llvm.ptr {{{.*}}llvm.sret{{.*}}}, %{{.+}}: !llvm.ptr {{{.*}}llvm.byval{{.*}}}, %{{.+}}: f64)
struct large move(struct large p, double d) {
  p.x += d;
  return p;
}

// CHECK-LABEL: func.func @swap(
// CHECK-SAME: i64) -> i64
struct small swap(struct small s) { return (struct small){.a = s.b, .b = s.a}; }

// CHECK-LABEL: llvm.func @sum(%{{.+}}: i32, ...) -> i32
// CHECK: llvm.intr.vastart
// CHECK: llvm.intr.vaend
int sum(int n, ...) {
  va_list list;
  va_start(list, n);
  int sum = 0;
  while (n--)
    sum += va_arg(list, int);
  va_end(list);
  return sum;
}

// CHECK-LABEL: func.func @calls(
// CHECK: llvm.call %{{.+}}(%{{.+}}) : !llvm.ptr, (i32) -> i32
// CHECK: llvm.call @sum({{.*}}) vararg(!llvm.func<i32 (i32, ...)>) : (i32, i32, f64) -> i32
// CHECK: call @declared(%{{.+}}) : (i64) -> ()
void declared(long);
int calls(int (*f)(int), int x) {
  int got = f(x) + sum(2, x, 3.0f); // a float is passed as a double
  declared(x);
  return got;
}

// What nobody outside can call is not seen outside, and not there at all if nobody calls it.
// CHECK-LABEL: func.func @outside(
// CHECK: call @used(
// CHECK-NOT: @unused
// CHECK: func.func private @used({{.*}}) {{.*}}llvm.linkage = #llvm.linkage<internal>
// CHECK-NOT: @unused
static int used(int x) { return x + 1; }
static int unused(int x) { return x + 2; }
int outside(int x) { return used(x); }
