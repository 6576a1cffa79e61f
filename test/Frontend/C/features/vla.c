// Variable-length arrays: sizeof with effects, pointers to them, typedefs, in loops, two-dimensional parameters whose
// bounds have effects.
#include <stdio.h>
#include <string.h>
static int calls;
static int count(int n) { return calls++, n; }
static int sum(int n, int m, int v[n][m]) {
  int s = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      s += v[i][j] * (i - j);
  return s;
}
static int shape(int n, int v[count(n)][count(n + 1)]) { return (int)(sizeof *v / sizeof(int)) + v[1][1]; }
static int star(int n, int m, int v[*][*]);
static int star(int n, int m, int v[n][m]) { return v[n - 1][m - 1]; }
static void transpose(int n, int m, float (*restrict to)[n], float (*restrict from)[m]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      to[j][i] = from[i][j];
}
int main(void) {
  int n = 3;
  int v[n + 1][count(5)];
  size_t fixed = sizeof v;
  n = 10; // the array stays as it is
  memset(v, 0, sizeof v);
  for (int i = 0; i < 20; i++)
    v[i / 5][i % 5] = i * i;
  printf("%zu %zu %zu %d %d\n", fixed, sizeof v, sizeof v[0], sum(4, 5, v), star(4, 5, v));
  int k = 4;
  size_t size = sizeof(int[k++]), again = sizeof(char[count(7)][k]);
  printf("%zu %zu %d %d\n", size, again, k, calls);
  int (*row)[count(5)] = v;
  row += 2;
  printf("%d %td %d %d\n", (*row)[1], row - v, shape(4, v), calls);
  typedef double Line[k];
  k = 100;
  Line a, b;
  for (unsigned i = 0; i < sizeof a / sizeof *a; i++)
    a[i] = i, b[i] = a[i] / 2;
  printf("%zu %g\n", sizeof(Line), a[4] + b[4]);
  int total = 0;
  for (int len = 1; len < 200; len += 33) {
    char text[len];
    memset(text, len, sizeof text);
    if (len == 67)
      continue;
    total += text[len / 2] + (int)sizeof text;
  }
  float from[2][3] = {{1, 2, 3}, {4, 5, 6}}, to[3][2];
  transpose(2, 3, to, from);
  printf("%d %g %g\n", total, (double)to[2][0], (double)to[1][1]);
  int deep[2][n][3];
  for (int i = 0; i < 2 * n * 3; i++)
    (&deep[0][0][0])[i] = i;
  printf("%d %zu %td\n", deep[1][n - 1][2], sizeof deep[0], (char *)deep[1] - (char *)deep);
  return 0;
}
