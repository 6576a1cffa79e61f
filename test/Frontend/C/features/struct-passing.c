// One struct for each way the x86-64 convention passes them: in integer, in SSE, in both kinds of registers, on x87, in
// memory.
#include <stdio.h>
#define STRUCTS(X)                                                                                                     \
  X(I1, char a, 1)                                                                                                     \
  X(I3, char a[3], 2)                                                                                                  \
  X(I6, short a[3], 3)                                                                                                 \
  X(I8, int a; char b, 4)                                                                                              \
  X(I12, int a[3], 5)                                                                                                  \
  X(I16, long a; int *b, 6)                                                                                            \
  X(F4, float a, 7)                                                                                                    \
  X(F8, float a; float b, 8)                                                                                           \
  X(F12, float a[3], 9)                                                                                                \
  X(D16, double a; float b, 10)                                                                                        \
  X(IF, int a; float b, 11)                                                                                            \
  X(ID, char a; double b, 12)                                                                                          \
  X(DI, double a; short b, 13)                                                                                         \
  X(FI, float a; float b; long c, 14)                                                                                  \
  X(M20, int a[5], 15)                                                                                                 \
  X(M24, double a[3], 16)                                                                                              \
  X(                                                                                                                   \
      U8,                                                                                                              \
      union {                                                                                                          \
        int i;                                                                                                         \
        float f;                                                                                                       \
      } a;                                                                                                             \
      int b, 19)                                                                                                       \
  X(                                                                                                                   \
      N,                                                                                                               \
      struct {                                                                                                         \
        char c;                                                                                                        \
        struct {                                                                                                       \
          float f;                                                                                                     \
        } in;                                                                                                          \
      } a;                                                                                                             \
      double d, 20)
#define DEFINE(name, members, n)                                                                                       \
  typedef struct {                                                                                                     \
    members;                                                                                                           \
  } name;                                                                                                              \
  __attribute__((noinline)) static name next_##name(int before, name s, double between, name t, long after) {          \
    unsigned char *p = (unsigned char *)&s, *q = (unsigned char *)&t;                                                  \
    for (unsigned i = 0; i < sizeof s.a; i++)                                                                          \
      p[i] = (unsigned char)(p[i] + q[i] + before + (int)between + (int)after);                                        \
    return s;                                                                                                          \
  }
STRUCTS(DEFINE)
#define CALL(name, members, n)                                                                                         \
  {                                                                                                                    \
    name s = {0}, t = {0};                                                                                             \
    for (unsigned i = 0; i < sizeof s.a; i++)                                                                          \
      ((unsigned char *)&s.a)[i] = (unsigned char)(i * n + 1), ((unsigned char *)&t.a)[i] = (unsigned char)(i + n);    \
    name r = next_##name(n, s, n + 0.5, t, 2 * n);                                                                     \
    printf("%s %zu:", #name, sizeof r);                                                                                \
    for (unsigned i = 0; i < sizeof r.a; i++)                                                                          \
      printf(" %d", ((unsigned char *)&r.a)[i]);                                                                       \
    printf("\n");                                                                                                      \
  }
// x87: the bytes of a long double are no plain numbers, so these are tested with values.
typedef struct {
  long double a;
} L16;
typedef struct {
  int a;
  long double b;
} L32;
__attribute__((noinline)) static L16 next_L16(int before, L16 s, double between, L16 t, long after) {
  s.a += t.a * before + between - after;
  return s;
}
__attribute__((noinline)) static L32 next_L32(L32 s, L16 middle, L32 t) {
  return (L32){s.a + t.a, s.b * middle.a - t.b};
}
int main(void) {
  STRUCTS(CALL)
  L16 l = next_L16(3, (L16){0.1L}, 0.5, (L16){1e-17L}, 7);
  L32 m = next_L32((L32){1, 2.5L}, l, (L32){3, 0.3L});
  printf("%.20Lg %d %.20Lg\n", l.a, m.a, m.b);
  return 0;
}
