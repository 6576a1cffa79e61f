// __int128: arithmetic, shifts, comparisons, conversions, division, arguments, results, structs, bit operations.
#include <stdio.h>
typedef __int128 i128;
typedef unsigned __int128 u128;
struct wide {
  char c;
  i128 v;
};
static void show(u128 v) { printf("%llx:%016llx ", (unsigned long long)(v >> 64), (unsigned long long)v); }
__attribute__((noinline)) static i128 mix(int a, i128 b, long c, i128 d, struct wide e, u128 f) {
  return a * b + c * d - e.v * e.c + (i128)(f >> 3);
}
static struct wide make(long long v) { return (struct wide){(char)v, (i128)v * v}; }
static const u128 table[] = {1, (u128)1 << 100, ~(u128)0};
int main(void) {
  volatile long long big = 0x7fffffffffffffff, seven = 7;
  i128 p = (i128)big * big, n = -p;
  show((u128)p), show((u128)n), show(p / seven), show((u128)(n % 1000)), show((u128)(n / 123456789012345678));
  printf("\n");
  u128 u = (u128)big << 37 | 12345;
  show(u >> 5), show(u << (int)seven * 9), show((u128)(n >> 70)), show(~u ^ table[1]), show(u * u),
      show(u % 1000000007u);
  printf("\n%d %d %d %d %d\n", p > n, (u128)n > u, n < big, table[2] == (u128)-1, !(u - u));
  printf("%.17g %.9g %.20Lg %d %lld\n", (double)p, (double)(float)n, (long double)u, (int)((i128)-1e20 >> 60),
         (long long)(i128)(double)big / 2);
  show((u128)1e30), show((u128)(i128)-1.5e25f), show((u128)mix(3, p >> 9, -5, n >> 20, make(-9), u)),
      show((u128)make(1LL << 40).v);
  i128 count = 0;
  for (i128 i = (i128)1 << 64; i < ((i128)1 << 64) + 10; i++)
    count += i & 3;
  count++;
  count *= -1, count -= big, count *= 4;
  show((u128)count), show(-(u128)1), show((signed char)200 + table[0]);
  printf("%zu %zu %d\n", sizeof p, sizeof(struct wide), count ? 1 : 0);
  return 0;
}
