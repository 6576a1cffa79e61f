//===- lu_solve.c - linear equations by LU factors with pivoting ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A double ** whose rows are swapped as pointers: the rows of this matrix do not stay where the allocation loop put
// them. Errors leave through goto, which frees what there is.
//
//===----------------------------------------------------------------------===//

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double **new_matrix(int n) {
  double **m = calloc((size_t)n, sizeof *m);
  for (int i = 0; m && i < n; i++)
    if (!(m[i] = malloc((size_t)n * sizeof **m)))
      return NULL;
  return m;
}

static void free_matrix(double **m, int n) {
  while (n-- > 0)
    free(m[n]);
  free(m);
}

// Returns the sign of the permutation, 0 if the matrix is singular. Multipliers replace the zeros below the diagonal.
static int factor(double **m, int n, int *order) {
  int sign = 1;
  for (int k = 0; k < n; k++) {
    int pivot = k;
    for (int i = k + 1; i < n; i++)
      if (fabs(m[i][k]) > fabs(m[pivot][k]))
        pivot = i;
    if (m[pivot][k] == 0.0)
      return 0;
    if (pivot != k) {
      double *row = m[k];
      m[k] = m[pivot], m[pivot] = row;
      int index = order[k];
      order[k] = order[pivot], order[pivot] = index;
      sign = -sign;
    }
    for (int i = k + 1; i < n; i++) {
      m[i][k] /= m[k][k];
      for (int j = k + 1; j < n; j++)
        m[i][j] -= m[i][k] * m[k][j];
    }
  }
  return sign;
}

static void substitute(double **m, int n, const int *order, const double *b, double *x) {
  for (int i = 0; i < n; i++) {
    x[i] = b[order[i]];
    for (int j = 0; j < i; j++)
      x[i] -= m[i][j] * x[j];
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int j = i + 1; j < n; j++)
      x[i] -= m[i][j] * x[j];
    x[i] /= m[i][i];
  }
}

static double entry(int i, int j, int n, int singular) {
  if (singular && i == n - 1)
    i = 0; // the last row once more
  return sin(1.0 + i * 1.7 + j * j * 0.31) + (i == (j + 1) % n ? 2.0 : 0.0);
}

static int solve(int n, int singular) {
  int status = 1;
  int *order = malloc((size_t)n * sizeof *order);
  double *b = malloc((size_t)n * sizeof *b), *x = malloc((size_t)n * sizeof *x);
  double **m = new_matrix(n);
  if (!order || !b || !x || !m)
    goto done;
  for (int i = 0; i < n; i++) {
    order[i] = i;
    b[i] = 0.0;
    for (int j = 0; j < n; j++) {
      m[i][j] = entry(i, j, n, singular);
      b[i] += m[i][j] * (j % 3 - 1.5); // so that the solution is known
    }
  }
  int sign = factor(m, n, order);
  if (sign == 0) {
    printf("n = %d: singular\n", n);
    goto done;
  }
  substitute(m, n, order, b, x);
  double determinant = sign, error = 0.0;
  for (int i = 0; i < n; i++) {
    determinant *= m[i][i];
    error = fmax(error, fabs(x[i] - (i % 3 - 1.5)));
  }
  printf("n = %d: determinant %.15g, first row %d, x[0] %.17g, error %s\n", n, determinant, order[0], x[0],
         error < 1e-9 ? "small" : "large");
  status = 0;
done:
  free_matrix(m, m ? n : 0);
  free(x);
  free(b);
  free(order);
  return status;
}

int main(void) {
  int failures = 0;
  for (int n = 1; n <= 64; n *= 2)
    failures += solve(n, 0);
  failures += solve(5, 1) << 1;
  return failures; // 2: the singular one
}
