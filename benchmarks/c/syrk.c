//===- syrk.c - the lower half of C = alpha A A^T + beta C ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 800
#endif

KERNEL syrk(int n, int m, double alpha, double beta, double c[n][n], double a[n][m]) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++)
      c[i][j] *= beta;
    for (int k = 0; k < m; k++)
      for (int j = 0; j <= i; j++)
        c[i][j] += alpha * a[i][k] * a[j][k];
  }
}

int main(void) {
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  MEASURE(fill(c[0], (size_t)N * N, 1), syrk(N, N, 1.5, 1.2, c, a), c, sizeof(double) * N * N);
  return 0;
}
