//===- correlation.c - correlations of the columns of a table -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif

KERNEL correlation(int m, int n, double count, double data[n][m], double corr[m][m], double mean[m], double dev[m]) {
  for (int j = 0; j < m; j++) {
    mean[j] = 0.0;
    for (int i = 0; i < n; i++)
      mean[j] += data[i][j];
    mean[j] /= count;
  }
  for (int j = 0; j < m; j++) {
    dev[j] = 0.0;
    for (int i = 0; i < n; i++)
      dev[j] += (data[i][j] - mean[j]) * (data[i][j] - mean[j]);
    dev[j] = sqrt(dev[j] / count);
    dev[j] = dev[j] <= 0.1 ? 1.0 : dev[j];
  }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++) {
      data[i][j] -= mean[j];
      data[i][j] /= sqrt(count) * dev[j];
    }
  for (int i = 0; i < m - 1; i++) {
    corr[i][i] = 1.0;
    for (int j = i + 1; j < m; j++) {
      corr[i][j] = 0.0;
      for (int k = 0; k < n; k++)
        corr[i][j] += data[k][i] * data[k][j];
      corr[j][i] = corr[i][j];
    }
  }
  corr[m - 1][m - 1] = 1.0;
}

int main(void) {
  double (*data)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  double (*corr)[N] = (double (*)[N])numbers((size_t)N * N, 2);
  double *mean = numbers(N, 3);
  double *dev = numbers(N, 4);
  MEASURE(fill(data[0], (size_t)N * N, 1), correlation(N, N, N, data, corr, mean, dev), corr, sizeof(double) * N * N);
  return 0;
}
