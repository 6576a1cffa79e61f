// A program with an allocator of its own sees no call that it does not make.
#include <stddef.h>
#include <stdio.h>
static char pool[1 << 22];
static size_t used;
static int calls;
void *malloc(size_t n) {
  calls++;
  void *p = pool + used;
  used += (n + 63) / 64 * 64;
  return p;
}
void free(void *p) {
  (void)p;
  calls += 100;
}
int main(void) {
  int n = 40;
  float **a = malloc(n * sizeof(float *));
  for (int i = 0; i < n; i++)
    a[i] = malloc(n * sizeof(float));
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a[i][j] = i + j;
  static float x[40][40], y[40][40], z[40][40];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      x[i][j] = i - j;
      y[i][j] = a[i][j];
    }
  int c0 = calls;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++)
        z[i][j] += 1.5f * x[i][k] * y[k][j];
  int c1 = calls - c0;
  for (int i = 0; i < n; i++)
    free(a[i]);
  free(a);
  printf("%d %d %g\n", c0, c1, z[3][4]);
  return 0;
}
