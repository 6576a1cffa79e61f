//===- jacobi-2d.c - means of five neighbours -----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif
#ifndef T
#define T 120
#endif

KERNEL jacobi(int steps, int n, double a[n][n], double b[n][n]) {
  for (int t = 0; t < steps; t++) {
    for (int i = 1; i < n - 1; i++)
      for (int j = 1; j < n - 1; j++)
        b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j] + a[i - 1][j]);
    for (int i = 1; i < n - 1; i++)
      for (int j = 1; j < n - 1; j++)
        a[i][j] = 0.2 * (b[i][j] + b[i][j - 1] + b[i][j + 1] + b[i + 1][j] + b[i - 1][j]);
  }
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*b)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  MEASURE((fill(a[0], (size_t)N * N, 1), fill(b[0], (size_t)N * N, 2)), jacobi(T, N, a, b), a, sizeof(double) * N * N);
  return 0;
}
