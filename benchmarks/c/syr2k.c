//===- syr2k.c - the lower half of C = alpha (A B^T + B A^T) + beta C -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 600
#endif

KERNEL syr2k(int n, int m, double alpha, double beta, double c[n][n], double a[n][m], double b[n][m]) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++)
      c[i][j] *= beta;
    for (int k = 0; k < m; k++)
      for (int j = 0; j <= i; j++)
        c[i][j] += a[j][k] * alpha * b[i][k] + b[j][k] * alpha * a[i][k];
  }
}

int main(void) {
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  MEASURE(fill(c[0], (size_t)N * N, 1), syr2k(N, N, 1.5, 1.2, c, a, b), c, sizeof(double) * N * N);
  return 0;
}
