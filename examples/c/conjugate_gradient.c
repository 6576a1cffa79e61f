//===- conjugate_gradient.c - a sparse solver that knows its matrix only as a function -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Operators are pairs of a function pointer and an untyped context; one is a sparse matrix in rows, one is computed on
// the fly.
//
//===----------------------------------------------------------------------===//

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef void (*Apply)(const void *context, const double *x, double *y);

typedef struct {
  const char *name;
  int n;
  Apply apply;
  const void *context;
} Operator;

typedef struct {
  int n, *starts, *columns;
  double *values;
} SparseRows;

static void apply_sparse(const void *context, const double *x, double *y) {
  const SparseRows *m = context;
  for (int i = 0; i < m->n; i++) {
    double sum = 0.0;
    for (int e = m->starts[i]; e < m->starts[i + 1]; e++)
      sum += m->values[e] * x[m->columns[e]];
    y[i] = sum;
  }
}

// The second difference with fixed ends.
static void apply_difference(const void *context, const double *x, double *y) {
  int n = *(const int *)context;
  for (int i = 0; i < n; i++)
    y[i] = 2.0 * x[i] - (i > 0 ? x[i - 1] : 0.0) - (i + 1 < n ? x[i + 1] : 0.0);
}

static double dot(int n, const double a[static n], const double b[static n]) {
  double sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

// The five-point stencil of a width x width grid as a matrix.
static SparseRows new_grid(int width) {
  int n = width * width;
  SparseRows m = {.n = n,
                  .starts = malloc(sizeof(int) * (size_t)(n + 1)),
                  .columns = malloc(sizeof(int) * (size_t)n * 5),
                  .values = malloc(sizeof(double) * (size_t)n * 5)};
  if (!m.starts || !m.columns || !m.values)
    abort();
  int count = 0;
  for (int i = 0; i < n; i++) {
    static const struct {
      int row, column;
    } neighbours[] = {{-1, 0}, {0, -1}, {0, 0}, {0, 1}, {1, 0}};
    m.starts[i] = count;
    for (unsigned k = 0; k < sizeof neighbours / sizeof *neighbours; k++) {
      int row = i / width + neighbours[k].row, column = i % width + neighbours[k].column;
      if (row < 0 || row >= width || column < 0 || column >= width)
        continue;
      m.columns[count] = row * width + column;
      m.values[count++] = k == 2 ? 4.0 + 0.01 * (i % 7) : -1.0;
    }
  }
  m.starts[n] = count;
  return m;
}

static bool solve(const Operator *a, const double *b, double *x, double tolerance, int *steps) {
  int n = a->n;
  double *r = malloc(sizeof(double) * (size_t)n * 3), *p = r + n, *q = p + n;
  if (!r)
    abort();
  for (int i = 0; i < n; i++)
    x[i] = 0.0, r[i] = p[i] = b[i];
  double rho = dot(n, r, r), limit = tolerance * tolerance * rho;
  for (*steps = 0; rho > limit && *steps < 10 * n; ++*steps) {
    a->apply(a->context, p, q);
    double alpha = rho / dot(n, p, q);
    for (int i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
    }
    double next = dot(n, r, r), beta = next / rho;
    for (int i = 0; i < n; i++)
      p[i] = r[i] + beta * p[i];
    rho = next;
  }
  free(r);
  return rho <= limit;
}

int main(void) {
  SparseRows grid = new_grid(24);
  const int points = 200;
  const Operator operators[] = {{"grid", grid.n, apply_sparse, &grid},
                                {.name = "difference", .context = &points, .apply = apply_difference, .n = points}};
  for (const Operator *a = operators; a < operators + 2; ++a) {
    double *b = malloc(sizeof(double) * (size_t)a->n * 2), *x = b + a->n;
    if (!b)
      return 1;
    for (int i = 0; i < a->n; i++)
      b[i] = (i * 37 % 11) - 5.0;
    int steps;
    bool found = solve(a, b, x, 1e-8, &steps);
    printf("%s: %s after %d steps, x[0] %.12g, x[n/2] %.12g, |x| %.12g\n", a->name, found ? "solved" : "not solved",
           steps, x[0], x[a->n / 2], sqrt(dot(a->n, x, x)));
    free(b);
  }
  free(grid.starts);
  free(grid.columns);
  free(grid.values);
  return 0;
}
