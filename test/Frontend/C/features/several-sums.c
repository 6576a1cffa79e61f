// Loops with several sums and updates in them, of random sizes from 0 to 74 and on arrays that may overlap. What comes
// apart becomes kernels at -O2 and -O3, which must give the same bits; what does not must be left alone.
#ifndef TYPE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kSide = 80, kElements = kSide * kSide };

#define KERNEL __attribute__((noinline)) static void
#define JOIN(function, type) function##_##type
#define NAME_OF(function, type) JOIN(function, type)
#define NAME(function) NAME_OF(function, TYPE)

#define TYPE float
#include "several-sums.c"
#undef TYPE
#define TYPE double
#include "several-sums.c"

int main(void) {
  run_float();
  run_double();
  return 0;
}
#else

// C = alpha A B + beta C with the lower half of a symmetric A.
KERNEL NAME(symmetric)(int m, int n, TYPE alpha, TYPE beta, TYPE (*C)[n], TYPE (*A)[m], TYPE (*B)[n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      TYPE sum = 0;
      for (int k = 0; k < i; k++) {
        C[k][j] += alpha * B[i][j] * A[i][k];
        sum += B[k][j] * A[i][k];
      }
      C[i][j] = beta * C[i][j] + alpha * B[i][j] * A[i][i] + alpha * sum;
    }
}
// Linearised, the diagonal taken by both, the sum first; the arrays may overlap.
KERNEL NAME(flat)(int m, int n, TYPE alpha, TYPE *C, TYPE *A, TYPE *B) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      TYPE sum = alpha;
      for (int k = 0; k <= i; k++) {
        sum -= B[k * n + j] * A[i * m + k];
        C[k * n + j] = C[k * n + j] - A[i * m + k] * B[i * n + j];
      }
      C[i * n + j] += sum;
    }
}
// The upper half, two sums and two updates.
KERNEL NAME(upper)(long m, long n, TYPE (*restrict C)[n], TYPE (*restrict D)[n], TYPE (*restrict A)[m],
                   TYPE *restrict x, TYPE *restrict y) {
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++) {
      TYPE first = 0, second = x[j];
      for (long k = i + 1; k < m; k++) {
        C[k][j] += x[j] * A[i][k];
        first += A[i][k] * C[k][j];
        D[k][j] -= A[k][i] * C[i][j];
        second += D[k][j] * A[k][i];
      }
      y[j] += first;
      D[i][j] = second / 3;
    }
}
// What is summed is what was there before the update.
KERNEL NAME(before)(int m, int n, TYPE (*restrict C)[n], TYPE (*restrict A)[m], TYPE (*restrict B)[n],
                    TYPE (*restrict D)[n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      TYPE sum = 0;
      for (int k = 0; k < m; k++) {
        sum += A[i][k] * C[k][j];
        C[k][j] = A[i][k] * B[i][j] + C[k][j];
      }
      D[i][j] = sum;
    }
}

// What is summed is there before and after its update.
KERNEL NAME(around)(int m, int n, TYPE (*restrict C)[n], TYPE (*restrict A)[m], TYPE (*restrict B)[n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      TYPE sum = 0;
      for (int k = 1; k < m - 1; k++) {
        C[k][j] += A[i][k] * B[i][j];
        sum += A[i][k] * (C[k - 1][j] - C[k + 1][j]);
      }
      B[i][j] = sum / 512;
    }
}
// Each element keeps the sum so far.
KERNEL NAME(running)(int m, int n, TYPE (*restrict C)[n], TYPE (*restrict A)[m], TYPE (*restrict B)[n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      TYPE sum = 0;
      for (int k = 0; k < m; k++) {
        C[k][j] = sum;
        sum += A[i][k] * B[k][j];
      }
      B[i][j] += sum / 1024;
    }
}
// The sums of one row are what the next row's update is made of: arrays of the program's own.
static TYPE NAME(rows)[41][67], NAME(sums)[41][67];
KERNEL NAME(fixed)(TYPE (*A)[80]) {
  for (int i = 0; i < 41; i++)
    for (int j = 0; j < 67; j++) {
      for (int k = 0; k < i; k++) {
        NAME(rows)[k][j] += NAME(sums)[i][j] * A[k][i];
        NAME(sums)[i][j] += NAME(rows)[k][j] * A[i][k] / 64;
      }
    }
}
static unsigned long NAME(hash)(unsigned long hash, const TYPE *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    unsigned long bits = 0;
    memcpy(&bits, &values[i], sizeof values[i]);
    hash = hash * 31 + bits;
  }
  return hash;
}

static void NAME(fill)(TYPE *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    values[i] = rand() % 64 == 0 ? (TYPE)-0.0 : (rand() % 2001 - 1000) / (TYPE)333;
}

static void NAME(run)(void) {
  TYPE *A = malloc(4 * kElements * sizeof(TYPE)), *B = A + kElements, *C = B + kElements, *D = C + kElements;
  for (int round = 0; round < 40; round++) {
    int m = rand() % 75, n = round % 9 == 0 ? 1 + round % 4 : rand() % 75;
    for (int which = 0; which < 9; which++) {
      NAME(fill)(A, 4 * kElements);
      NAME(fill)(&NAME(rows)[0][0], sizeof NAME(rows) / sizeof(TYPE));
      switch (which) {
      case 0:
        NAME(symmetric)(m, n, (TYPE)1.5, (TYPE)0.3, (void *)C, (void *)A, (void *)B);
        break;
      case 1:
        NAME(flat)(m, n, (TYPE)1.5, C, A, B);
        break;
      case 2:
        NAME(flat)(m, n, (TYPE)0.1, C, C + 7 * n, B);
        break;
      case 3:
        NAME(flat)(m, n, (TYPE)0.1, C, A, C);
        break;
      case 4:
        NAME(upper)(m, n, (void *)C, (void *)D, (void *)A, B, B + kSide);
        break;
      case 5:
        NAME(before)(m, n, (void *)C, (void *)A, (void *)B, (void *)D);
        break;
      case 6:
        NAME(around)(m, n, (void *)C, (void *)A, (void *)B);
        break;
      case 7:
        NAME(running)(m, n, (void *)C, (void *)A, (void *)B);
        break;
      case 8:
        NAME(fixed)((void *)A);
        break;
      }
      unsigned long bits = NAME(hash)(NAME(hash)(7, A, 4 * kElements), &NAME(rows)[0][0], 41 * 67);
      printf("%d: %d x %d %lx\n", which, m, n, NAME(hash)(bits, &NAME(sums)[0][0], 41 * 67));
    }
  }
  free(A);
}
#endif
