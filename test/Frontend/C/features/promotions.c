// Narrow operands become int; mixed signs become unsigned of the wider rank; results come back narrow.
#include <stdio.h>
int main(void) {
  unsigned char uc = 200, ud = 100;
  signed char sc = -100;
  unsigned short us = 65535;
  short ss = -32768;
  unsigned ui = 1;
  long sl = -1;
  unsigned long ul = 1;
  printf("%d %d %d %d\n", uc + ud, (unsigned char)(uc + ud), uc * uc, sc - uc);
  uc += ud;
  sc -= 100;
  us++;
  ss--;
  printf("%d %d %d %d\n", uc, sc, us, ss);
  printf("%d %d %d %d\n", -1 < (int)ui, (unsigned)-1 < ui, sl < (long)ui, (unsigned long)sl < ul);
  printf("%d %d %d\n", ~uc, ~(unsigned short)0, -(unsigned char)1);
  printf("%d %d\n", (unsigned char)~uc >> 4, ~uc >> 4);
  printf("%u %lu %ld\n", ui - 2, ul - 2, sl - (long)ui);
  printf("%zu %zu %zu %zu\n", sizeof(uc + ud), sizeof(ui + sl), sizeof(uc ? ss : sc), sizeof('a'));
  char c = (char)200;
  printf("%d %d %d\n", c, c == 200, (unsigned char)c == 200);
  uc = 255;
  printf("%d ", uc++ == 255), printf("%d ", uc), printf("%d\n", --uc == 255);
  _Bool b = 0.5, d = (int)0.5, e = 256;
  b += b;
  e--;
  printf("%d %d %d %d\n", b, d, e, b - 2);
  printf("%lld %llu\n", (long long)(1u << 31), (unsigned long long)(int)(1u << 31));
  return 0;
}
