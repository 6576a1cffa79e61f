// volatile objects, members, arrays and pointers; reads whose value nobody wants; copies; locals across a signal.
#include <signal.h>
#include <stdio.h>
struct device {
  volatile int data;
  int plain;
  volatile unsigned char bytes[4];
  volatile unsigned flag : 3;
};
static volatile sig_atomic_t seen;
static void handler(int signal) { seen = seen * 10 + (signal == SIGUSR2) + 1; }
static int poll_until(volatile const int *value, int limit) {
  int turns = 0;
  while (*value != limit && turns < 100)
    turns++, ++*(volatile int *)value;
  return turns;
}
int main(void) {
  volatile int v = 3;
  v;
  (void)v;
  int a = v += 2, b = v++;
  v = a, v = b + v;
  printf("%d %d %d\n", a, b, v);
  struct device d = {1, 2, {3, 4, 5, 6}, 7}, copy = d;
  d.bytes[1] += 250;
  d.flag++;
  copy.flag ^= 5;
  printf("%d %d %d %d\n", d.bytes[1], d.flag, copy.flag, poll_until(&d.data, 40));
  volatile double x = 0.1, y = 0.2;
  printf("%.17g %d\n", x + y, x + y == 0.3);
  signal(SIGUSR1, handler), signal(SIGUSR2, handler);
  raise(SIGUSR1), raise(SIGUSR2), raise(SIGUSR2);
  printf("%d\n", (int)seen);
  int *volatile moving = &a;
  *moving = 50;
  moving = &b;
  *moving += a;
  volatile struct {
    int i;
    float f;
  } s = {1, 2.5f};
  s.i += s.f;
  printf("%d %d %d %g\n", a, b, s.i, (double)s.f);
  return 0;
}
