//===- mvt.c - x += A y and z += A^T w ------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 5000
#endif

KERNEL mvt(int n, double x[n], double z[n], double y[n], double w[n], double a[n][n]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      x[i] = x[i] + a[i][j] * y[j];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      z[i] = z[i] + a[j][i] * w[j];
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double *xz = numbers(2 * (size_t)N, 2);
  double *y = numbers(N, 3);
  double *w = numbers(N, 4);
  MEASURE(fill(xz, 2 * (size_t)N, 2), mvt(N, xz, xz + N, y, w, a), xz, 2 * sizeof(double) * N);
  return 0;
}
