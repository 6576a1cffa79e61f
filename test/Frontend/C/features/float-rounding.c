// Each operation rounds to its own type, in the order that is written: no reassociation, no contraction, no wider
// intermediate results.
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
static unsigned bits(float f) {
  unsigned u;
  memcpy(&u, &f, 4);
  return u;
}
static float dot(const float *a, const float *b, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}
static double poly(double x, const double *c, int n) {
  double r = 0;
  while (n--)
    r = r * x + c[n];
  return r;
}
int main(void) {
  float a[100], b[100];
  for (int i = 0; i < 100; i++)
    a[i] = 1.0f / (float)(i + 1), b[i] = (float)(i % 7) - 3.3f;
  printf("%x %d\n", bits(dot(a, b, 100)), FLT_EVAL_METHOD);
  volatile float big = 1e8f, one = 1, tenth = 0.1f;
  printf("%g %g %g\n", (double)(big + one - big), (double)(one + (big - big)), (double)(big * tenth / tenth - big));
  printf("%x %x %x\n", bits(tenth * 3), bits(tenth + tenth + tenth), bits((float)(tenth * 3.0)));
  volatile double x = 1 + DBL_EPSILON, y = x;
  printf("%.17g %.17g\n", x * y - 1, x * x - (x * x)); // an fma would see the rounding error
  const double c[] = {1, -0.5, 1.0 / 6, -1.0 / 24, 1.0 / 120};
  printf("%.17g %.17g\n", poly(0.7, c, 5), poly(-1e-9, c, 5));
  volatile double zero = 0, minus = -0.0;
  printf("%g %g %g %g\n", zero + minus, minus + minus, zero - zero, minus * 1);
  printf("%d %d %d\n", signbit(0 - zero) != 0, signbit(-zero) != 0, signbit(minus - zero) != 0);
  double least = DBL_MAX, most = -DBL_MAX;
  const double values[] = {3, NAN, -1, NAN, 7};
  for (int i = 0; i < 5; i++) {
    least = values[i] < least ? values[i] : least;
    most = values[i] <= most ? most : values[i];
  }
  printf("%g %d\n", least, isnan(most) ? 1 : (int)most);
  float inf = 1 / (float)zero, sum = 0;
  for (int i = 0; i < 4; i++)
    sum += i % 2 ? -1e30f : 1e30f, sum *= 1e20f;
  printf("%d %d %d\n", isinf(inf) != 0, isinf(sum) || isnan(sum), inf > FLT_MAX);
  return 0;
}
