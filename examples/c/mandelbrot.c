//===- mandelbrot.c - complex numbers of C itself -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// _Complex float and double, creal and cimag, arithmetic with real and with complex operands, early exits from nested
// loops.
//
//===----------------------------------------------------------------------===//

#include <complex.h>
#include <stdio.h>

enum { kWidth = 70, kHeight = 24, kSteps = 300 };

static int escape_time(double complex c) {
  double complex z = 0;
  for (int n = 0; n < kSteps; n++) {
    z = z * z + c;
    if (creal(z) * creal(z) + cimag(z) * cimag(z) > 4.0)
      return n;
  }
  return kSteps;
}

// The same set in single precision, with the real and the imaginary part as lvalues.
static int escape_time_single(float complex c) {
  float complex z = 0.0f;
  int n = 0;
  while (n < kSteps && __real__ z * __real__ z + __imag__ z * __imag__ z <= 4.0f) {
    float old = __real__ z;
    __real__ z = old * old - __imag__ z * __imag__ z + crealf(c);
    __imag__ z = 2.0f * old * __imag__ z + cimagf(c);
    n++;
  }
  return n;
}

// A root of z^3 = 1 by Newton's method; the number of steps comes back through *steps.
static double complex newton(double complex z, int *steps) {
  for (*steps = 0; *steps < 50; ++*steps) {
    double complex change = (z * z * z - 1.0) / (3.0 * z * z);
    z -= change;
    if (cabs(change) < 1e-12)
      break;
  }
  return z;
}

int main(void) {
  static const char shades[] = " .,:;i1tfLCG08@";
  long total = 0, total_single = 0, differences = 0;
  for (int row = 0; row < kHeight; row++) {
    for (int column = 0; column < kWidth; column++) {
      double complex c = (-2.2 + 3.2 * column / kWidth) + (-1.2 + 2.4 * row / (kHeight - 1)) * I;
      int n = escape_time(c), m = escape_time_single((float complex)c);
      total += n;
      total_single += m;
      differences += n + 1 != m && n != m;
      putchar(n == kSteps ? '#' : shades[n % 15]);
    }
    putchar('\n');
  }
  printf("double %ld, single %ld, differences %ld\n", total, total_single, differences);

  const double complex starts[] = {2.0, -1.0 + 0.5 * I, -0.3 - 2.0 * I, __builtin_complex(0.1, 1.5)};
  double complex sum = 0;
  for (unsigned i = 0; i < sizeof starts / sizeof *starts; i++) {
    int steps;
    double complex root = newton(starts[i], &steps);
    sum += root * (i + 1);
    printf("from %.2f%+.2fi: %.9f%+.9fi in %d steps\n", creal(starts[i]), cimag(starts[i]), creal(root), cimag(root),
           steps);
  }
  printf("sum %.9f%+.9fi, conjugate %.9f%+.9fi, equal %d\n", creal(sum), cimag(sum), creal(conj(sum)), cimag(~sum),
         conj(sum) == ~sum);
  return 0;
}
