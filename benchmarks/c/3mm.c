//===- 3mm.c - G = (A B) (C D) --------------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 480
#endif

KERNEL three_products(int m, int n, int l, int p, int q, double e[m][n], double a[m][l], double b[l][n], double f[n][p],
                      double c[n][q], double d[q][p], double g[m][p]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      e[i][j] = 0.0;
      for (int k = 0; k < l; ++k)
        e[i][j] += a[i][k] * b[k][j];
    }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < p; j++) {
      f[i][j] = 0.0;
      for (int k = 0; k < q; ++k)
        f[i][j] += c[i][k] * d[k][j];
    }
  for (int i = 0; i < m; i++)
    for (int j = 0; j < p; j++) {
      g[i][j] = 0.0;
      for (int k = 0; k < n; ++k)
        g[i][j] += e[i][k] * f[k][j];
    }
}

int main(void) {
  double (*e)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  double (*f)[N] = (double (*)[N])numbers((size_t)N * N, 4);
  double (*c)[N] = (double (*)[N])numbers((size_t)N * N, 5);
  double (*d)[N] = (double (*)[N])numbers((size_t)N * N, 6);
  double (*g)[N] = (double (*)[N])numbers((size_t)N * N, 7);
  MEASURE((void)0, three_products(N, N, N, N, N, e, a, b, f, c, d, g), g, sizeof(double) * N * N);
  return 0;
}
