// Loops whose end is of a wider type than the variable: unsigned variables wrap around and never get there.
#include <stdio.h>
static int upwards(unsigned long end) {
  int rounds = 0;
  for (unsigned i = 4294967290u; i < end; i++)
    if (++rounds == 20)
      break;
  return rounds;
}
static int leaving(unsigned long end, int *seen) {
  for (unsigned i = 4294967290u; i < end; i++) {
    if (*seen == 20) {
      printf("%u ", i);
      end = 0; // i is below no end any more
    }
    ++*seen;
  }
  return *seen;
}
static int downwards(unsigned start, unsigned long end) {
  int rounds = 0;
  for (unsigned i = start; i > end; i--)
    rounds++;
  return rounds;
}
static int constant(void) {
  int rounds = 0;
  for (unsigned i = 4294967294u; i < 4294967295ul; i++)
    rounds++;
  return rounds;
}
int main(void) {
  int seen = 0;
  printf("%d %d\n", upwards(4294967296ul), upwards(5));
  printf("%d\n", leaving(1ul << 40, &seen));
  printf("%d %d %d\n", downwards(5, ~0ul), downwards(5, 2), downwards(0, 0));
  printf("%d\n", constant());
  return 0;
}
