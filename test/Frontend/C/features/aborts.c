// Ends by a signal; what was flushed stays.
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static int check(int n) {
  assert(n >= 0 && "not negative");
  return n * 2;
}
int main(void) {
  printf("%d\n", check(21));
  fflush(stdout);
  fputs("to standard error\n", stderr);
  if (check(0) == 0)
    abort();
  return 0;
}
