//===- floyd-warshall.c - shortest paths between all nodes, of integer lengths -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 700
#endif

KERNEL floyd_warshall(int n, int path[n][n]) {
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        path[i][j] = path[i][j] < path[i][k] + path[k][j] ? path[i][j] : path[i][k] + path[k][j];
}

static void edges(double random[N][N], int path[N][N]) {
  for (int i = 0; i < N; ++i)
    for (int j = 0; j < N; ++j)
      path[i][j] = random[i][j] > 0.7 ? 1 + (int)(1000 * random[i][j]) : 99999;
}

int main(void) {
  double (*random)[N] = (double (*)[N])numbers((size_t)N * N, 1);
  int (*path)[N] = malloc(sizeof(int) * N * N);
  if (!path)
    return 1;
  MEASURE(edges(random, path), floyd_warshall(N, path), path, sizeof(int) * N * N);
  return 0;
}
