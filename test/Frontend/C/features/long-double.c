// long double: constants, arithmetic, conversions, arguments, results, structs and arrays of it.
#include <math.h>
#include <stdio.h>
struct pair {
  char c;
  long double value;
};
static long double cube(long double x) { return x * x * x; }
static struct pair make(int n) { return (struct pair){(char)('a' + n), n / 3.0L}; }
static long double sum(struct pair a, long double b, int n, struct pair c) { return a.value + b * n - c.value; }
static const long double table[] = {1.0L, 0.1L, -2.5e300L * 1e100L, 0x1p-16400L};
int main(void) {
  volatile long double x = 1.0L / 3;
  printf("%.20Lg %.20Lg %.17g %.9g\n", x, cube(x), (double)x, (double)(float)x);
  printf("%.20Lg %.20Lg %d\n", sum(make(1), x, 6, make(5)), make(7).value, make(2).c);
  for (int i = 0; i < 4; i++)
    printf("%.20Lg ", table[i]);
  printf("%zu %zu\n", sizeof(long double), sizeof(struct pair));
  printf("%lld %llu %d\n", (long long)(x * 1e18L), (unsigned long long)(1.8446744073709551615e19L), (int)-x);
  printf("%.20Lg %.20Lg %.20Lg\n", (long double)18446744073709551615ull, (long double)-7, (long double)0.1f);
  long double y = 1;
  for (int i = 0; i < 100; i++)
    y = y * 1.01L + (y > 2 ? -0.5L : 0);
  y++;
  --y;
  printf("%.20Lg %.20Lg %d %d %d\n", y, sqrtl(y), y > x, -y == y, !y);
  return 0;
}
