//===- fdtd-2d.c - an electromagnetic wave by finite differences ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif
#ifndef T
#define T 100
#endif

KERNEL fdtd(int steps, int nx, int ny, double ex[nx][ny], double ey[nx][ny], double hz[nx][ny], double source[steps]) {
  for (int t = 0; t < steps; t++) {
    for (int j = 0; j < ny; j++)
      ey[0][j] = source[t];
    for (int i = 1; i < nx; i++)
      for (int j = 0; j < ny; j++)
        ey[i][j] = ey[i][j] - 0.5 * (hz[i][j] - hz[i - 1][j]);
    for (int i = 0; i < nx; i++)
      for (int j = 1; j < ny; j++)
        ex[i][j] = ex[i][j] - 0.5 * (hz[i][j] - hz[i][j - 1]);
    for (int i = 0; i < nx - 1; i++)
      for (int j = 0; j < ny - 1; j++)
        hz[i][j] = hz[i][j] - 0.7 * (ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]);
  }
}

int main(void) {
  double (*ex)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*ey)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double (*hz)[N] = (double (*)[N])numbers((size_t)N * N, 3);
  double *source = numbers(T, 4);
  MEASURE((fill(ex[0], (size_t)N * N, 1), fill(ey[0], (size_t)N * N, 2), fill(hz[0], (size_t)N * N, 3)),
          fdtd(T, N, N, ex, ey, hz, source), hz, sizeof(double) * N * N);
  return 0;
}
