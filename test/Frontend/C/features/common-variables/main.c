// -fcommon: several files declare a variable without an initial value; it is one. A name may be static in each file.
#include <stdio.h>
int shared, list[3];
int initialized;
struct pair {
  int a, b;
} pair;
static int local = 1;
int other(void);
int main(void) {
  shared = 5;
  pair.b = 6;
  int result = other();
  printf("%d %d %d %d %d\n", result, list[2], initialized, pair.a, local);
  return 0;
}
