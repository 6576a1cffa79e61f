//===- symm.c - C = alpha A B + beta C with a symmetric A, of which the lower half is there -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 600
#endif

KERNEL symm(int m, int n, double alpha, double beta, double c[m][n], double a[m][m], double b[m][n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < i; k++) {
        c[k][j] += alpha * b[i][j] * a[i][k];
        sum += b[k][j] * a[i][k];
      }
      c[i][j] = beta * c[i][j] + alpha * b[i][j] * a[i][i] + alpha * sum;
    }
}

int main(void) {
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  MEASURE(fill(c[0], (size_t)N * N, 1), symm(N, N, 1.5, 1.2, c, a, b), c, sizeof(double) * N * N);
  return 0;
}
