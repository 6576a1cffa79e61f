// Calls without a prototype promote their arguments; functions and arrays as parameters are pointers; void * to and
// from.
#include <stdio.h>
#include <stdlib.h>
static int add();
static double scale();
static int apply(int f(int), int v[const 3], void *context, int grid[][2]) {
  int sum = *(int *)context;
  for (int i = 0; i < 3; i++)
    sum = sum * 2 + f(v[i]) + grid[i][1];
  return sum;
}
static int add(a, b, c)
int a, b, c;
{
  return a * 100 + b * 10 + c;
}
static double scale(x, by, letter)
double x, by;
int letter;
{
  return x * by + letter;
}
static int square(int x) { return x * x; }
static void *identity(void *p) { return p; }
static int count(const char *restrict s, const char *const restrict set) {
  int n = 0;
  for (; *s; s++)
    for (const char *c = set; *c; c++)
      n += *c == *s;
  return n;
}
int main(void) {
  char c = 'x';
  short s = -2;
  float f = 1.5f;
  unsigned char u = 250;
  int (*old)() = add;
  printf("%d %d\n", add(s, c, u), old(1, 2, 3));
  printf("%g\n", scale(f, 2.0f, c));
  int v[] = {1, 2, 3}, grid[3][2] = {{1, 2}, {3, 4}, {5, 6}}, context = 9;
  printf("%d %d\n", apply(square, v, &context, grid), apply(abs, v, v + 1, grid));
  int *p = identity(v + 1);
  const char *text = identity("text");
  *(char *)p = 77;
  printf("%d %s %d\n", v[1], text, count("a-b-c-d", "-d"));
  return 0;
}
