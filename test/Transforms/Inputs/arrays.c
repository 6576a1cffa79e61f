// Arrays of pointers as C programs have them, through helpers, structures and a static variable; what is printed depends
// on every element.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Grid {
  int tag;
  double ***cells;
  float *scale;
};

static int **counts;

static void *allocate(size_t count, size_t size) {
  void *memory = malloc(count * size);
  if (!memory)
    exit(2);
  return memory;
}

static double **plane(int n, int m) {
  double **p = allocate(n, sizeof(double *));
  for (int i = 0; i < n; i++)
    p[i] = allocate(m, sizeof(double));
  return p;
}

static void make(struct Grid *g, int k, int n, int m) {
  g->tag = 5;
  g->cells = allocate(k, sizeof *g->cells);
  for (int i = 0; i < k; i++)
    g->cells[i] = plane(n, m);
  g->scale = allocate(m, sizeof(float));
}

static int **table(int n) {
  int **t = malloc(n * sizeof *t);
  if (!t)
    return NULL;
  for (int i = 0; i < n; i++) {
    t[i] = calloc(n, sizeof **t);
    if (!t[i])
      return NULL;
  }
  return t;
}

static double weigh(double **p, const float *scale, int n, int m) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    const double *row = p[i];
    for (int j = 0; j < m; j++)
      sum = sum * 0.75 + row[j] * scale[j];
  }
  return sum;
}

int main(int argc, char **argv) {
  int k = argc > 1 ? atoi(argv[1]) : 3, n = k + 2, m = 7;
  struct Grid grid;
  make(&grid, k, n, m);
  for (int j = 0; j < m; j++)
    grid.scale[j] = 1.0f / (j + 3);
  for (int l = 0; l < k; l++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < m; j++)
        grid.cells[l][i][j] = l * 11 - i * j * 0.5 + grid.tag;
  for (int l = 1; l < k; l++)
    memcpy(grid.cells[l][0], grid.cells[l - 1][n - 1], m * sizeof(double));
  counts = table(n);
  if (!counts)
    return 1;
  for (int l = 0; l < k; l++) {
    counts[l][n - 1 - l] += l + 1;
    printf("%.17g\n", weigh(grid.cells[l], grid.scale, n, m));
  }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      printf("%d%c", counts[i][j], j + 1 < n ? ' ' : '\n');
  for (int i = n - 1; i >= 0; i--)
    free(counts[i]);
  free(counts);
  for (int l = 0; l < k; l++) {
    for (int i = 0; i < n; i++)
      free(grid.cells[l][i]);
    free(grid.cells[l]);
  }
  free(grid.cells);
  free(grid.scale);
  return 0;
}
