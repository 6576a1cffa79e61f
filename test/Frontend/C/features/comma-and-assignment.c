// The comma operator everywhere, chains of assignments with conversions, assignments as values, compound ones with
// wider types.
#include <stdio.h>
static int next(void) {
  static int n;
  return ++n;
}
int main(void) {
  int a, b, c;
  signed char narrow;
  a = b = narrow = 300; // through the narrow one
  printf("%d %d %d\n", a, b, narrow);
  double d;
  int i = d = 3.75;
  float f = i = d = -2.5;
  printf("%d %g %g\n", i, d, (double)f);
  a = (next(), next(), next() * 10), b = next();
  printf("%d %d\n", a, b);
  if (a = 0, b)
    printf("%d ", a);
  for (a = 0, b = 10; a < b; a++, b--, c = a * b)
    ;
  printf("%d\n", c);
  unsigned char u = 200;
  u *= 2, u += 0.9, u /= 3, u |= 0x101, u -= 1000;
  short s = 1000;
  s *= 1000, s %= 7, s <<= 3, s ^= -1;
  printf("%d %d\n", u, s);
  long l = 5;
  l += u = 7;
  l = 3 - (l *= 2);
  int v[3] = {0, 0, 0}, k = 0;
  v[k++] = 5, v[k] += k, v[++k] |= next() | 64;
  printf("%ld %d %d %d %d\n", l, v[0], v[1], v[2], (k = 4, k += 2) * 2);
  int x = 5;
  x -= x * 2, x *= x + 1;
  printf("%d %d %d\n", x, -x % 7, -7 / 2 * 2 + -7 % 2);
  struct {
    int n, m;
  } p = {1, 2}, q = {3, 4}, r;
  r = p = q;
  p.n = (q.m = 9, q.n) + (r = q).m;
  printf("%d %d %d\n", p.n, r.m, (q = p).n);
  return 0;
}
