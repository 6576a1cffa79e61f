// A loop inside a switch, entered in the middle; and loops in which continue runs the condition.
#include <stdio.h>
static int copy(char *to, const char *from, int count) {
  int turns = (count + 3) / 4, steps = 0;
  switch (count % 4) {
  case 0:
    do {
      steps++;
      *to++ = *from++;
    case 3:
      *to++ = *from++;
    case 2:
      *to++ = *from++;
    case 1:
      *to++ = *from++;
    } while (--turns > 0);
  }
  return steps;
}
static int collatz(int n, int *odd) {
  int steps = 0;
  do {
    steps++;
    if (n % 2 == 0)
      continue; // goes to the condition
    ++*odd;
    n = 3 * n + 1;
  } while ((n /= 2) != 1);
  return steps;
}
// A coroutine: the state says where to go on.
static int next(int *state, int *i, int *j) {
  switch (*state) {
    for (*i = 0; *i < 3; ++*i) {
      for (*j = 0; *j < *i; ++*j) {
        *state = 1;
        return *i * 10 + *j;
      case 1:;
      }
      *state = 2;
      return -*i;
    case 2:;
    }
    *state = 3;
    break;
  case 0:
    *i = 0, *j = 5, *state = 1;
    return 100;
  }
  return 999;
}
int main(void) {
  char to[24];
  for (int n = 1; n < 23; n += 3) {
    int steps = copy(to, "abcdefghijklmnopqrstuvw", n);
    printf("%.*s %d\n", n, to, steps);
  }
  int odd = 0, steps = collatz(27, &odd), i, j, state = 0;
  printf("%d %d\n", steps, odd);
  for (int k = 0; k < 9; k++)
    printf("%d ", next(&state, &i, &j));
  printf("\n");
  return 0;
}
