//===- trisolv.c - a triangular system ------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 8000
#endif

KERNEL trisolv(int n, double l[n][n], double x[n], double b[n]) {
  for (int i = 0; i < n; i++) {
    x[i] = b[i];
    for (int j = 0; j < i; j++)
      x[i] -= l[i][j] * x[j];
    x[i] = x[i] / l[i][i];
  }
}

int main(void) {
  double (*l)[N] = (double (*)[N])dominant(N, 1);
  double *x = numbers(N, 2);
  double *b = numbers(N, 3);
  MEASURE((void)0, trisolv(N, l, x, b), x, sizeof(double) * N);
  return 0;
}
