//===- covariance.c - covariances of the columns of a table ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif

KERNEL covariance(int m, int n, double count, double data[n][m], double cov[m][m], double mean[m]) {
  for (int j = 0; j < m; j++) {
    mean[j] = 0.0;
    for (int i = 0; i < n; i++)
      mean[j] += data[i][j];
    mean[j] /= count;
  }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      data[i][j] -= mean[j];
  for (int i = 0; i < m; i++)
    for (int j = i; j < m; j++) {
      cov[i][j] = 0.0;
      for (int k = 0; k < n; k++)
        cov[i][j] += data[k][i] * data[k][j];
      cov[i][j] /= count - 1.0;
      cov[j][i] = cov[i][j];
    }
}

int main(void) {
  double (*data)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*cov)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double *mean = numbers(N, 3);
  MEASURE(fill(data[0], (size_t)N * N, 1), covariance(N, N, N, data, cov, mean), cov, sizeof(double) * N * N);
  return 0;
}
