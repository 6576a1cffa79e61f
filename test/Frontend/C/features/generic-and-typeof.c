// _Generic after lvalue conversion, with qualified and derived types; typeof; statement expressions; __auto_type;
// _Static_assert anywhere.
#include <stddef.h>
#include <stdio.h>
#define kind(x)                                                                                                        \
  _Generic((x),                                                                                                        \
      int: 1,                                                                                                          \
      unsigned: 2,                                                                                                     \
      long: 3,                                                                                                         \
      float: 4,                                                                                                        \
      double: 5,                                                                                                       \
      char *: 6,                                                                                                       \
      const char *: 7,                                                                                                 \
      int (*)[3]: 8,                                                                                                   \
      int (*)(void): 9,                                                                                                \
      default: 0)
#define swap(a, b)                                                                                                     \
  do {                                                                                                                 \
    __typeof__(a) t_ = a;                                                                                              \
    a = b;                                                                                                             \
    b = t_;                                                                                                            \
  } while (0)
#define square(x)                                                                                                      \
  ({                                                                                                                   \
    __auto_type v_ = (x);                                                                                              \
    v_ *v_;                                                                                                            \
  })
static int f(void) { return 3; }
struct s {
  _Static_assert(sizeof(int) == 4, "in a struct");
  int a;
  float b[2];
};
static inline int size_of_int(int x) { return x, 10; }
static inline int size_of_double(double x) { return (int)x; }
int main(void) {
  const int ci = 1;
  short s = 2;
  int v[3] = {1, 2, 3};
  char text[] = "t";
  printf("%d%d%d%d%d%d%d%d%d%d\n", kind(ci), kind(s), kind(s + 1u), kind(1L), kind(1.f), kind('c' * 1.0), kind(text),
         kind((const char *)text), kind(&v), kind(f));
  printf("%d %d\n", _Generic(v, int *: 5, default: 6), _Generic(s, short: size_of_int, default: size_of_double)(7));
  _Static_assert(_Generic(1 ? (char)1 : (char)2, int: 1, char: 0), "promoted");
  __typeof__(v) w = {4, 5, 6};
  __typeof__(&w[0]) p = w;
  __typeof__(((struct s *)0)->b[0]) member = 1.5f;
  swap(v[0], w[2]);
  swap(s, *(short *)&(short){9});
  printf("%d %d %g %d %zu\n", v[0], *p, (double)member, s, sizeof(__typeof__(f())));
  int calls = 0;
  int r = square(({
            calls++;
            3 + calls;
          })) +
          ({
            int k = 0;
            for (int i = 0; i < 4; i++)
              k += i;
            k;
          });
  struct s made = ({
    struct s t = {5, {1, 2}};
    t.b[1] *= 4;
    t;
  });
  printf("%d %d %g %d\n", r, calls, (double)made.b[1], ({
           goto inside;
           1;
         inside:
           2;
         }));
  for (int i = 0; i < 5; i++) {
    int k = ({
      if (i == 2)
        continue;
      if (i == 4)
        break;
      i * 10;
    });
    printf("%d ", k);
  }
  printf("%d %zu\n", __builtin_types_compatible_p(__typeof__(ci), int), sizeof(struct {
           char c;
           _Alignas(16) int i;
         }));
  printf("%d %d\n", __builtin_choose_expr(sizeof(int) == 4, 11, "no"), __builtin_constant_p(3 * 4));
  return 0;
}
