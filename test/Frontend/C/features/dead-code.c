// Labels and cases in code that looks unreachable, code after return, loops that never run, conditions that are
// constants.
#include <stdio.h>
static int hidden(int x) {
  if (x == 1)
    goto inside;
  if (x == 2)
    goto loop;
  return -1;
  if (0) {
  inside:
    x += 10;
  }
  while (0) {
  loop:
    x += 100;
  }
  return x;
  x = 1000;
}
static int in_switch(int x) {
  int y = 1;
  switch (x) {
    y = 99; // never
    int z;
  case 0:
    z = 5, y += z;
    break;
  case 1:
    if (0)
    case 2:
      y = 20;
    z = 6, y += z;
    break;
  default:
    return -y;
  }
  return y;
}
static int no_loop(int n) {
  for (;;) {
    if (n > 5)
      return n;
    for (; 0;)
      n = 100;
    n++;
    continue;
    n = 1000;
  }
}
static void falls_off(int *p) {
  if (*p)
    return;
  *p = 7;
}
static int both_return(int x) {
  if (x)
    return 1;
  else
    return 2;
}
static int constant(void) {
  int r = 0;
  if (sizeof(int) == 4 && 1)
    r |= 1;
  else
    r = 1 / r;
  1 ? (r |= 2) : (r = 0);
  0 && (r = 0);
  1 || (r = 0);
  do
    r |= 4;
  while (0);
  ;
  {
  }
  return r;
}
int main(void) {
  int p = 0, q = 1;
  falls_off(&p), falls_off(&q);
  printf("%d %d %d\n", hidden(0), hidden(1), hidden(2));
  printf("%d %d %d %d\n", in_switch(0), in_switch(1), in_switch(2), in_switch(3));
  printf("%d %d %d %d %d %d\n", no_loop(0), p, q, both_return(0), both_return(1), constant());
  goto end;
  printf("not this\n");
end:
  // no return: main returns 0
  {
  }
}
