// What is sequenced: &&, ||, ?:, comma, full expressions, and calls that see the effects of their arguments.
#include <stdio.h>
static char log_[64];
static int used;
static int say(char c, int result) {
  log_[used++] = c;
  return result;
}
static int both(int a, int b) { return a * 10 + b; }
static void show(int value) {
  printf("%.*s %d\n", used, log_, value);
  used = 0;
}
int main(void) {
  show(say('a', 0) && say('b', 1));
  show(say('a', 2) && say('b', 3));
  show(say('a', 0) || say('b', 0) || say('c', 5));
  show(say('a', 1) ? say('b', 7) : say('c', 8));
  show((say('a', 1), say('b', 2), say('c', 3)));
  int i = 1;
  i = (i++, i) + 10 * i;
  show(i);
  // Clang goes from left to right where C leaves it open.
  show(both(say('a', 1), say('b', 2)));
  show(say('a', 1) + say('b', 2) * say('c', 3));
  int v[4] = {0};
  v[say('a', 1)] = say('b', 4);
  show(v[1]);
  v[say('a', 2)] += say('b', 4);
  show(v[2]);
  show(!say('a', 0) && !(say('b', 0) || say('c', 0)) && !!say('d', 9));
  int n = 3;
  show(n-- && n-- && n-- && n--);
  show(n);
  int w[2] = {say('x', 1), say('y', 2)};
  show(w[0] + w[1]);
  return 0;
}
