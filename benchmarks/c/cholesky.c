//===- cholesky.c - a symmetric matrix as a triangle times its transpose --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 800
#endif

KERNEL cholesky(int n, double a[n][n]) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) {
      for (int k = 0; k < j; k++)
        a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
    for (int k = 0; k < i; k++)
      a[i][i] -= a[i][k] * a[i][k];
    a[i][i] = sqrt(a[i][i]);
  }
}

int main(void) {
  double (*original)[N] = (double (*)[N])dominant(N, 1);
  double (*a)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  MEASURE(memcpy(a, original, sizeof(double) * N * N), cholesky(N, a), a, sizeof(double) * N * N);
  return 0;
}
