// The C library as programs call it: formatted input, searching, memory, conversions, errno, time, files, locale, wide
// characters.
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(void) {
  int n, used;
  unsigned char hh;
  double d;
  char word[10], set[10];
  int got = sscanf("12 0x1f -2.5e3 hello [abc] 300", "%d %hhx %lf %9s [%9[a-c]] %n", &n, &hh, &d, word, set, &used);
  printf("%d: %d %d %g %s %s %d\n", got, n, hh, d, word, set, used);
  const char *words[] = {"pear", "apple", "fig", "date"}, *key = "fig";
  qsort(words, 4, sizeof *words, compare);
  const char **found = bsearch(&key, words, 4, sizeof *words, compare);
  printf("%s %td %s\n", words[0], found - words,
         bsearch(&(const char *){"kiwi"}, words, 4, sizeof *words, compare) ? "?" : "none");
  errno = 0;
  char *end;
  long big = strtol("999999999999999999999", &end, 10);
  printf("%d %d %d\n", errno == ERANGE, big == INT64_MAX, *end);
  printf("%s %d %c\n", strerror(ENOENT), isalpha('x') != 0, toupper('q'));
  time_t when = 86400 * 365;
  struct tm *t = gmtime(&when);
  char text[40];
  strftime(text, sizeof text, "%Y-%m-%d %H:%M", t);
  printf("%s %d\n", text, t->tm_yday);
  FILE *file = tmpfile();
  fprintf(file, "%5.2f|%-5s|%+d\n", 3.14159, "ab", 7);
  fputc('z', file);
  rewind(file);
  while ((n = getc(file)) != EOF)
    putchar(n == '\n' ? '/' : n);
  printf(" %ld %d\n", ftell(file), fclose(file));
  printf("%s %d\n", setlocale(LC_ALL, "C"), (int)wcstol(L"123", NULL, 8));
  div_t q = div(-17, 5);
  ldiv_t l = ldiv(1L << 40, 1000);
  int e;
  double whole, m = frexp(10, &e), part = modf(-3.75, &whole);
  printf("%d %d %ld %ld %g %d %g %g\n", q.quot, q.rem, l.quot, l.rem, m, e, part, whole);
  printf("%g %g %g %g\n", hypot(3, 4), fma(2, 3, 4), round(-2.5), ldexp(0.75, 4));
  snprintf(text, 8, "%s", "cut off here");
  printf("%s %d %d\n", text, memcmp("abc", "abd", 3) < 0, (int)strcspn("hello", "l"));
  void *p = calloc(3, 8), *r = realloc(p, 1000);
  memset((char *)r + 24, 1, 976);
  printf("%d %d\n", ((char *)r)[23], ((char *)r)[999]);
  free(r);
  int *aligned = aligned_alloc(64, 128);
  printf("%d %s\n", (int)((uintptr_t)aligned % 64), getenv("LEXON_SURELY_NOT_SET") ? "set" : "not set");
  free(aligned);
  fprintf(stderr, "%s\n", "to standard error");
  errno = 0, perror("nothing");
  return ferror(stdout);
}
