// _Float16 and __bf16 as storage: rounding on store, arithmetic, conversions, arguments and results.
#include <stdio.h>
#include <string.h>
static _Float16 half(_Float16 x) { return x / 2; }
static unsigned bits(_Float16 x) {
  unsigned short u;
  memcpy(&u, &x, 2);
  return u;
}
struct pixel {
  _Float16 r, g, b;
};
static struct pixel mix(struct pixel a, struct pixel b) { return (struct pixel){a.r + b.r, a.g * b.g, a.b - b.b}; }
int main(void) {
  _Float16 h = (_Float16)0.1f, big = (_Float16)65504.0f, v[4] = {1, 2, 3, 4};
  printf("%.9g %x %x %x\n", (double)h, bits(h), bits(half(h)), bits(big + big));
  h += 0.3f16;
  h *= 3;
  h++;
  printf("%.9g %d %d %d\n", (double)h, (int)h, h > 2, h == (_Float16)(float)h);
  struct pixel p = mix((struct pixel){v[0], v[1], v[2]}, (struct pixel){.g = v[3], .b = (_Float16)0.001});
  printf("%g %g %.9g %zu\n", (double)p.r, (double)p.g, (double)p.b, sizeof p);
  float sum = 0;
  for (int i = 0; i < 4; i++)
    sum += v[i] * h;
  printf("%.9g %.9g %d\n", (double)sum, (double)(float)(_Float16)2049, (int)(_Float16)-3.9f);
  return 0;
}
