// Stores into bit-fields: neighbours stay, values wrap, the value of the assignment is that of the field; across units
// and packed.
#include <stdio.h>
#include <string.h>
struct a {
  unsigned x : 3;
  signed y : 5;
  unsigned long z : 33;
  _Bool b : 1;
  short s : 9;
  unsigned : 0;
  char c;
  unsigned t : 7;
};
struct __attribute__((packed)) p {
  unsigned a : 5;
  unsigned long long b : 50;
  int c : 21;
};
enum color { RED, GREEN = 3 };
struct e {
  enum color c : 2;
  unsigned u : 31;
};
static void dump(const void *data, size_t size) {
  for (const unsigned char *c = data; size--; c++)
    printf("%02x", *c);
  printf("\n");
}
int main(void) {
  struct a v;
  memset(&v, 0x5a, sizeof v);
  int got = v.x = 13;
  int negative = v.y = 17;
  long big = v.z = 0x3ffffffffUL;
  v.s = 511;
  v.b = 42;
  v.t--;
  printf("%d %d %ld %d %d %d %d\n", got, negative, big, v.s, v.b, v.t, v.c);
  v.x += 6, v.y *= 2, v.z++, v.s *= 3;
  printf("%d %d %lu %d %d\n", v.x++, v.y, (unsigned long)v.z, v.s, v.t);
  v.c = 0, v.t = 0;
  dump(&v, 8);
  struct p q = {.b = 0x3ffffffffffffULL, .c = -3};
  q.a = 10;
  q.b ^= 0x5555;
  q.c >>= 1;
  printf("%d %llx %d %zu\n", q.a, (unsigned long long)q.b, q.c, sizeof q);
  struct e e = {GREEN, 0};
  e.u -= 2;                                                           // the difference is an int, and wraps when stored
  printf("%d %d %d %zu\n", e.c, e.u, e.u - 0x7fffffff < 0, sizeof e); // a field of 31 bits promotes to int
  printf("%d\n", (v.x = 1, v.x) ? v.x << 30 >> 29 : 0);
  return 0;
}
