// Division and remainder of all signs and widths, by constants and variables, and of floating numbers with special
// values.
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
int main(void) {
  volatile int values[] = {7, -7, 1, -1, INT_MAX, INT_MIN, 1000000007};
  for (int i = 0; i < 7; i++) {
    int v = values[i];
    printf("%d:", v);
    printf(" %d %d %d %d %d %d", v / 2, v % 2, v / -3, v % -3, v / 8, v % 8);
    printf(" %d %d %d %u %u", v / 10, v % 10, v / 65536, (unsigned)v / 7, (unsigned)v % 16);
    for (int j = 0; j < 5; j++)
      printf(" %d,%d", v / (values[j] == -1 ? 2 : values[j]), v % (values[j] == -1 ? 2 : values[j]));
    printf("\n");
  }
  volatile int64_t l = INT64_MIN + 1;
  volatile uint64_t u = UINT64_MAX;
  volatile int8_t c = -128;
  volatile uint8_t uc = 255;
  printf("%lld %lld %llu %llu\n", (long long)(l / 1000), (long long)(l % 1000), (unsigned long long)(u / 10),
         (unsigned long long)(u % 10));
  printf("%d %d %d %d\n", c / -1, (int8_t)(c / -1), uc / c, c % 7);
  printf("%d %lld\n", -7 / 2, (long long)-7 / (unsigned)2);
  printf("%llu\n", (unsigned long long)(u / (uint64_t)-2));
  volatile double zero = 0;
  double results[] = {1 / zero, -1 / zero, 7.5 / -2, fmod(-7.5, 2), remainder(7.5, 2), zero / 5, -zero / 5};
  for (int i = 0; i < 7; i++)
    printf("%g %d ", results[i], signbit(results[i]) != 0);
  printf("\n%.9g %.17g\n", (double)(1.0f / 3), 1.0f / 3.0);
  return 0;
}
