// -fno-builtin: functions with the library's names are the program's own, and loops do not become calls of themselves.
#include <stddef.h>
#include <stdio.h>
int abs(int x) { return x + 1000; }
double fabs(double x) { return x * 7; }
size_t strlen(const char *s) { return *s ? 99 : 98; }
void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  char *t = to;
  const char *f = from;
  for (size_t i = 0; i < n; i++)
    t[i] = f[i];
  return to;
}
void *memset(void *to, int byte, size_t n) {
  char *t = to;
  while (n--)
    *t++ = (char)byte;
  return to;
}
int main(void) {
  char from[40] = "copied by the program", to[40];
  memset(to, 'x', sizeof to);
  memcpy(to, from, 6);
  printf("%d %g %zu %.10s\n", abs(-5), fabs(-1), strlen("abc"), to);
  return 0;
}
