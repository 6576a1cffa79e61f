// FLAGS: -std=gnu89
// gnu89: parameters declared after the list, default promotions, implicit int and implicit declarations, inline of the
// old kind.
#include <stdio.h>
f(a, b, c, d) char a;
short b;
float c;
unsigned char *d;
{
  return a + b * 2 + (int)(c * 4) + d[1];
}
static counter;
g() { return ++counter; }
double h(x, y)
double x, (*y)();
{
  return (*y)(x) / 2;
}
double twice(x)
double x;
{
  return x * 2;
}
char narrow(x) { return x; }
unsigned first(v, n)
unsigned v[];
{
  unsigned m = *v;
  while (--n > 0)
    if (*++v < m)
      m = *v;
  return m;
}
int main() {
  unsigned char bytes[] = {1, 200};
  unsigned v[] = {5, 3, 9};
  float q = 0.3f;
  register i;
  for (i = 0; i < 3; i++)
    g();
  printf("%d %d %g\n", f(300, 70000, q, bytes), g(), h(2.5, twice));
  printf("%d %u %d\n", narrow(511), first(v, 3), later(3, 4));
  return 0;
}
later(a, b) { return a * 10 + b; }
