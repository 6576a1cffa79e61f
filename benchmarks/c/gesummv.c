//===- gesummv.c - y = alpha A x + beta B x -------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 3000
#endif

KERNEL gesummv(int n, double alpha, double beta, double a[n][n], double b[n][n], double t[n], double x[n],
               double y[n]) {
  for (int i = 0; i < n; i++) {
    t[i] = 0.0;
    y[i] = 0.0;
    for (int j = 0; j < n; j++) {
      t[i] = a[i][j] * x[j] + t[i];
      y[i] = b[i][j] * x[j] + y[i];
    }
    y[i] = alpha * t[i] + beta * y[i];
  }
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double *t = numbers(N, 3);
  double *x = numbers(N, 4);
  double *y = numbers(N, 5);
  MEASURE((void)0, gesummv(N, 1.5, 1.2, a, b, t, x, y), y, sizeof(double) * N);
  return 0;
}
