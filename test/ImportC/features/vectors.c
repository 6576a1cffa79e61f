// GNU vector types: arithmetic, comparison masks, indexing, shuffles, conversions, by value, in structs and unions,
// with scalars.
#include <stdio.h>
#include <string.h>
typedef float f4 __attribute__((vector_size(16)));
typedef int i4 __attribute__((vector_size(16)));
typedef double d4 __attribute__((vector_size(32)));
typedef unsigned char b16 __attribute__((vector_size(16)));
struct both {
  f4 f;
  int n;
};
static f4 scale(f4 v, float by) { return v * by + 1.0f; }
static struct both bump(struct both b) {
  b.f[b.n] += 100;
  b.n++;
  return b;
}
static float total(f4 v) {
  float sum = 0;
  for (int i = 0; i < 4; i++)
    sum += v[i];
  return sum;
}
int main(void) {
  f4 a = {1, 2, 3, 4}, b = scale(a, 0.5f), c = a - b;
  i4 mask = a > c + 2, n = {10, -20, 30, -40};
  printf("%g %g %g %d %d\n", (double)total(b), (double)total(a * b / c), (double)c[3], mask[0], mask[3]);
  n = n / 3 % 5 << 2 | 1;
  n[2] = ~n[2];
  n += (i4){1, 1, 1, 1};
  printf("%d %d %d %d\n", n[0], n[1], n[2], n[3]);
  f4 chosen = (f4)(((i4)a & mask) | ((i4)b & ~mask));
  f4 shuffled = __builtin_shufflevector(a, b, 3, 0, 4, 7);
  printf("%g %g %g\n", (double)total(chosen), (double)shuffled[0], (double)shuffled[3]);
  struct both s = bump(bump((struct both){a, 1}));
  printf("%g %g %d %zu\n", (double)s.f[1], (double)s.f[2], s.n, sizeof s);
  d4 d = __builtin_convertvector(a, d4) / 3;
  printf("%.17g %.17g %zu\n", d[0], d[3], sizeof d);
  b16 bytes;
  memset(&bytes, 200, sizeof bytes);
  bytes += 100;
  bytes[5] >>= 1;
  printf("%d %d\n", bytes[0], bytes[5]);
  f4 minus = -a, *p = &minus;
  (*p)[1] = 0;
  printf("%g %g %d\n", (double)total(minus), (double)(*p)[0], (a == a)[2]);
  return 0;
}
