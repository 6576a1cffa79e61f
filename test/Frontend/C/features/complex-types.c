// float, double and long double _Complex: conversions, comparison, arguments, results, structs, arrays, compound
// assignment.
#include <complex.h>
#include <stdio.h>
struct wave {
  float complex f;
  double complex d;
};
static float complex half(float complex z) { return z / 2; }
static double complex turn(int n, double complex z) { return n ? turn(n - 1, z * I) : z; }
static long double complex add(long double complex a, double complex b, float complex c) { return a + b + c; }
static struct wave both(struct wave w) {
  w.f += 1.0f;
  w.d *= w.f;
  return w;
}
int main(void) {
  float complex f = 1.5f - 2.0f * I;
  double complex d = f;
  long double complex l = d * 3;
  printf("%g%+gi %g%+gi %Lg%+Lgi\n", crealf(half(f)), cimagf(half(f)), creal(turn(3, d)), cimag(turn(3, d)), creall(l),
         cimagl(l));
  l = add(l, d, f);
  printf("%Lg%+Lgi %g %d\n", creall(l), cimagl(l), (double)l, (int)d);
  struct wave w = both((struct wave){f, 2 + I}), all[2] = {w, {.d = w.d}};
  printf("%g%+gi %g%+gi %g%+gi\n", crealf(w.f), cimagf(w.f), creal(w.d), cimag(w.d), cimag(all[1].d), crealf(all[1].f));
  d -= 1;
  d /= I;
  d++;
  f = d;
  printf("%g%+gi %d %d %d %d\n", creal(d), cimag(d), d == f, d != 0, !d, (_Bool)(0 * I));
  double complex v[3] = {1, I, 1 + I}, sum = 0, *p = v;
  while (p < v + 3)
    sum += *p * (double)(p - v + 1), p++;
  printf("%g%+gi %g %zu %zu\n", creal(sum), cimag(sum), __imag__ v[2], sizeof f, sizeof l);
  printf("%g %g\n", creal(d ? d : 1), cimag(1 ? 2 : d));
  return 0;
}
