// RUN: lexon-import-c %s -O1 | lexon-opt --promote-variables --canonicalize | FileCheck %s
// RUN: lexon-import-c %s -O0 | FileCheck %s --check-prefix=AS-WRITTEN

// A variable that a block declares without a value holds nothing from one iteration to the next, whatever a test
// that stands between its being set and read looks like.
// CHECK-LABEL: func.func @in_a_loop(
//       CHECK:   scf.for %{{.*}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9_]+}}) -> (f64)
// AS-WRITTEN-LABEL: func.func @in_a_loop(
//   AS-WRITTEN-NOT: llvm.mlir.undef
double in_a_loop(int n, const double *a, const int *set) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    double x;
    if ((set[i] ? (x = a[i], 1) : 0) && x > 0)
      sum += x;
  }
  return sum;
}

// That of a function's own block may: a jump backwards does not pass its declaration again.
// CHECK-LABEL: func.func @around_a_loop(
//       CHECK:   scf.for %{{.*}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9_]+}}, %{{[a-z0-9]+}} = %{{[a-z0-9_]+}}) -> ({{f64|i32}}, {{f64|i32}})
int around_a_loop(int n, const double *a) {
  double last;
  int descents = 0;
  for (int i = 0; i < n; i++) {
    if (i > 0 && a[i] < last)
      descents++;
    last = a[i];
  }
  return descents;
}
