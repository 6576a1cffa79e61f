// Mutual recursion, deep recursion with large frames, Ackermann, results by pointer, functions that call themselves in
// their arguments.
#include <stdio.h>
static int odd(unsigned n);
static int even(unsigned n) { return n == 0 ? 1 : odd(n - 1); }
static int odd(unsigned n) { return n == 0 ? 0 : even(n - 1); }
static int ackermann(int m, int n) { return m ? ackermann(m - 1, n ? ackermann(m, n - 1) : 1) : n + 1; }
static int mccarthy(int n) { return n > 100 ? n - 10 : mccarthy(mccarthy(n + 11)); }
static int hofstadter(int n) {
  return n < 3 ? 1 : hofstadter(n - hofstadter(n - 1)) + hofstadter(n - hofstadter(n - 2));
}
static long sum(int n, const long *above) {
  long frame[50];
  for (int i = 0; i < 50; i++)
    frame[i] = above[(i + 1) % 50] + i;
  return n ? sum(n - 1, frame) + frame[n % 50] : frame[0];
}
static void hanoi(int n, char from, char to, char over, char *log, int *used) {
  if (!n)
    return;
  hanoi(n - 1, from, over, to, log, used);
  log[(*used)++] = from;
  log[(*used)++] = to;
  hanoi(n - 1, over, to, from, log, used);
}
static int permutations(char *text, int at, int n, int (*see)(const char *)) {
  if (at == n)
    return see(text);
  int count = 0;
  for (int i = at; i < n; i++) {
    char t = text[at];
    text[at] = text[i], text[i] = t;
    count += permutations(text, at + 1, n, see);
    t = text[at];
    text[at] = text[i], text[i] = t;
  }
  return count;
}
static int ordered(const char *t) { return t[0] < t[1] && t[2] > t[3]; }
static unsigned gcd(unsigned a, unsigned b) { return b ? gcd(b, a % b) : a; }
int main(void) {
  long zero[50] = {0};
  char log_[64], text[] = "abcde";
  int used = 0;
  printf("%d %d %d %d %d\n", even(1000), odd(77), ackermann(2, 5), mccarthy(45), hofstadter(20));
  hanoi(4, 'a', 'c', 'b', log_, &used);
  printf("%ld %.*s %d %s %u\n", sum(200, zero), used, log_, permutations(text, 0, 5, ordered), text, gcd(462, 1071));
  return 0;
}
