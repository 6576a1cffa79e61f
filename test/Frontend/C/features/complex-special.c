// Products and quotients with infinities and NaNs follow Annex G: an infinite operand gives an infinite product.
#include <complex.h>
#include <math.h>
#include <stdio.h>
static void show(const char *what, double complex z) {
  // The sign of a NaN is nobody's business.
  double parts[2] = {creal(z), cimag(z)};
  printf("%s:", what);
  for (int i = 0; i < 2; i++)
    isnan(parts[i]) ? printf(" nan") : printf(" %g", parts[i]);
  printf("\n");
}
int main(void) {
  volatile double inf = INFINITY, zero = 0.0, nan_ = NAN, one = 1.0;
  double complex a, b;
  __real__ a = inf, __imag__ a = nan_;
  __real__ b = one, __imag__ b = one * 2;
  show("(inf+nan i) * (1+2i)", a * b);
  show("(inf+nan i) / (1+2i)", a / b);
  show("(1+2i) / (inf+nan i)", b / a);
  double complex none = zero;
  show("(1+2i) / 0", b / none);
  show("(1+2i) / 0.0", b / zero);
  __imag__ a = inf;
  show("(inf+inf i) * (1+2i)", a * b);
  show("(inf+inf i) * 2", a * 2.0);
  show("(1+2i) * 1e200 squared", b * 1e200 * (b * 1e200));
  double complex huge = b * 1e300, tiny = b * 1e-300;
  show("huge / huge", huge / (huge * 2));
  show("tiny / huge", tiny / huge);
  __imag__ a = -zero, __real__ a = -zero;
  show("-0-0i + 0", a + 0.0);
  show("-(-0-0i)", -a);
  printf("%d %d\n", signbit(creal(-a)) != 0, signbit(cimag(conj(a))) != 0);
  return 0;
}
