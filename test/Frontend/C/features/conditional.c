// Nested ?:, GNU's a ?: b, mixed types of the branches, void branches, structs, pointers and null, conditions of every
// type.
#include <stdio.h>
struct s {
  int a;
  double b;
};
static int calls;
static int once(int x) { return calls++, x; }
static void a(void) { printf("a "); }
static void b(void) { printf("b "); }
static const char *size(int n) {
  return n < 0 ? "negative" : n == 0 ? "zero" : n < 10 ? n == 5 ? "five" : "small" : n < 100 ? "middle" : "large";
}
int main(void) {
  for (int i = -1; i < 200; i = i * 2 + 3 + (i == 1))
    printf("%s ", size(i));
  printf("%d %d %d\n", once(7) ?: once(8), once(0) ?: once(9), calls);
  int yes = once(1), no = !yes;
  printf("%g %g %ld %d\n", yes ? 1 : 2.5, no ? 1 : 2.5, yes ? -1 : 0L, (yes ? -1 : 0u) > 0);
  yes ? a() : b();
  no ? (void)0 : b();
  struct s x = {1, 2}, y = {3, 4};
  printf("%g %d\n", (yes ? x : y).b, (no ? x : y).a);
  (yes ? &x : &y)->a = 50;
  int *p = no ? 0 : &y.a;
  const void *q = yes ? (void *)p : (const char *)"c";
  printf("%d %d %d\n", x.a, *p, q == p);
  const char *text = NULL ?: "default", *other = "given" ?: text;
  printf("%s %s %d\n", text, other, (0.0 ? 1 : 2) + (p ? 10 : 20) + (-0.0f ? 100 : 200) + (other ? 1000 : 0));
  int i = 3, r = i > 2 ? i++, i * 2 : (i = 0);
  r += (i == 4 ? once : once)(5) ? i ? 7 : 8 : 9;
  printf("%d %d %s\n", i, r, &"no\0yes"[(i > 1) * 3]);
  long double ld = yes ? 1 : 2.0L;
  _Bool flag = no ? 3 : 0.5;
  char c = yes ? 'x' : 1000;
  printf("%Lg %d %c %zu %zu\n", ld, flag, c, sizeof(yes ? c : c), sizeof(yes ? 'c' : 1L));
  return 0;
}
