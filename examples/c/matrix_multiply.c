//===- matrix_multiply.c - one product, four ways to write it -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Array parameters with variable sizes, restrict, linearized indexing and pointers to rows. All versions add in the
// same order, so they must agree in every bit.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <string.h>

enum { kRows = 45, kInner = 37, kColumns = 53, kBlock = 16 };

static void fill(int rows, int columns, double m[rows][columns], unsigned seed) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) {
      seed = seed * 1664525u + 1013904223u;
      m[i][j] = (double)(int)(seed >> 16) / 32768.0 - 1.0;
    }
}

static void textbook(int n, int k, int m, double c[n][m], double a[n][k], double b[k][m]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++) {
      c[i][j] = 0.0;
      for (int p = 0; p < k; p++)
        c[i][j] += a[i][p] * b[p][j];
    }
}

// The inner loop walks along rows: no iteration depends on another one.
static void by_rows(int n, int k, int m, double *restrict c, const double *restrict a, const double *restrict b) {
  memset(c, 0, (size_t)n * (size_t)m * sizeof *c);
  for (int i = 0; i < n; i++)
    for (int p = 0; p < k; p++) {
      double factor = a[i * k + p];
      for (int j = 0; j < m; j++)
        c[i * m + j] += factor * b[p * m + j];
    }
}

static int minimum(int a, int b) { return a < b ? a : b; }

static void blocked(int n, int k, int m, double (*c)[m], double (*a)[k], double (*b)[m]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      c[i][j] = 0.0;
  for (int jj = 0; jj < m; jj += kBlock)
    for (int pp = 0; pp < k; pp += kBlock)
      for (int i = 0; i < n; i++)
        for (int p = pp; p < minimum(pp + kBlock, k); p++)
          for (int j = jj; j < minimum(jj + kBlock, m); j++)
            c[i][j] += a[i][p] * b[p][j];
}

// Walks with pointers only, as older code does.
static void by_pointers(int n, int k, int m, double *c, const double *a, const double *b) {
  for (const double *row = a, *end = a + n * k; row != end; row += k)
    for (const double *column = b; column < b + m; ++column) {
      const double *x = row, *y = column;
      double sum = 0.0;
      while (x < row + k) {
        sum += *x++ * *y;
        y += m;
      }
      *c++ = sum;
    }
}

static double a[kRows][kInner], b[kInner][kColumns];

int main(void) {
  static double c[4][kRows][kColumns];
  fill(kRows, kInner, a, 1u);
  fill(kInner, kColumns, b, 2u);
  textbook(kRows, kInner, kColumns, c[0], a, b);
  by_rows(kRows, kInner, kColumns, &c[1][0][0], &a[0][0], &b[0][0]);
  blocked(kRows, kInner, kColumns, c[2], a, b);
  by_pointers(kRows, kInner, kColumns, &c[3][0][0], &a[0][0], &b[0][0]);

  static const char *const names[] = {"textbook", "by rows", "blocked", "by pointers"};
  for (int v = 0; v < 4; v++) {
    int differences = 0;
    double trace = 0.0, sum = 0.0;
    for (int i = 0; i < kRows; i++) {
      trace += c[v][i][i];
      for (int j = 0; j < kColumns; j++) {
        sum += c[v][i][j] * (i - j);
        differences += c[v][i][j] != c[0][i][j];
      }
    }
    printf("%-12s trace %.17g, weighted sum %.17g, differences %d\n", names[v], trace, sum, differences);
  }
  return 0;
}
