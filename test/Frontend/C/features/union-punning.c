// Bytes of one type read as another: through unions, memcpy, char pointers; unions by value and with a first member
// that is small.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
union number {
  float f;
  uint32_t u;
  unsigned char b[4];
  struct {
    unsigned fraction : 23, exponent : 8, sign : 1;
  };
};
union mixed {
  char c;
  double d;
  struct {
    short s[3];
    char last;
  } in;
  long double l;
};
static union number flip(union number n) {
  n.sign ^= 1;
  n.b[2] ^= 0x40;
  return n;
}
static float inverse_root(float x) {
  union number n = {x};
  n.u = 0x5f3759df - (n.u >> 1);
  return n.f * (1.5f - 0.5f * x * n.f * n.f);
}
int main(void) {
  union number n = {.u = 0x40490fdb}, m = flip(n), *p = &n;
  printf("%.9g %x %u %u %u | %.9g\n", (double)n.f, n.b[3], n.sign, n.exponent, n.fraction, (double)m.f);
  p->exponent += 2;
  printf("%.9g %.9g\n", (double)n.f, (double)inverse_root(2));
  union mixed x;
  memset(&x, 0, sizeof x);
  x.d = -1.5;
  x.in.s[0] = 0x1234;
  printf("%d %.17g %d %zu\n", x.c, x.d, x.in.last, sizeof x);
  union mixed y = x, z = {'c'};
  y.in.last = 127;
  printf("%.17g %.17g %d\n", x.d, y.d, z.in.s[0]);
  double d = 1.0;
  uint64_t bits;
  memcpy(&bits, &d, 8);
  for (int i = 0; i < 3; i++)
    bits++;
  memcpy(&d, &bits, 8);
  unsigned char *bytes = (unsigned char *)&d;
  bytes[7] |= 0x80;
  printf("%.17g %d\n", d, bytes[0]);
  return 0;
}
