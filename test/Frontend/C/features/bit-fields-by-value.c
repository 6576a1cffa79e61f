// Structs of bit-fields as arguments, results, array elements, in unions; volatile ones; of every type; compared after
// packing.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef struct {
  uint16_t red : 5, green : 6, blue : 5;
} Color;
typedef struct {
  int64_t sign : 1, exponent : 11;
  uint64_t fraction : 52;
} Parts;
typedef struct {
  unsigned a : 1, : 6, b : 25;
  double d;
  signed char c : 4, e : 4;
} Mixed;
static const Color palette[] = {{31, 0, 0}, {.blue = 17, .green = 40}, {1, 2, 3}};
static Color blend(Color x, Color y) {
  return (Color){(x.red + y.red) / 2, (x.green + y.green) / 2, (x.blue + y.blue) / 2};
}
static Mixed turn(Mixed m, int by) {
  m.b += by;
  m.c--;
  m.e = -m.c;
  m.d *= m.b;
  return m;
}
static int weight(Color c) { return c.red + 100 * c.green + 10000 * c.blue; }
union word {
  Color c;
  uint16_t w;
  struct {
    uint8_t low : 4, high : 4, rest;
  };
};
int main(void) {
  Color c = blend(palette[0], blend(palette[1], palette[2]));
  union word w = {.c = c}, x = {.w = 0xfedc};
  printf("%d %x %d %d %d\n", weight(c), w.w, weight(x.c), x.high, x.low);
  double d = -6.25;
  Parts p;
  memcpy(&p, &d, sizeof p);
  printf("%d %d %llx\n", (int)p.sign, (int)(p.exponent & 0x7ff), (unsigned long long)p.fraction);
  uint64_t bits;
  memcpy(&bits, &d, 8);
  printf("%d\n", (int)(bits >> 52 & 0x7ff) - 1023);
  Mixed m = turn(turn((Mixed){1, 5, 0.5, -8, 7}, 3), -100), *q = &m;
  printf("%d %d %g %d %d\n", m.a, m.b, m.d, q->c, q->e);
  volatile Color v = {1, 2, 3};
  v.green = v.red + v.blue;
  v.red++, ++v.blue, v.green -= 5;
  Color copy = {v.red, v.green, v.blue}, all[3] = {copy};
  all[1] = all[0], all[1].red ^= 31, all[2].green |= all[1].red;
  printf("%d %d %d\n", weight(copy), weight(all[1]), weight(all[2]));
  int sum = 0;
  for (const Color *i = palette; i < palette + 3; i++)
    sum = sum * 3 + weight(*i);
  printf("%d %d\n", sum, (all[0].red = 40) + (all[0].green = 100));
  return 0;
}
