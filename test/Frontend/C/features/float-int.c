// Conversions between integers and floating types, to and from every width, where C defines them.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
int main(void) {
  volatile double d = -3.99, big = 1e18, half = 0.5;
  volatile float f = 16777217; // rounds to 16777216
  printf("%d %d %d %ld %lld\n", (int)d, (int)-d, (int)half, (long)big, (long long)-big);
  printf("%d %d %u %d\n", (signed char)d, (short)(d * 1000), (unsigned)3e9, (unsigned char)200.7);
  printf("%llu %llu\n", (unsigned long long)1.8e19, (unsigned long long)(big * 12));
  printf("%.17g %.17g %.17g\n", (double)f, (double)(float)INT_MAX, (double)LLONG_MAX);
  uint64_t u = UINT64_C(0x8000000000000401), v = UINT64_MAX;
  printf("%.17g %.17g %.9g %.9g\n", (double)u, (double)v, (double)(float)u, (double)(float)v);
  int64_t s = INT64_C(0x20000000000001);
  printf("%.17g %.9g %Lg\n", (double)s, (double)(float)s, (long double)s);
  unsigned char c = 250;
  c = 250;
  c += 4.9;
  int i = 7;
  i *= 1.5;
  i -= 0.5f;
  printf("%d %d\n", c, i);
  float x = 0.1f;
  x += 0.2; // in double
  printf("%.9g %d %d\n", (double)x, 0.1f + 0.2f == 0.3f, 0.1 + 0.2 == 0.3);
  printf("%zu %zu %zu\n", sizeof(f + i), sizeof(f + d), sizeof(1.0L + f));
  for (float t = 0; t < 1; t += 0.25f)
    printf("%g ", (double)t);
  printf("%d %d\n", (_Bool)0.1, !half);
  return 0;
}
