//===- fixed_point.c - fractions without floating point -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Signed shifts, __int128 products, overflow builtins, saturation, conversions between all widths, long double as a
// judge.
//
//===----------------------------------------------------------------------===//

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef int32_t Fixed; // 16.16
typedef int64_t Wide;  // 32.32
#define FIXED(x) ((Fixed)((x) * 65536.0 + ((x) < 0 ? -0.5 : 0.5)))

static Fixed saturate(int64_t x) { return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (Fixed)x; }

static Fixed multiply(Fixed a, Fixed b) { return saturate(((int64_t)a * b + 0x8000) >> 16); }
static Fixed divide(Fixed a, Fixed b) { return b ? saturate((int64_t)a * 65536 / b) : a < 0 ? INT32_MIN : INT32_MAX; }

static Wide multiply_wide(Wide a, Wide b) { return (Wide)((__int128)a * b >> 32); }

static Fixed add(Fixed a, Fixed b) {
  Fixed sum;
  return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? INT32_MIN : INT32_MAX) : sum;
}

// Digit by digit.
static uint32_t root(uint64_t x) {
  uint64_t result = 0;
  for (uint64_t bit = UINT64_C(1) << 62; bit; bit >>= 2)
    if (x >= result + bit) {
      x -= result + bit;
      result = (result >> 1) + bit;
    } else
      result >>= 1;
  return (uint32_t)result;
}

static Fixed sine(Fixed x) { // Taylor's series, for |x| < pi
  Fixed term = x, sum = x, square = multiply(x, x);
  for (int n = 2; n < 14; n += 2) {
    term = divide(multiply(-term, square), (n * (n + 1)) << 16);
    sum = add(sum, term);
  }
  return sum;
}

static void print_fixed(const char *name, Fixed x) {
  uint32_t size = x < 0 ? -(uint32_t)x : (uint32_t)x;
  printf("%s%s%u.%05u", name, x < 0 ? "-" : "", size >> 16, (uint32_t)((uint64_t)(size & 0xffff) * 100000 >> 16));
}

static void print_128(unsigned __int128 x) {
  if (x >= 10)
    print_128(x / 10);
  putchar('0' + (int)(x % 10));
}

int main(void) {
  print_fixed("", multiply(FIXED(-3.25), FIXED(2.5)));
  print_fixed(" ", divide(FIXED(1), FIXED(-3)));
  print_fixed(" ", multiply(FIXED(300), FIXED(-300)));
  print_fixed(" ", add(FIXED(32000), FIXED(1000)));
  print_fixed(" ", (Fixed)(root((uint64_t)FIXED(2) << 16)));
  printf("\n");
  double worst = 0;
  for (Fixed x = FIXED(-3.1); x < FIXED(3.1); x += 331) {
    double error = fabs(sine(x) / 65536.0 - sin(x / 65536.0));
    if (error > worst)
      worst = error;
  }
  printf("sine is %s\n", worst < 2e-3 ? "good enough" : "bad");

  Wide w = INT64_C(0x100000000), growth = w + (w >> 7);
  long double exact = 1, step = 1.0L + 1.0L / 128;
  for (int i = 0; i < 1000; i++)
    w = multiply_wide(w, growth), exact *= step;
  printf("%lld, relative error below 1e-6: %d\n", (long long)w,
         fabsl((long double)w / 4294967296.0L / exact - 1) < 1e-6L);

  unsigned __int128 product = 1;
  for (int i = 1; i <= 34; i++)
    product *= (unsigned)i;
  printf("34! = ");
  print_128(product);
  printf("\n34! >> 64 = %llu, as a double %.17g, -1 >> 100 = %lld\n", (unsigned long long)(product >> 64),
         (double)product, (long long)((__int128)-1 >> 100));

  const long long values[] = {0,     -1,      127,        128,     255,        32768,     -32769,
                              65535, INT_MAX, 2147483648, INT_MIN, 4294967295, LLONG_MAX, LLONG_MIN};
  uint64_t check = 0;
  for (const long long *v = values; v < values + sizeof values / sizeof *values; v++) {
    signed char sc = (signed char)*v;
    unsigned char uc = (unsigned char)*v;
    short s = (short)*v;
    unsigned short us = (unsigned short)*v;
    int i = (int)*v;
    unsigned u = (unsigned)*v;
    bool b = *v;
    printf("%lld: %d %d %d %d %d %u %d %.9g %.17g\n", *v, sc, uc, s, us, i, u, b, (double)(float)*v,
           (double)(unsigned long long)*v);
    check = check * 7 + (uint64_t)(sc * uc) + (uint64_t)(s - us) + (u >> (uc & 31)) + (uint64_t)(i < (int)u) +
            (uint64_t)((unsigned)i < u) * 2;
  }
  printf("check %016llx\n", (unsigned long long)check);
  return 0;
}
