//===- fourier.c - the fast Fourier transform, recursive and in place -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Complex arrays, variable-length arrays on the stack, bit reversal, a strided recursion; both must agree with the
// definition.
//
//===----------------------------------------------------------------------===//

#include <complex.h>
#include <math.h>
#include <stdio.h>

typedef double complex cplx;

static const double kPi = 3.14159265358979323846;

static cplx turn(int k, int n) { return cos(2 * kPi * k / n) - sin(2 * kPi * k / n) * I; }

// Reads every stride-th element.
static void recursive(int n, cplx *restrict out, const cplx *restrict in, int stride) {
  if (n == 1) {
    *out = *in;
    return;
  }
  cplx even[n / 2], odd[n / 2];
  recursive(n / 2, even, in, 2 * stride);
  recursive(n / 2, odd, in + stride, 2 * stride);
  for (int k = 0; k < n / 2; k++) {
    cplx t = turn(k, n) * odd[k];
    out[k] = even[k] + t;
    out[k + n / 2] = even[k] - t;
  }
}

static unsigned reverse_bits(unsigned x, int bits) {
  unsigned result = 0;
  while (bits--) {
    result = result << 1 | (x & 1);
    x >>= 1;
  }
  return result;
}

static void in_place(int bits, cplx v[]) {
  const int n = 1 << bits;
  for (int i = 0; i < n; i++) {
    int j = (int)reverse_bits((unsigned)i, bits);
    if (i < j) {
      cplx t = v[i];
      v[i] = v[j];
      v[j] = t;
    }
  }
  for (int half = 1; half < n; half <<= 1)
    for (int start = 0; start < n; start += 2 * half)
      for (int k = 0; k < half; k++) {
        cplx a = v[start + k], b = v[start + k + half] * turn(k, 2 * half);
        v[start + k] = a + b;
        v[start + k + half] = a - b;
      }
}

static void by_definition(int n, cplx out[n], const cplx in[n]) {
  for (int k = 0; k < n; k++) {
    out[k] = 0;
    for (int j = 0; j < n; j++)
      out[k] += in[j] * turn((int)((long)j * k % n), n);
  }
}

static double distance(int n, const cplx *a, const cplx *b) {
  double largest = 0;
  for (int i = 0; i < n; i++)
    largest = fmax(largest, cabs(a[i] - b[i]));
  return largest;
}

int main(void) {
  for (int bits = 0; bits <= 8; bits += 2) {
    const int n = 1 << bits;
    cplx in[n], fast[n], placed[n], slow[n], back[n];
    for (int i = 0; i < n; i++)
      placed[i] = in[i] = (i * 7 % 13) - 6.0 + (i % 3 ? 0.25 * i : -1.0) * I;
    recursive(n, fast, in, 1);
    in_place(bits, placed);
    by_definition(n, slow, in);
    for (int i = 0; i < n; i++)
      back[i] = conj(fast[i]);
    in_place(bits, back);
    for (int i = 0; i < n; i++)
      back[i] = conj(back[i]) / n;
    printf("n = %3d, %zu bytes: X[0] %.12g%+.12gi, X[n-1] %.9f%+.9fi, errors %d %d %d\n", n, sizeof in, creal(fast[0]),
           cimag(fast[0]), creal(fast[n - 1]), cimag(fast[n - 1]), distance(n, fast, placed) > 1e-9,
           distance(n, fast, slow) > 1e-8, distance(n, in, back) > 1e-10);
  }
  return 0;
}
