//===- gemm.c - C = alpha A B + beta C ------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 1000
#endif

KERNEL gemm(int m, int n, int l, double alpha, double beta, double c[m][n], double a[m][l], double b[l][n]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++)
      c[i][j] *= beta;
    for (int k = 0; k < l; k++)
      for (int j = 0; j < n; j++)
        c[i][j] += alpha * a[i][k] * b[k][j];
  }
}

int main(void) {
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  MEASURE(fill(c[0], (size_t)N * N, 1), gemm(N, N, N, 1.5, 1.2, c, a, b), c, sizeof(double) * N * N);
  return 0;
}
