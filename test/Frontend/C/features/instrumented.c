// -finstrument-functions: each function tells when it starts and ends, inlined or not.
#include <stdio.h>
#define PLAIN __attribute__((no_instrument_function))
static int entered, left;
PLAIN void __cyg_profile_func_enter(void *function, void *site) { entered += function != site; }
PLAIN void __cyg_profile_func_exit(void *function, void *site) { left += function != site; }
static int one(int x) { return x + 1; }
static int two(int x) {
  if (x > 3)
    return one(x);
  return one(one(x));
}
__attribute__((noinline)) static PLAIN int notCounted(int x) { return two(x); }
PLAIN int main(void) {
  int sum = 0;
  for (int i = 0; i < 6; i++)
    sum += notCounted(i);
  printf("%d %d %d\n", sum, entered, left);
  return 0;
}
