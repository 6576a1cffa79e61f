// break and continue in every kind of loop and nesting; conditions with effects; empty parts; bounds that change while
// running.
#include <stdio.h>
int main(void) {
  int sum = 0;
  for (int i = 0;; i++) {
    if (i % 3 == 0)
      continue;
    if (i > 20)
      break;
    int j = i;
    while (1) {
      if (--j < 0)
        break;
      if (j & 1)
        continue;
      sum += j;
      do {
        if (sum % 7 == 0)
          break;
        sum++;
        if (sum % 5 == 0)
          continue;
        sum += 2;
      } while (sum % 4);
    }
  }
  printf("%d\n", sum);
  int n = 10;
  for (int i = 0; i < n; i++, sum += n)
    if (i == 3)
      n = 6;
    else if (i == 4)
      i++;
  printf("%d %d\n", sum, n);
  int i = 0, k = 10;
  while (i++ < 5 && (k -= i) > 0)
    ;
  printf("%d %d\n", i, k);
  for (i = 0, k = 9; i < k; i++, --k)
    switch (i) {
    case 1:
      continue; // the loop's
    case 2:
      break; // the switch's
    default:
      sum -= k;
    }
  printf("%d %d %d\n", i, k, sum);
  for (float f = 1; f < 100; f *= 2.5f)
    sum += (int)f;
  for (char *p = "abc"; *p; p++)
    sum += *p;
  for (struct { int a, b; } s = {0, 8}; s.a < s.b; s.a += 3, s.b++)
    sum += s.a * s.b;
  do
    sum--;
  while (0);
  printf("%d\n", sum);
  for (long down = 10; down >= -10; down -= 7)
    printf("%ld ", down);
  for (int a = 0, b = 100; a != b; a += 9, b -= 11)
    printf("%d ", b - a);
  printf("\n");
  return 0;
}
