// Much of everything: long else-if chains, deep blocks, deep parentheses, many arguments, many locals, long
// initializers, long strings.
#include <stdio.h>
#define P4(x) ((((x) + 1) * 3) ^ 5)
#define P16(x) P4(P4(P4(P4(x))))
#define P64(x) P16(P16(P16(P16(x))))
static unsigned chain(unsigned x) {
  if (x == 0)
    return 1;
#define C(n) else if (x == n) return x * n + 7;
#define C10(n) C(n) C(n + 1) C(n + 2) C(n + 3) C(n + 4) C(n + 5) C(n + 6) C(n + 7) C(n + 8) C(n + 9)
  C10(1) C10(11) C10(21) C10(31) C10(41) C10(51) C10(61) C10(71) C10(81) else return 0;
}
static int many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m, int n, int o,
                int p, double q, float r, double s, double t, double u, double v, double w, double x, double y,
                char z) {
  return a - b + c * d - e + f * g - h + i - j + k - l * m + n - o + p + (int)(q + r - s * t + u - v + w * x - y) + z;
}
static int blocks(int n) {
#define B(k)                                                                                                           \
  {                                                                                                                    \
    int v = n + k;                                                                                                     \
    if (v & 1) {                                                                                                       \
      n ^= v;
#define E                                                                                                              \
  }                                                                                                                    \
  }
  B(1)
  B(2) B(3) B(4) B(5) B(6) B(7) B(8) B(9) B(10) B(11) B(12) B(13) B(14) B(15) B(16)
      E E E E E E E E E E E E E E E E return n;
}
static int loops(void) {
  int s = 0;
#define L(v) for (int v = 0; v < 2; v++)
  L(a)
  L(b) L(c) L(d) L(e) L(f) L(g) L(h) L(i) L(j) L(k) L(l) s =
      s * 3 + (a ^ b ^ c ^ d ^ e ^ f) - (g & h & i) + (j | k | l),
                                                         s %= 10007;
  return s;
}
int main(void) {
  unsigned sum = 0;
  for (unsigned x = 0; x < 100; x++)
    sum += chain(x);
  printf("%u %u\n", sum, P64(sum));
  printf("%d\n", many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1.5, 2.5f, 3, 4, 5, 6, 7, 8, 9.75, 'z'));
  for (int n = 0; n < 8; n++)
    printf("%d ", blocks(n));
  int x = 5;
  printf("%d %d\n", loops(), x > 1 ? x > 2 ? x > 3 ? x > 4 ? x > 5 ? 6 : 5 : 4 : 3 : 2 : 1);
  printf("%d\n", ((((((((((((((((((((((((((((((((x)))))))))))))))))))))))))))))))));
  return 0;
}
