// Labels as values: in automatic and static tables, as differences, through variables, in a loop, with locals alive
// across the jump.
#include <stdio.h>
static int run(const char *program) {
  static void *const static_table[] = {&&inc, &&dbl, &&neg, &&end};
  static const int offsets[] = {&&inc - &&inc, &&dbl - &&inc, &&neg - &&inc, &&end - &&inc};
  void *table[4] = {&&inc, [2] = &&neg, &&end};
  table[1] = static_table[1];
  int value = 1, steps = 0;
  void *at;
#define NEXT                                                                                                           \
  do {                                                                                                                 \
    int code = *program++ - 'a';                                                                                       \
    steps++;                                                                                                           \
    at = steps % 3 == 0 ? table[code] : steps % 3 == 1 ? static_table[code] : &&inc + offsets[code];                   \
    goto *at;                                                                                                          \
  } while (0)
  NEXT;
inc:
  value++;
  NEXT;
dbl:
  value *= 2;
  NEXT;
neg:
  value = -value;
  for (int i = 0; i < 3; i++)
    value += i;
  NEXT;
end:
  return value * 100 + steps;
}
static int choose(int n) {
  void *to = n > 5 ? &&large : &&small;
  int k = n * 2;
  goto *to;
  {
  small:
    k += 1000;
    if (n++ < 3)
      goto *to;
  }
large:
  return k + n;
}
int main(void) {
  printf("%d %d %d\n", run("d"), run("abcabcaabbd"), run("bbbbcccad"));
  for (int n = 0; n < 9; n += 2)
    printf("%d ", choose(n));
  printf("\n");
  return 0;
}
