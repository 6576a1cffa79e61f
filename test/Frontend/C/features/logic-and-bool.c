// _Bool from everything, !, comparison of pointers, floats and NaNs as conditions, bit operations on bools, short
// circuits as values.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
static bool from_double(double d) { return d; }
static bool from_pointer(const void *p) { return p; }
static int truth(bool b) { return b ? 1 : -1; }
struct flags {
  bool a, b;
  _Bool bits : 1;
};
int main(void) {
  volatile double nan_ = NAN, tiny = 1e-320, minus = -0.0;
  printf("%d%d%d%d ", from_double(nan_), from_double(tiny), from_double(minus), from_double(0.25));
  printf("%d%d%d ", from_pointer(""), from_pointer(NULL), truth(256));
  printf("%d%d%d%d%d%d ", nan_ == nan_, nan_ != nan_, nan_ < 1, !(nan_ >= 1), nan_ > 1 || nan_ <= 1, !nan_);
  printf("%d%d\n", nan_ ? 1 : 2, minus ? 1 : 2);
  bool b = 5, c = b + b, d = b & 2, e = !b ^ 1;
  b++;
  c -= 1;
  c -= 1;
  d |= 4;
  e <<= 3;
  printf("%d%d%d%d %d %d %zu\n", b, c, d, e, ~b, -b, sizeof(b + b));
  struct flags f = {2, 0.1, 1}, g = {f.a, !f.b, f.bits};
  g.bits ^= 1;
  f.bits = 7;
  printf("%d%d%d%d%d %zu\n", f.b, g.b, g.bits, f.bits, f.a == g.a, sizeof f);
  int i = 4, j = 0, k = i && (j = 3) && !(k = 0), l = (i || (j = 9)) + (j == 3);
  printf("%d %d %d %d\n", i, j, k, l);
  unsigned char bytes[2] = {1, 0};
  bool *p = (bool *)bytes;
  printf("%d %d %d\n", p[0] + p[1], p[0] == true, (p[0] && !p[1]) << 4);
  int a = 3, n = 0;
  while (a-- && ++n < 10)
    if (!(a & 1) == (a != 1))
      n += 2;
  printf("%d %d %d\n", a, n, (5 < 4) == (0 < 1));
  printf("%d %d %d\n", (3 > 2) > 1, (1 == 1) != 0, (1 & 2) == 2);
  return 0;
}
