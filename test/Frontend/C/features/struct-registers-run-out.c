// When registers run out in the middle of the arguments, a struct goes to memory as a whole, and later scalars still
// find a register.
#include <stdio.h>
typedef struct {
  long a, b;
} LL;
typedef struct {
  double a;
  long b;
} DL;
typedef struct {
  double a, b;
} DD;
typedef struct {
  long a[4];
} Big;
__attribute__((noinline)) static long many(long a, int b, short c, char d, long e, LL f, long g, LL h) {
  return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f.a + 13 * f.b + 17 * g + 19 * h.a + 23 * h.b;
}
__attribute__((noinline)) static double doubles(DD a, DD b, DD c, double d, DD e, double f, float g, DL h, long i) {
  return a.a + 2 * a.b + 3 * b.a + 5 * b.b + 7 * c.a + 11 * c.b + 13 * d + 17 * e.a + 19 * e.b + 23 * f + 29 * g +
         31 * h.a + 37 * h.b + 41 * i;
}
__attribute__((noinline)) static Big make(Big a, int i, Big b, double d) {
  for (int k = 0; k < 4; k++)
    a.a[k] = a.a[k] * i + b.a[3 - k] + (long)d;
  return a;
}
static LL swap(LL x) { return (LL){x.b, x.a}; }
static Big nothing(void) { return (Big){{0}}; }
typedef LL Swap(LL);
int main(void) {
  LL x = {1, 2}, y = {3, 4};
  DD p = {0.5, 1.5};
  Swap *function = swap;
  printf("%ld\n", many(1, 2, 3, 4, 5, x, 6, y));
  printf("%ld\n", many(-1, -2, -3, -4, -5, function(x), 6, (*function)(swap(y))));
  printf("%.17g\n", doubles(p, p, p, 9.25, p, -1.125, 3.5f, (DL){2.25, 7}, 8));
  Big b = make((Big){{1, 2, 3, 4}}, 3, (Big){{10, 20, 30, 40}}, 0.9);
  Big c = make(b, 2, make(b, 1, b, 0), -5.5);
  printf("%ld %ld %ld %ld %ld %ld\n", b.a[0], b.a[3], c.a[0], c.a[1], c.a[2], c.a[3] + nothing().a[2]);
  b = make(b, 1, b, 1); // the result goes where an argument comes from
  printf("%ld %ld\n", b.a[0], b.a[3]);
  return 0;
}
