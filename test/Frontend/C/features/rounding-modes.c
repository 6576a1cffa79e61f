// Rounding modes and exceptions that the program sets and reads: nothing is computed beforehand at any level.
#include <fenv.h>
#include <math.h>
#include <stdio.h>

#pragma STDC FENV_ACCESS ON

static double third(void) { return 1.0 / 3.0; }
static float sum(void) { return 1.0f + 1e-10f; }

int main(void) {
  static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  volatile double one = 1, three = 3, zero = 0;
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    double quotient = one / three, rounded = rint(0.5), constant = third();
    float added = sum();
    long down = lrint(-2.5), up = lrint(2.5);
    fesetround(FE_TONEAREST);
    printf("%a %a %a %g %ld %ld\n", quotient, constant, (double)added, rounded, down, up);
  }
  feclearexcept(FE_ALL_EXCEPT);
  volatile double infinite = one / zero;
  int divided = fetestexcept(FE_DIVBYZERO) != 0;
  feclearexcept(FE_ALL_EXCEPT);
  volatile double inexact = one / three;
  int lost = fetestexcept(FE_INEXACT) != 0;
  printf("%d %g %d %g\n", divided, infinite, lost, inexact);
  return 0;
}
