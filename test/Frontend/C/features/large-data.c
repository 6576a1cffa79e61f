// Large static arrays, mostly zero; many initialized elements; a large struct; a function with much local memory; wide
// tables of strings.
#include <stdio.h>
#include <string.h>
static char zeros[1 << 26];
static int sparse[300000] = {[0] = 1, [299999] = 2, [150000 ... 150010] = 3};
#define T8(x) x, x + 1, x + 2, x * 3, x ^ 5, x / 2, -x, x % 7
#define T64(x) T8(x), T8(x + 8), T8(x + 16), T8(x + 24), T8(x + 32), T8(x + 40), T8(x + 48), T8(x + 56)
#define T512(x) T64(x), T64(x + 64), T64(x + 128), T64(x + 192), T64(x + 256), T64(x + 320), T64(x + 384), T64(x + 448)
static const int table[] = {T512(0), T512(512), T512(1024), T512(1536)};
static struct big {
  int n[1000];
  struct {
    short s[100];
    double d;
  } in[20];
} bigs[3] = {[1] = {.in[5].d = 2.5, .n[999] = 4}};
static struct big copy(struct big b, int i) {
  b.n[i] += i;
  b.in[i % 20].d *= 2;
  return b;
}
static long locals(int n) {
  int v[20000];
  long sum = 0;
  for (int i = 0; i < 20000; i++)
    v[i] = i ^ n;
  for (int i = 0; i < 20000; i += 7)
    sum = sum * 3 % 1000003 + v[i];
  return sum;
}
int main(void) {
  long sum = 0;
  for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
    sum = (sum * 5 + table[i]) % 1000000007;
  zeros[sizeof zeros - 1] = 1;
  for (size_t i = 0; i < sizeof zeros; i += 4095)
    sum += zeros[i];
  for (int i = 0; i < 300000; i++)
    sum += sparse[i] * i;
  printf("%ld %zu\n", sum, sizeof table / sizeof *table);
  bigs[2] = copy(copy(bigs[1], 999), 5);
  printf("%d %d %g %g %ld\n", bigs[2].n[999], bigs[2].n[5], bigs[2].in[5].d, bigs[1].in[5].d, locals(5));
  return 0;
}
