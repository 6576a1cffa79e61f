// Products of one matrix with several vectors, in blocks of its rows: sizes around those of a block, arrays that
// overlap.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KERNEL __attribute__((noinline)) static void

// A^T (A x)
KERNEL normal(int m, int n, double A[m][n], double *x, double *y, double *t) {
  for (int i = 0; i < m; i++) {
    t[i] = 0;
    for (int j = 0; j < n; j++)
      t[i] += A[i][j] * x[j];
    for (int j = 0; j < n; j++)
      y[j] = y[j] + A[i][j] * t[i];
  }
}

// A^T r and A p in one loop, linearised
KERNEL both(long m, long n, const float *A, float *s, float *q, const float *r, const float *p) {
  for (long i = 0; i < m; i++) {
    q[i] = 0;
    for (long j = 0; j < n; j++) {
      s[j] += r[i] * A[i * n + j];
      q[i] += A[i * n + j] * p[j];
    }
  }
}

// what is summed first is the row that the second one begins with: rows from the second one on
KERNEL rows_from(int m, int n, double A[m][n], double *x, double *y) {
  for (int i = 1; i < m; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++)
      sum -= A[i][j] * x[j];
    y[i] = 3 * sum + y[i];
    for (int j = 0; j < n; j++)
      x[n + j] += A[i][j] * y[i];
  }
}

static unsigned long hash(const void *data, size_t bytes) {
  unsigned long result = 7;
  for (size_t i = 0; i < bytes; i++)
    result = result * 31 + ((const unsigned char *)data)[i];
  return result;
}

static void see(const char *name, int m, int n, const void *data, size_t bytes) {
  printf("%s %d x %d: %lx\n", name, m, n, hash(data, bytes));
}

int main(void) {
  static const int sizes[][2] = {{0, 5},    {5, 0},    {1, 4100}, {16, 4096}, {17, 4096}, {33, 4097}, {47, 70000},
                                 {31, 500}, {700, 90}, {740, 91}, {90, 740},  {129, 512}, {1000, 300}};
  enum { kVectors = 4 * 70000 };
  double *A = malloc(47 * 70000 * sizeof *A), *x = malloc(kVectors * sizeof *x);
  float *B = malloc(47 * 70000 * sizeof *B), *z = malloc(kVectors * sizeof *z);
  for (int which = 0; which < (int)(sizeof sizes / sizeof *sizes); which++) {
    int m = sizes[which][0], n = sizes[which][1];
    for (int i = 0; i < m * n; i++)
      B[i] = (float)(A[i] = (rand() % 2001 - 1000) / 333.0);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < kVectors; i++)
        z[i] = (float)(x[i] = (rand() % 2001 - 1000) / 77.0);
      double *y = x + 70000, *t = y + 70000, *far = t + 70000;
      switch (round) {
      case 0:
        normal(m, n, (void *)A, x, y, t);
        break;
      case 1:
        normal(m, n, (void *)A, x, x, t);
        break;
      case 2:
        rows_from(m, n, (void *)A, x, far);
        break;
      case 3:
        both(m, n, B, z, z + 70000, z + 140000, z + 210000);
        break;
      }
      see(round == 3 ? "both" : round == 2 ? "rows_from" : "normal", m, n, x, kVectors * sizeof *x);
      see("float", m, n, z, kVectors * sizeof *z);
    }
    both(m, n, B, z, z + 1, z + 2, z + 3);
    see("overlap", m, n, z, kVectors * sizeof *z);
  }
  free(A);
  free(B);
  free(x);
  free(z);
  return 0;
}
