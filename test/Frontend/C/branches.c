// RUN: lexon-import-c %s | FileCheck %s
// RUN: lexon-import-c %s | mlir-opt -o /dev/null

// CHECK-LABEL: func.func @two_ways(
// CHECK: arith.cmpi slt
// CHECK: scf.if
// CHECK: } else {
void two_ways(int x, int *p) {
  if (x < 0)
    *p = 1;
  else
    *p += x;
}

// Unsigned numbers compare and divide without sign; floating-point ones are unordered when NaN.
// CHECK-LABEL: func.func @comparisons(
// CHECK: arith.cmpi ult
// CHECK: arith.divui
// CHECK: arith.cmpf olt
// CHECK: arith.cmpf une
unsigned comparisons(unsigned a, unsigned b, double x, double y) {
  return (a < b) + a / b + (x < y) + (x != y);
}

// The right operand is not evaluated if the left one decides.
// CHECK-LABEL: func.func @short_circuit(
// CHECK: %[[P:.+]] = llvm.icmp "ne"
// CHECK: scf.if %[[P]]
// CHECK: llvm.load
_Bool short_circuit(const int *p) { return p && *p; }

// CHECK-LABEL: func.func @choose(
// CHECK: cf.switch %{{.+}} : i32, [
// CHECK-NEXT: default: ^[[DEFAULT:.+]],
// CHECK-DAG: 1: ^[[ONE:[a-z0-9]+]]
// CHECK-DAG: 2: ^[[TWO:[a-z0-9]+]]
// CHECK-DAG: 3: ^[[THREE:[a-z0-9]+]]
// One falls through to two, two to three, three leaves.
// CHECK: ^[[ONE]]:
// CHECK-NEXT: cf.br ^[[TWO]]
// CHECK: ^[[TWO]]:
// CHECK: cf.br ^[[THREE]]
// CHECK: ^[[THREE]]:
// CHECK: cf.br ^[[END:.+]]
// CHECK: ^[[DEFAULT]]:
// CHECK: cf.br ^[[END]]
int choose(int x) {
  switch (x) {
  case 1:
  case 2:
    x += 5;
  case 3:
    x++;
    break;
  default:
    x = 0;
  }
  return x;
}

// CHECK-LABEL: func.func @jumps(
// CHECK: cf.br ^[[AGAIN:[a-z0-9]+]]
// CHECK: ^[[AGAIN]]:
// CHECK: cf.cond_br
// CHECK: cf.br ^[[AGAIN]]
int jumps(int x) {
again:
  if (x > 100) {
    x -= 7;
    goto again;
  }
  return x;
}
