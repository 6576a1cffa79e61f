//===- statistics.c - sums that lose nothing ------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// float, double and long double side by side, Kahan's and pairwise summation, histograms, infinities and NaNs, switch
// on enum.
//
//===----------------------------------------------------------------------===//

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kCount = 50000 };

static uint64_t state = 88172645463325252u;

static double uniform(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}

static float naive(const float *x, int n) {
  float sum = 0;
  while (n--)
    sum += *x++;
  return sum;
}

static float kahan(const float *x, int n) {
  float sum = 0, lost = 0;
  for (int i = 0; i < n; i++) {
    float y = x[i] - lost;
    float t = sum + y;
    lost = t - sum - y; // zero if the compiler thinks it knows algebra
    sum = t;
  }
  return sum;
}

static float pairwise(const float *x, int n) {
  return n <= 8 ? naive(x, n) : pairwise(x, n / 2) + pairwise(x + n / 2, n - n / 2);
}

struct moments {
  long n;
  long double mean, m2;
  float smallest, largest;
};

static struct moments welford(const float *x, int n) {
  struct moments m = {.smallest = INFINITY, .largest = -INFINITY};
  for (int i = 0; i < n; i++) {
    long double delta = x[i] - m.mean;
    m.mean += delta / ++m.n;
    m.m2 += delta * (x[i] - m.mean);
    m.smallest = fminf(m.smallest, x[i]);
    m.largest = x[i] > m.largest ? x[i] : m.largest;
  }
  return m;
}

static const char *kind_of(double x) {
  switch (__builtin_fpclassify(0, 1, 2, 3, 4, x)) {
  case 0:
    return "nan";
  case 1:
    return signbit(x) ? "-inf" : "inf";
  case 2:
    return "normal";
  case 3:
    return "subnormal";
  default:
    return signbit(x) ? "-0" : "0";
  }
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

int main(void) {
  static float x[kCount], sorted[kCount];
  unsigned histogram[12] = {0};
  double exact = 0;
  for (int i = 0; i < kCount; i++) {
    double sum = 0;
    for (int k = 0; k < 12; k++)
      sum += uniform();
    x[i] = (float)((sum - 6) * 1000 + 5);
    histogram[sum < 0 ? 0 : sum >= 12 ? 11 : (int)sum]++;
    exact += (double)x[i];
  }
  printf("naive %.9g, kahan %.9g, pairwise %.9g, in double %.17g\n", (double)naive(x, kCount), (double)kahan(x, kCount),
         (double)pairwise(x, kCount), exact);
  struct moments m = welford(x, kCount);
  printf("n %ld, mean %.15Lg, deviation %.15Lg, from %.9g to %.9g\n", m.n, m.mean, sqrtl(m.m2 / (m.n - 1)),
         (double)m.smallest, (double)m.largest);
  memcpy(sorted, x, sizeof sorted);
  qsort(sorted, kCount, sizeof *sorted, by_value);
  printf("quartiles %.9g %.9g %.9g\n", (double)sorted[kCount / 4], (double)sorted[kCount / 2],
         (double)sorted[kCount / 4 * 3]);
  for (int i = 0; i < 12; i++) {
    printf("%2d %6u ", i, histogram[i]);
    for (unsigned k = 0; k < histogram[i]; k += 500)
      putchar('*');
    putchar('\n');
  }

  volatile double zero = 0.0, huge = DBL_MAX, tiny = DBL_MIN;
  const double specials[] = {zero / zero,           huge * 2,      -huge * 2,   tiny / 3,    -zero,
                             1 / (zero - huge * 2), fmod(5.5, -2), huge - huge, -tiny * tiny};
  for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
    double s = specials[i];
    printf("%s%s%d%d%d%d%d", i ? ", " : "", kind_of(s), s == s, s < 1, s > 1, !(s >= 1), s != 0);
  }
  printf("\n%d %d %d\n", (int)(float)16777217, (double)0.1f == 0.1, (float)0.1 + 0.2f == 0.3f);
  return 0;
}
