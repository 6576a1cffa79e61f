//===- nussinov.c - the greatest number of base pairs in a strand of RNA --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef N
#define N 1000
#endif

#define GREATER(x, y) ((x) >= (y) ? (x) : (y))

KERNEL nussinov(int n, char base[n], int table[n][n]) {
  for (int i = n - 1; i >= 0; i--)
    for (int j = i + 1; j < n; j++) {
      table[i][j] = GREATER(table[i][j], table[i][j - 1]);
      if (i + 1 < n)
        table[i][j] = GREATER(table[i][j], table[i + 1][j]);
      if (i + 1 < n) {
        int pair = i < j - 1 && base[i] + base[j] == 3;
        table[i][j] = GREATER(table[i][j], table[i + 1][j - 1] + pair);
      }
      for (int k = i + 1; k < j; k++)
        table[i][j] = GREATER(table[i][j], table[i][k] + table[k + 1][j]);
    }
}

int main(void) {
  double *random = numbers(N, 1);
  static char base[N];
  for (int i = 0; i < N; ++i)
    base[i] = (char)(2 + 2 * random[i]);
  int (*table)[N] = malloc(sizeof(int) * N * N);
  if (!table)
    return 1;
  MEASURE(memset(table, 0, sizeof(int) * N * N), nussinov(N, base, table), table, sizeof(int) * N * N);
  return 0;
}
