// FLAGS: -ftrivial-auto-var-init=zero
// Variables that are given no value start as zero, each time their declaration is reached.
#include <stdio.h>
#include <string.h>

struct S {
  int a;
  double b[3];
  union {
    long l;
    char c[24];
  } u;
};

static void use_the_stack(int n) {
  volatile char junk[2000];
  for (int i = 0; i < 2000; i++)
    junk[i] = i * n + 1;
}

static double scalars(int n) {
  int x;
  float f;
  char *p;
  _Bool t;
  _Complex double z;
  if (n > 100)
    x = n;
  return x + f + (p != 0) + t + __real__ z + __imag__ z;
}

static int aggregates(int n) {
  struct S s, many[3];
  int array[n], fixed[2][5];
  int sum = s.a + (int)s.b[2] + (int)s.u.l + many[2].u.c[20];
  for (int i = 0; i < n; i++)
    sum += array[i] + fixed[i % 2][i % 5];
  return sum;
}

static int each_time(int n) {
  int total = 0;
  for (int i = 0; i < n; i++) {
    int count;
    count += i;
    total += count;
  }
  return total;
}

int main(void) {
  use_the_stack(3);
  printf("%g\n", scalars(5));
  use_the_stack(5);
  printf("%d\n", aggregates(40));
  use_the_stack(7);
  printf("%d\n", each_time(10));
  return 0;
}
