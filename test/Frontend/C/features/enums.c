// Negative, repeated, computed and large values; enums as indices, in comparisons, as bit masks, of more than 32 bits.
#include <limits.h>
#include <stdio.h>
enum level {
  LOW = -5,
  MIDDLE,
  HIGH = 10,
  HIGHER,
  ALSO_LOW = LOW,
  COMPUTED = (HIGHER - LOW) * 2 + sizeof(int),
  CHARACTER = 'c'
};
enum huge { NONE = 0, BIG = 0x100000000, BIGGER = BIG << 4 | 1 };
enum flags { A = 1 << 0, B = 1 << 1, TOP = 1u << 31 };
enum { kAnonymous = INT_MIN, kLast };
enum __attribute__((packed)) tiny { T0, T200 = 200 };
typedef enum { NO, YES } Answer;
static Answer invert(Answer a) { return !a; }
static int below(enum level l) { return l < 0; }
int main(void) {
  enum level l = LOW;
  printf("%d %d %d %d %d %d\n", l, MIDDLE, HIGHER, ALSO_LOW, COMPUTED, CHARACTER);
  printf("%zu %zu %zu %lld\n", sizeof(enum level), sizeof(enum huge), sizeof(enum tiny), (long long)BIGGER);
  for (l = LOW; l <= LOW + 6; l++)
    printf("%d", below(l));
  l = (enum level)1234;
  printf(" %d %d\n", l, below(-1));
  enum flags f = A | B;
  f |= TOP;
  f &= ~A;
  printf("%u %d %d\n", f, f > 0, (int)f < 0);
  enum tiny t = T200;
  t += 100;
  printf("%d %d %d\n", t, kLast, kLast - 1 == INT_MIN);
  static const char *const names[] = {[YES] = "yes", [NO] = "no"};
  printf("%s %s %d\n", names[invert(YES)], names[invert(invert(YES))], sizeof names / sizeof *names == YES + 1);
  enum huge h = BIG;
  h++;
  switch (h) {
  case BIG + 1:
    printf("big and one\n");
    break;
  default:
    printf("%lld\n", (long long)h);
  }
  enum level array[3] = {HIGH, LOW}, *p = array;
  p++;
  printf("%d %d %d\n", p[-1] + *p, p[1], array[NO] == HIGH);
  return 0;
}
