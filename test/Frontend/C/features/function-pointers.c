// Arrays of them, functions that return them, in structs and unions, as parameters, through casts and back, compared
// and called anyhow.
#include <math.h>
#include <stdio.h>
typedef int Operation(int, int);
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int mul(int a, int b) { return a * b; }
static Operation *const table[] = {add, sub, mul};
static int (*choose(char c))(int, int) { return c == '+' ? add : c == '-' ? &sub : *mul; }
static int fold(int n, const int *v, Operation f) {
  int r = *v;
  while (--n)
    r = f(r, *++v);
  return r;
}
struct shape {
  const char *name;
  double (*area)(const struct shape *);
  double a, b;
};
static double disc(const struct shape *s) { return 3 * s->a * s->a; }
static double box(const struct shape *s) { return s->a * s->b; }
static double integrate(double (*f)(double), double from, double to) {
  double sum = 0;
  for (int i = 0; i < 1000; i++)
    sum += f(from + (to - from) * (i + 0.5) / 1000);
  return sum * (to - from) / 1000;
}
static double square(double x) { return x * x; }
static void leave(void) { printf("left "); }
static int (*(*getters[2])(char))(int, int) = {choose, choose};
typedef void (*Any)(void);
static int recurse(int n, int (*self)(int, void *), void *data) {
  return n <= 1 ? 1 : n * (*(int *)data += 1, self(n - 1, data));
}
static int factorial(int n, void *data) { return recurse(n, factorial, data); }
int main(void) {
  const int v[] = {100, 7, 3, 2};
  for (unsigned i = 0; i < 3; i++)
    printf("%d ", fold(4, v, table[i]));
  printf("%d %d %d\n", choose('+')(1, 2), (*choose('-'))(1, 2), (***getters[1]('*'))(6, 7));
  struct shape shapes[] = {{"disc", disc, 2, 0}, {"box", box, 2, 5}};
  for (struct shape *s = shapes; s != shapes + 2; ++s)
    printf("%s %g ", s->name, s->area(s));
  printf("%.6f %.6f\n", integrate(square, 0, 3), integrate(sqrt, 0, 4));
  Any any = (Any)mul;
  Operation *back = (Operation *)any;
  void (*finish)(void) = leave;
  (finish ? finish : (Any)0)();
  int depth = 0;
  printf("%d %d %d %d\n", back(3, 4), back == mul, table[0] != add, !finish);
  printf("%d %d\n", factorial(6, &depth), depth);
  Operation *volatile hidden = add;
  printf("%d %zu\n", hidden(40, 2), sizeof hidden);
  return 0;
}
