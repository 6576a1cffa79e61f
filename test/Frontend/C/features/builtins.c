// Builtins that programs use: bits, overflow, expect, memory, classification, unreachable, prefetch, object sizes,
// rotates.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static int parity_of(unsigned x) {
  switch (x & 3) {
  case 0 ... 3:
    return __builtin_parity(x);
  }
  __builtin_unreachable();
}
static int sum(const int *v, int n) {
  int s = 0;
  v = __builtin_assume_aligned(v, 4);
  for (int i = 0; i < n; i++) {
    __builtin_prefetch(v + i + 8);
    if (__builtin_expect(v[i] < 0, 0))
      continue;
    s += v[i];
  }
  return s;
}
int main(void) {
  volatile unsigned x = 0x00f01200;
  volatile unsigned long long w = 0x8000000000000010;
  printf("%d %d %d %d %d\n", __builtin_clz(x), __builtin_ctz(x), __builtin_popcount(x), parity_of(x),
         __builtin_ffs((int)x));
  printf("%d %d %d %d %d\n", __builtin_clzll(w), __builtin_ctzll(w), __builtin_popcountll(w), __builtin_ffsl(0),
         __builtin_clrsb(-5));
  printf("%x %x %llx\n", __builtin_bswap16(0x1234), __builtin_bswap32(x), __builtin_bswap64(w));
  int i;
  unsigned u;
  long long ll;
  unsigned char c;
  printf("%d %d ", __builtin_add_overflow(INT_MAX, 1, &i), i);
  printf("%d %u ", __builtin_sub_overflow(3, 5, &u), u);
  printf("%d %lld ", __builtin_mul_overflow(1LL << 62, 2, &ll), ll);
  printf("%d %d ", __builtin_add_overflow(200, 56L, &c), c);
  printf("%d %u\n", __builtin_umul_overflow(70000, 70000, &u), u);
  int v[] = {1, -2, 3, -4, 5, 6};
  char text[12] = "xxxxxxxxxxx";
  __builtin_memcpy(text, "abc", 3);
  __builtin_memset(text + 3, '-', 2);
  __builtin_memmove(text + 1, text, 5);
  printf("%d %s %d %zu\n", sum(v, 6), text, __builtin_strcmp(text, "b") < 0, __builtin_strlen(text));
  printf("%d %d %d\n", __builtin_isnan(__builtin_nan("")), __builtin_isinf_sign(-__builtin_inf()),
         __builtin_signbit(-0.0) != 0);
  printf("%g %g %d %g\n", __builtin_fabs(-2.5), __builtin_sqrt(2.25), __builtin_abs(-3), __builtin_copysign(1, -0.0));
  printf("%d %zu %d\n", __builtin_isgreater(1.0, __builtin_nan("")), __builtin_object_size(text, 0),
         __builtin_constant_p("s"[0]));
  char *stack = __builtin_alloca(x & 31 | 16);
  strcpy(stack, "on the stack");
  printf("%s %d %g\n", stack, __builtin_huge_val() > 1e308, (double)__builtin_fmaf(2, 3, 4));
  return 0;
}
