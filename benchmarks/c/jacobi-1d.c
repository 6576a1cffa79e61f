//===- jacobi-1d.c - means of three neighbours ----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 20000
#endif
#ifndef T
#define T 10000
#endif

KERNEL jacobi(int steps, int n, double a[n], double b[n]) {
  for (int t = 0; t < steps; t++) {
    for (int i = 1; i < n - 1; i++)
      b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1]);
    for (int i = 1; i < n - 1; i++)
      a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1]);
  }
}

int main(void) {
  double *a = numbers(N, 1);
  double *b = numbers(N, 2);
  MEASURE((fill(a, N, 1), fill(b, N, 2)), jacobi(T, N, a, b), a, sizeof(double) * N);
  return 0;
}
