// Matrices of one block and a table of pointers to its rows, in the ways of C.
#include <stdio.h>
#include <stdlib.h>

static double **by_product(int n, int m) {
  double **a = malloc(n * sizeof *a);
  double *block = malloc((size_t)n * m * sizeof *block);
  if (!a || !block)
    exit(1);
  for (int i = 0; i < n; i++)
    a[i] = block + (size_t)i * m;
  return a;
}

static double **by_sum(int n, int m) {
  double **a = malloc(n * sizeof *a);
  a[0] = calloc((size_t)n * m, sizeof **a);
  for (int i = 1; i < n; i++)
    a[i] = a[i - 1] + m;
  return a;
}

static double **carried(int n, int m) {
  double **a = malloc(n * sizeof *a), *p = malloc((size_t)n * m * sizeof *p);
  for (int i = 0; i < n; i++, p += m)
    a[i] = p;
  return a;
}

static double ***cube(int n, int m, int l) {
  double ***a = malloc(n * sizeof *a);
  double **rows = malloc((size_t)n * m * sizeof *rows);
  double *block = malloc((size_t)n * m * l * sizeof *block);
  for (int i = 0; i < n; i++) {
    a[i] = rows + i * m;
    for (int j = 0; j < m; j++)
      a[i][j] = block + (i * m + j) * l;
  }
  return a;
}

static void release(double **a) {
  free(a[0]);
  free(a);
}

// Not the rows one thinks of: some change places, and some grow.
static double odd_ones(int n, int m) {
  double **a = malloc(n * sizeof *a), *block = malloc((size_t)n * m * sizeof *block);
  double **b = malloc(n * sizeof *b), *triangle = malloc((size_t)n * (n + 1) / 2 * sizeof *triangle);
  for (int i = 0; i < n; i++) {
    a[i] = block + i * m;
    b[i] = triangle + i * (i + 1) / 2;
  }
  double *first = a[0];
  a[0] = a[n - 1];
  a[n - 1] = first;
  double sum = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < m; j++)
      a[i][j] = i * m + j;
    for (int j = 0; j <= i; j++)
      b[i][j] = i - j;
  }
  for (int i = 0; i < n * m; i++)
    sum = sum * 0.5 + block[i];
  for (int i = 0; i < n * (n + 1) / 2; i++)
    sum = sum * 0.5 + triangle[i];
  free(block);
  free(triangle);
  free(a);
  free(b);
  return sum;
}

int main(void) {
  volatile int size = 37;
  int n = size, m = n - 4, l = n - 9;
  double **a = by_product(n, m), **b = by_sum(m, l), **c = carried(n, l);
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < m; j++)
      a[i][j] = (i * 3 - j) / 7.0;
    for (int j = 0; j < l; j++)
      c[i][j] = 0;
  }
  for (int i = 0; i < m; i++)
    for (int j = 0; j < l; j++)
      b[i][j] += (j * 5 - i) / 3.0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < l; j++)
      for (int k = 0; k < m; k++)
        c[i][j] += a[i][k] * b[k][j];
  // From one row into the next.
  double sum = 0;
  for (int i = 0; i < n * l; i++)
    sum = sum * 0.75 + c[0][i];
  printf("%.17g\n", sum);

  double ***t = cube(n, m, l);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      for (int k = 0; k < l; k++)
        t[i][j][k] = i - j * 2 + k / 3.0;
  for (int j = 0; j < m; j++)
    for (int k = 0; k < l; k++)
      sum += t[n - 1][j][k] * t[j][m - 1][k];
  printf("%.17g %.17g\n", sum, odd_ones(n, m));
  free(t[0][0]);
  free(t[0]);
  free(t);
  release(a);
  release(b);
  release(c);
  return 0;
}
