//===- old_style.c - C as it was written in 1978 --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Definitions with parameter lists of their own, goto as a loop, comma expressions, tentative definitions, the union of
// everything.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>

int gcd();
static int sieve(), total; /* defined more than once, and below */
static int total;
extern int calls;

int gcd(a, b)
int a, b;
{
  int t;
  calls++;
loop:
  if (b == 0)
    return a;
  t = a % b, a = b, b = t;
  goto loop;
}

/* Arguments come promoted: a float as a double, a char as an int. */
static double mixed(c, s, f, p)
char c;
short s;
float f;
char *p;
{
  return c * 1000.0 + s + f + *p / 1000.0;
}

static int sieve(flags, n)
char *flags;
int n;
{
  register int i, k;
  int count;
  count = 0;
  for (i = 0; i < n; i++)
    flags[i] = 1;
  for (i = 2; i < n; i++) {
    if (!flags[i])
      continue;
    for (k = i + i; k < n; k += i)
      flags[k] = 0;
    count++;
  }
  return count;
}

static int binary(x, v, n)
int x, *v;
unsigned n;
{
  register int *low = v, *high = v + n, *middle;
  while (low < high)
    if (x < *(middle = low + (high - low) / 2))
      high = middle;
    else if (x > *middle)
      low = middle + 1;
    else
      return middle - v;
  return -1;
}

static void itoa_(n, s) int n;
char s[];
{
  int i = 0, j, sign;
  if ((sign = n) < 0)
    n = -n;
  do {
    s[i++] = n % 10 + '0';
  } while ((n /= 10) > 0);
  if (sign < 0)
    s[i++] = '-';
  s[i] = '\0';
  for (j = 0, i--; j < i; j++, i--)
    s[j] ^= s[i], s[i] ^= s[j], s[j] ^= s[i];
}

int calls;

static char flags[8192];

int main(argc, argv)
int argc;
char **argv;
{
  int i, primes[100], n = 0;
  char text[16];
  if (argc > 1)
    printf("no arguments, please: %s\n", argv[1]);
  total = sieve(flags, (int)sizeof flags);
  for (i = 2; n < 100; i++)
    if (flags[i])
      primes[n++] = i;
  printf("%d primes, the hundredth is %d, 97 is number %d, 98 %d\n", total, primes[n - 1], binary(97, primes, n),
         binary(98, primes, n));
  printf("gcd %d %d %d, %d calls\n", gcd(1071, 462), gcd(17, 5), gcd(12, 0), calls);
  printf("mixed %.6f\n", mixed((char)321, (short)70000, 0.1, "A"));
  for (i = -1234; i < 5000; i += 2617) {
    itoa_(i, text);
    printf("%s%s", text, i + 2617 < 5000 ? ", " : "\n");
  }
  return total & 0177;
}
