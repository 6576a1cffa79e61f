//===- 2mm.c - D = alpha A B C + beta D -----------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 560
#endif

KERNEL two_products(int m, int n, int l, int p, double alpha, double beta, double t[m][n], double a[m][l],
                    double b[l][n], double c[n][p], double d[m][p]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      t[i][j] = 0.0;
      for (int k = 0; k < l; ++k)
        t[i][j] += alpha * a[i][k] * b[k][j];
    }
  for (int i = 0; i < m; i++)
    for (int j = 0; j < p; j++) {
      d[i][j] *= beta;
      for (int k = 0; k < n; ++k)
        d[i][j] += t[i][k] * c[k][j];
    }
}

int main(void) {
  double (*t)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 4);
  double (*d)[N] = (double (*)[N])numbers((size_t)N * N, 5);
  MEASURE(fill(d[0], (size_t)N * N, 5), two_products(N, N, N, N, 1.5, 1.2, t, a, b, c, d), d, sizeof(double) * N * N);
  return 0;
}
