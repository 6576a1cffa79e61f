// RUN: lexon-import-c %s | FileCheck %s
// RUN: lexon-import-c %s | FileCheck %s --check-prefix=GLOBAL
// RUN: lexon-import-c %s | mlir-opt -o /dev/null

// GLOBAL-DAG: llvm.mlir.global external @number(3 : i32)
int number = 3;
// GLOBAL-DAG: llvm.mlir.global internal constant @table(dense<[1, 0, 7]> : tensor<3xi16>)
static const short table[3] = {1, [2] = 7};
// GLOBAL-DAG: llvm.mlir.global external @elsewhere()
extern int elsewhere;
// GLOBAL-DAG: llvm.mlir.global external @text() {{{.*}}} : !llvm.ptr
// GLOBAL-DAG: "hello\00"
const char *text = "hello";
// GLOBAL-DAG: llvm.mlir.global external thread_local @own
_Thread_local int own;
// GLOBAL-DAG: llvm.mlir.global internal @count.n(5 : i32)

// CHECK-LABEL: func.func @count(
// CHECK: llvm.mlir.addressof @count.n
int count(void) {
  static int n = 5;
  return n++ + table[1] + elsewhere;
}

// A variable whose address nobody takes is a memref; one whose address is used is memory that pointers reach.
// CHECK-LABEL: func.func @variables(
// CHECK-DAG: memref.alloca() : memref<i32>
// CHECK-DAG: llvm.alloca %{{.+}} x {{.*}}alignment = 4
// CHECK: call @change
void change(int *);
int variables(int x) {
  int known = x, shared = x;
  change(&shared);
  return known + shared;
}

struct bits {
  unsigned a : 3;
  int b : 7;
};

// Three bits of the first byte change; seven bits from the fourth on are read with their sign.
// CHECK-LABEL: func.func @fields(
// CHECK: arith.constant -8 : i8
// CHECK: llvm.store %{{.+}} : i8, !llvm.ptr
// CHECK: arith.shli
// CHECK: arith.shrsi
int fields(struct bits *p) {
  p->a = 5;
  return p->b;
}

// Every access happens, in order.
// CHECK-LABEL: func.func @device(
// CHECK-COUNT-2: llvm.load volatile
// CHECK: llvm.store volatile
void device(volatile int *p) {
  *p;
  *p = *p + 1;
}

// The size of an array is what it was where the array was declared.
// CHECK-LABEL: func.func @sized(
// CHECK: llvm.intr.stacksave
// CHECK: llvm.alloca
// CHECK: llvm.intr.stackrestore
int sized(int n) {
  int sum = 0;
  for (int i = 1; i < n; i++) {
    int row[i];
    row[i - 1] = i;
    sum += row[i - 1] + (int)sizeof row;
  }
  return sum;
}
