// Ranges, negative and 64-bit cases, default first, nested and empty switches, declarations inside, an enum and a char
// as condition.
#include <limits.h>
#include <stdio.h>
static int classify(long long x) {
  switch (x) {
  default:
    return 0;
  case LLONG_MIN:
    return 1;
  case -10 ... - 1:
    return 2;
  case 0:
    return 3;
  case 1 ... 1000:
    return 4;
  case 0x100000000:
    return 5;
  case LLONG_MAX:
    return 6;
  }
}
static int falls(int x) {
  int sum = 0;
  switch (x) {
  case 1:
    sum += 1;
  case 2:
    sum += 10;
    break;
  default:
    sum += 100;
  case 3: {
    sum += 1000;
  case 4:
    sum += 10000; // inside of a block
  }
  }
  switch (x & 1) {
  case 0:
    switch (x) {
    case 4:
      return -sum;
    case 6:
      break;
    }
    sum++;
    break;
  case 1:;
  }
  switch (x)
    ;
  switch (x++)
  case 2:
    sum *= 2;
  return sum * 10 + x;
}
enum mood { BAD = -1, SO_SO, GOOD };
static const char *name(enum mood m) {
  switch (m) {
  case BAD:
    return "bad";
  case SO_SO:
    return "so-so";
  case GOOD:
    return "good";
  }
  return "unknown";
}
int main(void) {
  static const long long values[] = {LLONG_MIN, -11, -10, -1, 0, 1, 1000, 1001, 0x100000000, 0x200000000, LLONG_MAX};
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
    printf("%d ", classify(values[i]));
  for (int i = 0; i < 8; i++)
    printf("%d ", falls(i));
  for (int c = 0; c < 256; c++)
    switch ((char)c) {
    case 'a' ... 'c':
      putchar(c);
      break;
    case '\xff':
      printf(" %d", c);
    }
  for (int m = -2; m < 3; m++)
    printf(" %s", name((enum mood)m));
  unsigned char u = 200;
  switch (u + 100) {
  case 44:
    printf(" narrow");
    break;
  case 300:
    printf(" wide\n");
  }
  return 0;
}
