// Matrices that are one allocation each, of the function that multiplies them, with dynamic and constant width.
#include <stdio.h>
#include <stdlib.h>

enum { width = 40 };

static void print(const float *c, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++)
    sum = sum * 0.75f + c[i];
  printf("%.9g\n", sum);
}

int main(void) {
  volatile int size = 33;
  int n = size;
  float *a = malloc((size_t)n * n * sizeof *a);
  float *b = malloc((size_t)n * n * sizeof *b);
  float *c = calloc((size_t)n * n, sizeof *c);
  float *d = malloc(width * width * sizeof *d);
  float *e = calloc(width * width, sizeof *e);
  float *x = malloc(n * sizeof *x);
  if (!a || !b || !c || !d || !e || !x)
    return 1;
  for (int i = 0; i < n; i++) {
    x[i] = (float)(i % 5) - 1.5f;
    for (int j = 0; j < n; j++) {
      a[i * n + j] = (float)(i * 3 - j) / 7;
      b[i * n + j] = (float)(j * 5 - i) / 3;
    }
  }
  for (int i = 0; i < width; i++)
    for (int j = 0; j < width; j++)
      d[i * width + j] = (float)((i * width + j) % 23) / 11;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++)
        c[i * n + j] += a[i * n + k] * b[k * n + j];
  for (int i = 0; i < width; i++)
    for (int j = 0; j < width; j++)
      for (int k = 0; k < width; k++)
        e[i * width + j] += d[i * width + k] * d[k * width + j];
  print(c, n * n);
  print(e, width * width);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++)
      x[i] += a[i * n + k] * b[k];
  print(x, n);
  free(a);
  free(b);
  free(c);
  free(d);
  free(e);
  free(x);
  return 0;
}
