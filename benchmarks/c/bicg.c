//===- bicg.c - s = A^T r and q = A p in one pass -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 4000
#endif

KERNEL bicg(int n, int m, double a[n][m], double s[m], double q[n], double p[m], double r[n]) {
  for (int j = 0; j < m; j++)
    s[j] = 0;
  for (int i = 0; i < n; i++) {
    q[i] = 0.0;
    for (int j = 0; j < m; j++) {
      s[j] = s[j] + r[i] * a[i][j];
      q[i] = q[i] + a[i][j] * p[j];
    }
  }
}

int main(void) {
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double *sq = numbers(2 * (size_t)N, 2);
  double *p = numbers(N, 3);
  double *r = numbers(N, 4);
  MEASURE((void)0, bicg(N, N, a, sq, sq + N, p, r), sq, 2 * sizeof(double) * N);
  return 0;
}
