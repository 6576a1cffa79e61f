#include "convention.h"

#include <stdio.h>
#include <string.h>

// Bytes that are all different, but small enough that every floating member is a normal number.
static void fill(void *p, size_t size, int seed) {
  for (size_t i = 0; i < size; i++)
    ((unsigned char *)p)[i] = (unsigned char)(i % 2 ? 0x3c + (seed + i) % 4 : 17 * seed + 3 * i);
}

static int failures;

// What a member holds has to come back; padding need not. So each is compared through a copy of its members.
#define MEMBERS(X)                                                                                                     \
  X(S1, a)                                                                                                             \
  X(S3, a) X(S6, a) X(S6, c) X(S7, a) X(S7, b) X(S9, a) X(S9, b) X(S12, a) X(S12, c) X(S16, a) X(S16, b) X(S17, b)     \
      X(S17, c) X(F1, a) X(F2, b) X(F3, a) X(F4, a) X(F4, d) X(F5, a) X(D1, a) X(D2, b) X(D3, a) X(DF, a) X(DF, b)     \
          X(IF, a) X(IF, b) X(FFI, b) X(FFI, c) X(CD, a) X(CD, b) X(DL, a) X(DL, b) X(LI, b) X(Q1, a) X(IQ, a)         \
              X(IQ, b) X(CF, a) X(CFF, a) X(CFF, b) X(CC, a) X(Nested, a) X(Nested, c.b) X(Nested, d) X(BitsF, b)      \
                  X(Empty, a) X(Packed, a) X(Packed, b) X(Aligned, a) X(UIF, a) X(UDF, a) X(USD, s.a) X(USD, s.b)      \
                      X(U12, a) X(U24, b) X(H2, a) X(H2, b)

#define CHECK(type, member)                                                                                            \
  {                                                                                                                    \
    type v[4], got[5];                                                                                                 \
    double sums[4];                                                                                                    \
    for (int i = 0; i < 4; i++)                                                                                        \
      memset(&v[i], 0, sizeof v[i]), fill(&v[i].member, sizeof v[i].member, i + 1);                                    \
    got[4] = alone_##type(v[2]);                                                                                       \
    got[0] = behind_##type(-1, -2, -3, -4, 300.5, v[0], v[1], 5, v[2], 0.25, v[3], &sums[0]);                          \
    got[1] = behind_##type(1, 2, 3, 4, 100.5, v[0], v[1], 5, v[2], 0.25, v[3], &sums[1]);                              \
    got[2] = behind_##type(1, 2, 3, 4, 20.5, v[0], v[1], 5, v[2], 0.25, v[3], &sums[2]);                               \
    got[3] = behind_##type(1, 2, 3, 4, -1, v[0], v[1], 5, v[2], 0.25, v[3], &sums[3]);                                 \
    int wrong = memcmp(&got[4].member, &v[2].member, sizeof v[0].member) != 0;                                         \
    for (int i = 0; i < 4; i++)                                                                                        \
      wrong += memcmp(&got[i].member, &v[i].member, sizeof v[0].member) != 0;                                          \
    printf("%s %zu: %d wrong, sums %g %g %g %g\n", #type "." #member, sizeof(type), wrong, sums[0], sums[1], sums[2],  \
           sums[3]);                                                                                                   \
    failures += wrong;                                                                                                 \
  }

#define CHECK_SCALAR(type, name)                                                                                       \
  {                                                                                                                    \
    type v[4] = {(type) - 1, (type)1, (type)0.75, (type)100};                                                          \
    double sum;                                                                                                        \
    int wrong = alone_##name(v[3]) != v[3];                                                                            \
    wrong += behind_##name(-1, -2, -3, -4, 300.5, v[0], v[1], 5, v[2], 0.25, v[3], &sum) != v[0];                      \
    wrong += behind_##name(1, 2, 3, 4, 100.5, v[0], v[1], 5, v[2], 0.25, v[3], &sum) != v[1];                          \
    wrong += behind_##name(1, 2, 3, 4, 20.5, v[0], v[1], 5, v[2], 0.25, v[3], &sum) != v[2];                           \
    wrong += behind_##name(1, 2, 3, 4, -1, v[0], v[1], 5, v[2], 0.25, v[3], &sum) != v[3];                             \
    printf("%s: %d wrong, %g\n", #type, wrong, sum);                                                                   \
    failures += wrong;                                                                                                 \
  }

#define CHECK_DOTS(type, ...)                                                                                          \
  {                                                                                                                    \
    static type v;                                                                                                     \
    type w = __VA_ARGS__;                                                                                              \
    memcpy(&v, &w, sizeof v);                                                                                          \
    printf("%s ", #type), printf("%d\n", dots_##type(6, v, 1.5, v, 2.5, v, 3.5, v, 4.5, v, 5.5, v));                   \
  }

int main(void) {
  MEMBERS(CHECK)
  SCALARS(CHECK_SCALAR)
  L1 l = alone_L1((L1){-0.1L});
  LI li = alone_LI((LI){1e300L, 5});
  Bits bits = alone_Bits((Bits){5, 1 << 28, -3});
  BitsF bits_f = alone_BitsF((BitsF){1UL << 39, 2});
  Tiny tiny = alone_Tiny((Tiny){true, MINUS, 200});
  printf("%Lg %Lg %d %d %d %d %ld %d %d %d\n", l.a, li.a, li.b, bits.a, bits.b, bits.c, (long)bits_f.a, tiny.a, tiny.b,
         tiny.c);
  CHECK_DOTS(S1, {1})
  CHECK_DOTS(S3, {{1, 2, 3}})
  CHECK_DOTS(S12, {1, 2, 3})
  CHECK_DOTS(S17, {1, 2, 3})
  CHECK_DOTS(F2, {1, 2})
  CHECK_DOTS(F3, {{1, 2, 3}})
  CHECK_DOTS(D2, {1, 2})
  CHECK_DOTS(D3, {{1, 2, 3}})
  CHECK_DOTS(IF, {1, 2})
  CHECK_DOTS(CF, {1 + 2 * I})
  CHECK_DOTS(Q1, {-5})
  CHECK_DOTS(UDF, {0.5})
  CHECK_DOTS(U24, {{1, 2}})
  CHECK_DOTS(Aligned, {7})
  printf("%d %d %d %d\n", dots_I(3, -1, 1.5, -1, 2.5, -1), dots_L(3, 1L << 40, 1.5, 1L << 40, 2.5, 1L << 40),
         dots_D(2, 0.1, 1.5, 0.1), dots_DC(3, 1 + 2 * I, 1.5, 1 + 2 * I, 2.5, 1 + 2 * I));
  printf("%d\n", dots_Q(4, (i128)-9, 1.5, (i128)-9, 2.5, (i128)-9, 3.5, (i128)-9));
  S12 s = table.by_value((S12){1, 2, 3}, (F3){{10, 20, 30}});
  printf("%s %d %d %d %g %d %d %d\n", table.name, s.a, s.b, s.c,
         table.variadic("idsidsids", 1, 2.5, "a", 4, 5.5, "b", 7, 8.5, "c"), table.bits[0].b, table.bits[0].c,
         table.bits[1].a);
  return failures;
}
