// Contractions on every kind of array, of random sizes from 0 to 74, with scale factors, in place and overlapping: each is
// raised to a kernel at -O2 and -O3, which must give the same bits.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kSide = 80, kElements = kSide * kSide };

#define NAME(function, type) function##_##type

#define KERNELS(type)                                                                                                  \
  /* C = beta C + (alpha A) B, linearised; the arrays may overlap */                                                   \
  __attribute__((noinline)) static void NAME(product, type)(int m, int n, int k, type alpha, type beta, type *C,       \
                                                            type *A, type *B) {                                        \
    for (int i = 0; i < m; i++) {                                                                                      \
      for (int j = 0; j < n; j++)                                                                                      \
        C[i * n + j] *= beta;                                                                                          \
      for (int p = 0; p < k; p++)                                                                                      \
        for (int j = 0; j < n; j++)                                                                                    \
          C[i * n + j] += alpha * A[i * k + p] * B[p * n + j];                                                         \
    }                                                                                                                  \
  }                                                                                                                    \
  /* C = beta C - A B^T, variable-length arrays */                                                                     \
  __attribute__((noinline)) static void NAME(by_rows, type)(int m, int n, int k, type beta, type(*C)[n], type(*A)[k],  \
                                                            type(*B)[k]) {                                             \
    for (int i = 0; i < m; i++)                                                                                        \
      for (int j = 0; j < n; j++) {                                                                                    \
        C[i][j] *= beta;                                                                                               \
        for (int p = 0; p < k; p++)                                                                                    \
          C[i][j] -= A[i][p] * B[j][p];                                                                                \
      }                                                                                                                \
  }                                                                                                                    \
  /* C = A^T B, the sum in a variable, restrict */                                                                     \
  __attribute__((noinline)) static void NAME(by_columns, type)(int m, int n, int k, type *restrict C,                  \
                                                               type *restrict A, type *restrict B) {                   \
    for (int i = 0; i < m; i++)                                                                                        \
      for (int j = 0; j < n; j++) {                                                                                    \
        type sum = 0;                                                                                                  \
        for (int p = 0; p < k; p++)                                                                                    \
          sum += A[p * m + i] * B[p * n + j];                                                                          \
        C[i * n + j] = sum;                                                                                            \
      }                                                                                                                \
  }                                                                                                                    \
  /* C = A^T (alpha B^T), counted in size_t */                                                                         \
  __attribute__((noinline)) static void NAME(both, type)(size_t m, size_t n, size_t k, type alpha, type *restrict C,   \
                                                         type *restrict A, type *restrict B) {                         \
    for (size_t i = 0; i < m; i++)                                                                                     \
      for (size_t j = 0; j < n; j++) {                                                                                 \
        type sum = 0;                                                                                                  \
        for (size_t p = 0; p < k; p++)                                                                                 \
          sum += A[p * m + i] * (alpha * B[j * k + p]);                                                                \
        C[i * n + j] = sum;                                                                                            \
      }                                                                                                                \
  }                                                                                                                    \
  /* y += (alpha A) x */                                                                                               \
  __attribute__((noinline)) static void NAME(vector, type)(int m, int k, type alpha, type *y, type *A, type *x) {      \
    for (int i = 0; i < m; i++)                                                                                        \
      for (int p = 0; p < k; p++)                                                                                      \
        y[i] += alpha * A[i * k + p] * x[p];                                                                           \
  }                                                                                                                    \
  /* y = y + A^T x */                                                                                                  \
  __attribute__((noinline)) static void NAME(row, type)(int n, int k, type *y, type *x, type *A) {                     \
    for (int p = 0; p < k; p++)                                                                                        \
      for (int j = 0; j < n; j++)                                                                                      \
        y[j] = y[j] + A[p * n + j] * x[p];                                                                             \
  }                                                                                                                    \
  /* into a column, from every third element */                                                                        \
  __attribute__((noinline)) static void NAME(spread, type)(int m, int n, int k, type *y, type *A, type *x) {           \
    for (int i = 0; i < m; i++) {                                                                                      \
      y[i * n] = 0;                                                                                                    \
      for (int p = 0; p < k; p++)                                                                                      \
        y[i * n] += A[i * k + p] * x[p * 3];                                                                           \
    }                                                                                                                  \
  }                                                                                                                    \
  static unsigned long NAME(hash, type)(unsigned long hash, const type *values) {                                      \
    for (int i = 0; i < kElements; i++) {                                                                              \
      unsigned long bits = 0;                                                                                          \
      memcpy(&bits, &values[i], sizeof values[i]);                                                                     \
      hash = hash * 31 + bits;                                                                                         \
    }                                                                                                                  \
    return hash;                                                                                                       \
  }                                                                                                                    \
  static void NAME(run, type)(void) {                                                                                  \
    type *A = malloc(kElements * sizeof(type)), *B = malloc(3 * kElements * sizeof(type)),                             \
         *C = malloc(kElements * sizeof(type));                                                                        \
    for (int round = 0; round < 150; round++) {                                                                        \
      int m = rand() % 75, n = rand() % 75, k = round % 11 == 0 ? 70 : rand() % 75;                                    \
      if (round % 7 == 0)                                                                                              \
        m = 1 + round % 3;                                                                                             \
      for (int which = 0; which < 10; which++) {                                                                       \
        for (int i = 0; i < kElements; i++) {                                                                          \
          A[i] = (rand() % 2001 - 1000) / (type)333;                                                                   \
          C[i] = (rand() % 2001 - 1000) / (type)77;                                                                    \
        }                                                                                                              \
        for (int i = 0; i < 3 * kElements; i++)                                                                        \
          B[i] = (rand() % 2001 - 1000) / (type)123;                                                                   \
        if (round % 13 == 0) {                                                                                         \
          A[k] = (type)-0.0;                                                                                           \
          B[3] = (type)1e38;                                                                                           \
          B[5] = (type)(1.0 / 0.0);                                                                                    \
        }                                                                                                              \
        switch (which) {                                                                                               \
        case 0: NAME(product, type)(m, n, k, (type)1.5, (type)0.5, C, A, B); break;                                    \
        case 1: NAME(by_rows, type)(m, n, k, (type)0.5, (void *)C, (void *)A, (void *)B); break;                       \
        case 2: NAME(by_columns, type)(m, n, k, C, A, B); break;                                                       \
        case 3: NAME(both, type)(m, n, k, (type)1.3, C, A, B); break;                                                  \
        case 4: NAME(vector, type)(m, k, (type)1.3, C, A, B); break;                                                   \
        case 5: NAME(row, type)(n, k, C, A, B); break;                                                                 \
        case 6: NAME(spread, type)(m, n, k, C, A, B); break;                                                           \
        case 7: NAME(product, type)(m, n, k, (type)0.1, (type)0.5, A, A, B); break;                                    \
        case 8: NAME(row, type)(n, k, A + 1, A, B); break;                                                             \
        case 9: NAME(row, type)(n, k, A + 2 * k, A, A + k); break;                                                     \
        }                                                                                                              \
        printf("%d: %d x %d x %d %lx\n", which, m, n, k, NAME(hash, type)(NAME(hash, type)(7, C), A));                 \
      }                                                                                                                \
    }                                                                                                                  \
    free(A);                                                                                                           \
    free(B);                                                                                                           \
    free(C);                                                                                                           \
  }

KERNELS(float)
KERNELS(double)

int main(void) {
  run_float();
  run_double();
  return 0;
}
