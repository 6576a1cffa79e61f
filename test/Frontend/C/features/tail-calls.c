// Calls that must not keep their caller's frame: ten million of them need no stack, at -O0 either.
#include <stdio.h>

static long odd(long n, long sum);

static long even(long n, long sum) {
  if (n == 0)
    return sum;
  __attribute__((musttail)) return odd(n - 1, sum + 2);
}

static long odd(long n, long sum) {
  if (n == 0)
    return -sum;
  [[clang::musttail]] return even(n - 1, sum + (n % 3 ? 1 : 4));
}

typedef long (*Operation)(long, long);

static long stop(long n, long sum) { return sum - n; }
static long again(long n, long sum);
static Operation table[] = {again, stop};

static long again(long n, long sum) {
  __attribute__((musttail)) return table[n < 1](n - 1, sum + n % 7);
}

struct Big {
  long a[8];
};

static struct Big fill(long n, struct Big *from) {
  from->a[n & 7] += n;
  if (n == 0)
    return *from;
  __attribute__((musttail)) return fill(n - 1, from);
}

static int counter;

static void count(int n) {
  counter += n & 1;
  if (n > 0)
    __attribute__((musttail)) return count(n - 1);
}

int main(void) {
  struct Big big = {{0}};
  printf("%ld %ld\n", even(10000000, 0), even(9999999, 0));
  printf("%ld\n", again(10000000, 1));
  big = fill(10000000, &big);
  printf("%ld %ld\n", big.a[0], big.a[7]);
  count(10000000);
  printf("%d\n", counter);
  return 0;
}
