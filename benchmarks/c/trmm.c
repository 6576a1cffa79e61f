//===- trmm.c - B = alpha A^T B with a lower triangle A of ones on the diagonal -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif

KERNEL trmm(int m, int n, double alpha, double a[m][m], double b[m][n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      for (int k = i + 1; k < m; k++)
        b[i][j] += a[k][i] * b[k][j];
      b[i][j] = alpha * b[i][j];
    }
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  MEASURE(fill(b[0], (size_t)N * N, 2), trmm(N, N, 1.5, a, b), b, sizeof(double) * N * N);
  return 0;
}
