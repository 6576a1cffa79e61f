//===- gemver.c - two rank-one updates, then two products with a vector ---===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 3000
#endif

KERNEL gemver(int n, double alpha, double beta, double a[n][n], double u[n], double v[n], double p[n], double q[n],
              double w[n], double x[n], double y[n], double z[n]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a[i][j] = a[i][j] + u[i] * v[j] + p[i] * q[j];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      x[i] = x[i] + beta * a[j][i] * y[j];
  for (int i = 0; i < n; i++)
    x[i] = x[i] + z[i];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      w[i] = w[i] + alpha * a[i][j] * x[j];
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double *u = numbers(N, 2);
  double *v = numbers(N, 3);
  double *p = numbers(N, 4);
  double *q = numbers(N, 5);
  double *w = numbers(N, 6);
  double *x = numbers(N, 7);
  double *y = numbers(N, 8);
  double *z = numbers(N, 9);
  MEASURE((fill(a[0], (size_t)N * N, 1), fill(w, N, 6), fill(x, N, 7)), gemver(N, 1.5, 1.2, a, u, v, p, q, w, x, y, z),
          w, sizeof(double) * N);
  return 0;
}
