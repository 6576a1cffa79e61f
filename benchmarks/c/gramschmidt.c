//===- gramschmidt.c - orthogonal columns ---------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 500
#endif

KERNEL gramschmidt(int m, int n, double a[m][n], double r[n][n], double q[m][n]) {
  for (int k = 0; k < n; k++) {
    double norm = 0.0;
    for (int i = 0; i < m; i++)
      norm += a[i][k] * a[i][k];
    r[k][k] = sqrt(norm);
    for (int i = 0; i < m; i++)
      q[i][k] = a[i][k] / r[k][k];
    for (int j = k + 1; j < n; j++) {
      r[k][j] = 0.0;
      for (int i = 0; i < m; i++)
        r[k][j] += q[i][k] * a[i][j];
      for (int i = 0; i < m; i++)
        a[i][j] = a[i][j] - q[i][k] * r[k][j];
    }
  }
}

int main(void) {
  double (*original)[N] = (double (*)[N])dominant(N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*r)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  double (*q)[N] = (double (*)[N])numbers((size_t)N * N, 4);
  MEASURE(memcpy(a, original, sizeof(double) * N * N), gramschmidt(N, N, a, r, q), q, sizeof(double) * N * N);
  return 0;
}
