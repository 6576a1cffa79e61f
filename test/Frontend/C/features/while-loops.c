// Loops that count in their last statement, and loops that only look so.
#include <stdio.h>
#include <stdlib.h>

static void multiply(int n, const float *a, const float *b, float *c) {
  int i = 0;
  while (i < n) {
    int j = 0;
    while (j < n) {
      float sum = 0;
      int k = 0;
      while (k < n) {
        sum += a[i * n + k] * b[k * n + j];
        k++;
      }
      c[i * n + j] = sum;
      j++;
    }
    i++;
  }
}

static void product(void) {
  int n = 40;
  float *a = malloc(n * n * sizeof(float)), *b = malloc(n * n * sizeof(float)), *c = malloc(n * n * sizeof(float));
  for (int i = 0; i < n * n; i++) {
    a[i] = (i % 13) * 0.25f;
    b[i] = (i % 7) - 3;
  }
  multiply(n, a, b, c);
  for (int i = 0; i < n * n; i += 97)
    printf("%g ", c[i]);
  printf("\n");
  free(a);
  free(b);
  free(c);
}

static void counted(int n) {
  int up = -3, down = n, by_two = 1, inclusive = 0, unchanged = n + 5;
  unsigned u = 2;
  size_t z = 0;
  long total = 0;
  while (up < n) {
    total += up;
    ++up;
  }
  while (down > 0) {
    total += 2 * down;
    down -= 3;
  }
  while (n >= by_two) {
    total ^= by_two;
    by_two = by_two + 2;
  }
  while (inclusive <= n) {
    total += inclusive * inclusive;
    inclusive += 1;
  }
  while (unchanged < n) {
    total += 1000;
    unchanged++;
  }
  while (u < (unsigned)(n & 15)) {
    total += u;
    u++;
  }
  while (z < (size_t)(n & 15)) {
    total -= z;
    z++;
  }
  int forever = 0;
  for (; forever < n;) {
    total += 7;
    forever++;
  }
  printf("%ld: %d %d %d %d %d %u %zu %d\n", total, up, down, by_two, inclusive, unchanged, u, z, forever);
}

// The end moves, the counter is set elsewhere, too, another counter is the last, there are two, a jump leaves the body,
// the counter's name is another variable's within, or its address is known.
static void not_counted(int n) {
  int i = 0, j = 0, end = n, total = 0;
  while (i < end) {
    if (i % 3 == 0)
      end--;
    i++;
  }
  printf("%d %d\n", i, end);
  i = 0;
  while (i < n) {
    if (i % 4 == 1)
      i += 2;
    total += i;
    i++;
  }
  printf("%d %d\n", i, total);
  i = 0;
  while (i < n) {
    i += 2;
    j++;
  }
  printf("%d %d\n", i, j);
  i = j = 0;
  while (i < n) {
    total += j;
    i++, j += 2;
  }
  printf("%d %d %d\n", i, j, total);
  i = 0;
  while (i < n) {
    if (i == 5)
      break;
    total += i;
    i++;
  }
  i = 0;
  while (i < n) {
    if (i++ == 2)
      continue;
    total -= i;
    i++;
  }
  printf("%d %d\n", i, total);
  i = 0;
  while (i < n) {
    i += 3;
    int i = 100;
    total += i;
    i++;
  }
  printf("%d %d\n", i, total);
  i = 0;
  int *p = &i;
  while (i < n) {
    *p += 1;
    i++;
  }
  printf("%d\n", i);
  volatile int v = 0;
  while (v < n) {
    total++;
    v++;
  }
  printf("%d %d\n", v, total);
}

// An array of variable length in the body, and the counter after the loop.
static int scopes(int n) {
  int i = 1, sum = 0;
  while (i < n) {
    int row[i];
    for (int k = 0; k < i; k++)
      row[k] = k * i;
    sum += row[i - 1] + row[i / 2];
    i++;
  }
  return sum + i;
}

int main(void) {
  product();
  counted(11);
  counted(-4);
  not_counted(10);
  printf("%d\n", scopes(9));
  return 0;
}
