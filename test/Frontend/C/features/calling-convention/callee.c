#include "convention.h"

#include <string.h>

#define DEFINE(type, name)                                                                                             \
  type alone_##name(type a) { return a; }                                                                              \
  type behind_##name(long i, long j, long k, long l, double d, type a, type b, long m, type c, double e, type f,       \
                     double *sum) {                                                                                    \
    *sum = i + 2 * j + 3 * k + 4 * l + 5 * d + 6 * m + 7 * e;                                                          \
    return *sum > 1000 ? a : *sum > 500 ? b : *sum > 100 ? c : f;                                                      \
  }
#define DOTS(type, name)                                                                                               \
  int dots_##name(int n, ...) {                                                                                        \
    va_list list;                                                                                                      \
    va_start(list, n);                                                                                                 \
    type first = va_arg(list, type);                                                                                   \
    int same = 0;                                                                                                      \
    for (int i = 1; i < n; i++) {                                                                                      \
      double between = va_arg(list, double);                                                                           \
      type next = va_arg(list, type);                                                                                  \
      same += between == i + 0.5 && memcmp(&first, &next, sizeof first) == 0;                                          \
    }                                                                                                                  \
    va_end(list);                                                                                                      \
    return same * 10 + n;                                                                                              \
  }
#define DEFINE_RECORD(type) DEFINE(type, type) DOTS(type, type)
RECORDS(DEFINE_RECORD)
SCALARS(DEFINE)
DOTS(int, I)
DOTS(unsigned, U)
DOTS(long, L)
DOTS(double, D)
DOTS(double complex, DC)
DOTS(i128, Q)

static S12 by_value(S12 s, F3 f) { return (S12){s.c + (int)f.a[0], s.a + (int)f.a[1], s.b - (int)f.a[2]}; }

static double variadic(const char *kinds, ...) {
  va_list list;
  double sum = 0;
  va_start(list, kinds);
  for (; *kinds; kinds++)
    sum = sum * 3 + (*kinds == 'i'   ? va_arg(list, int)
                     : *kinds == 'd' ? va_arg(list, double)
                                     : *va_arg(list, const char *));
  va_end(list);
  return sum;
}

struct table table = {"table", by_value, variadic, {{1, 1 << 29, -16}, {7, 5, 15}}};
