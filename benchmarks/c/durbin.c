//===- durbin.c - a Toeplitz system by Levinson and Durbin ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 8000
#endif

KERNEL durbin(int n, double r[n], double y[n], double z[n]) {
  y[0] = -r[0];
  double beta = 1.0, alpha = -r[0];
  for (int k = 1; k < n; k++) {
    beta = (1 - alpha * alpha) * beta;
    double sum = 0.0;
    for (int i = 0; i < k; i++)
      sum += r[k - i - 1] * y[i];
    alpha = -(r[k] + sum) / beta;
    for (int i = 0; i < k; i++)
      z[i] = y[i] + alpha * y[k - i - 1];
    for (int i = 0; i < k; i++)
      y[i] = z[i];
    y[k] = alpha;
  }
}

int main(void) {
  double *r = numbers(N, 1);
  double *y = numbers(N, 2);
  double *z = numbers(N, 3);
  for (int i = 0; i < N; ++i) // of a positive definite matrix
    r[i] = r[i] * 0.4 / (1 + i);
  MEASURE((void)0, durbin(N, r, y, z), y, sizeof(double) * N);
  return 0;
}
