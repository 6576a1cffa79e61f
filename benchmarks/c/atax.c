//===- atax.c - y = A^T (A x) ---------------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 4000
#endif

KERNEL atax(int m, int n, double a[m][n], double x[n], double y[n], double t[m]) {
  for (int j = 0; j < n; j++)
    y[j] = 0;
  for (int i = 0; i < m; i++) {
    t[i] = 0.0;
    for (int j = 0; j < n; j++)
      t[i] = t[i] + a[i][j] * x[j];
    for (int j = 0; j < n; j++)
      y[j] = y[j] + a[i][j] * t[i];
  }
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double *x = numbers(N, 2);
  double *y = numbers(N, 3);
  double *t = numbers(N, 4);
  MEASURE((void)0, atax(N, N, a, x, y, t), y, sizeof(double) * N);
  return 0;
}
