//===- ludcmp.c - a linear system by two triangles ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif

KERNEL ludcmp(int n, double a[n][n], double b[n], double x[n], double y[n]) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) {
      double w = a[i][j];
      for (int k = 0; k < j; k++)
        w -= a[i][k] * a[k][j];
      a[i][j] = w / a[j][j];
    }
    for (int j = i; j < n; j++) {
      double w = a[i][j];
      for (int k = 0; k < i; k++)
        w -= a[i][k] * a[k][j];
      a[i][j] = w;
    }
  }
  for (int i = 0; i < n; i++) {
    double w = b[i];
    for (int j = 0; j < i; j++)
      w -= a[i][j] * y[j];
    y[i] = w;
  }
  for (int i = n - 1; i >= 0; i--) {
    double w = y[i];
    for (int j = i + 1; j < n; j++)
      w -= a[i][j] * x[j];
    x[i] = w / a[i][i];
  }
}

int main(void) {
  double (*original)[N] = (double (*)[N])dominant(N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double *b = numbers(N, 3);
  double *x = numbers(N, 4);
  double *y = numbers(N, 5);
  MEASURE(memcpy(a, original, sizeof(double) * N * N), ludcmp(N, a, b, x, y), x, sizeof(double) * N);
  return 0;
}
