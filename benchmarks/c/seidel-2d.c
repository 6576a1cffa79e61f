//===- seidel-2d.c - means of nine neighbours in place --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif
#ifndef T
#define T 15
#endif

KERNEL seidel(int steps, int n, double a[n][n]) {
  for (int t = 0; t < steps; t++)
    for (int i = 1; i <= n - 2; i++)
      for (int j = 1; j <= n - 2; j++)
        a[i][j] = (a[i - 1][j - 1] + a[i - 1][j] + a[i - 1][j + 1] + a[i][j - 1] + a[i][j] + a[i][j + 1] +
                   a[i + 1][j - 1] + a[i + 1][j] + a[i + 1][j + 1]) /
                  9.0;
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  MEASURE(fill(a[0], (size_t)N * N, 1), seidel(T, N, a), a, sizeof(double) * N * N);
  return 0;
}
