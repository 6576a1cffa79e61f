// The place that is changed is computed once: compound assignments and ++ through calls, indices and pointers with
// effects.
#include <stdio.h>
static int calls;
static int v[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static struct s {
  int x : 7;
  float f;
  char c[4];
  struct s *next;
} a = {1, 2, {3}, &a};
static int *at(int i) { return calls++, &v[i]; }
static struct s *get(void) { return calls++, &a; }
static int index_(int i) { return calls += 10, i; }
int main(void) {
  *at(1) += 5;
  ++*at(2), (*at(3))++;
  v[index_(4)] <<= 2;
  get()->x -= 3;
  get()->next->f *= 1.5f;
  get()->c[index_(1)] += 300;
  printf("%d %d %d %d %d %d %g %d\n", calls, v[1], v[2], v[3], v[4], a.x, (double)a.f, a.c[1]);
  int i = 0, *p = v;
  v[i++] += 10;
  *p++ *= 2;
  *++p -= 100;
  (*p--)--;
  p[i++] ^= 0xff, i[p] = i ? 3 : 4;
  printf("%d %td", i, p - v);
  for (int k = 0; k < 8; k++)
    printf(" %d", v[k]);
  char text[] = "abc", *t = text;
  while (*t)
    *t++ -= 32;
  printf(" %s\n", text);
  calls = 0;
  size_t none = sizeof(calls++) + sizeof v[index_(100)] + _Alignof(int) + sizeof(struct { int k[2]; });
  int r = (at(0), *at(5)) + (i = 1, v[i] = 7, v[i++]);
  printf("%zu %d %d %d\n", none, calls, r, i);
  double d = 1;
  int n = 5;
  d += n++ / 2, n *= d -= 0.5, n -= n > 10 ? 10 : -10;
  printf("%g %d\n", d, n);
  return 0;
}
