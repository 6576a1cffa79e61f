//===- doitgen.c - each row of a cube times a matrix ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 110
#endif
#ifndef P
#define P 160
#endif

KERNEL doitgen(int r, int q, int p, double a[r][q][p], double c[p][p], double sum[p]) {
  for (int i = 0; i < r; i++)
    for (int j = 0; j < q; j++) {
      for (int k = 0; k < p; k++) {
        sum[k] = 0.0;
        for (int s = 0; s < p; s++)
          sum[k] += a[i][j][s] * c[s][k];
      }
      for (int k = 0; k < p; k++)
        a[i][j][k] = sum[k];
    }
}

int main(void) {
  double (*a)[N][P] = (double (*)[N][P])numbers((size_t)N * N * P, 1);
  double (*c)[P] = (double (*)[P])numbers((size_t)P * P, 2);
  double *sum = numbers(P, 3);
  MEASURE(fill(a[0][0], (size_t)N * N * P, 1), doitgen(N, N, P, a, c, sum), a, sizeof(double) * N * N * P);
  return 0;
}
