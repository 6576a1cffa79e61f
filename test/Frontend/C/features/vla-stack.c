// A variable-length array is gone at the end of its block: a loop, a continue, a break and a goto that leave it must
// give the stack back.
#include <stdio.h>
#include <string.h>
static int use(char *v, int n) {
  memset(v, n, 16);
  return v[n % 16];
}
int main(void) {
  int sum = 0;
  for (int i = 1; i <= 3000; i++) { // 600 MB in all
    int n = 200000 + i;
    char v[n];
    sum += use(v, i % 100);
    if (i % 3 == 0)
      continue;
    {
      char w[n];
      sum += use(w, 1);
      if (i % 5 == 0)
        goto next;
    }
  next:;
  }
  int i = 0;
again: {
  char v[100000 + i];
  sum += use(v, 2);
  if (++i < 3000)
    goto again; // backwards, over the declaration
}
  for (i = 0; i < 2000; i++)
    for (;;) {
      double v[20000 + i];
      v[0] = i;
      sum += (int)v[0] + use((char *)(v + 1), 3);
      break;
    }
  int k = 3000;
  do {
    char v[k * 100 + 16];
    sum += use(v, k & 15);
    if (k % 2)
      continue;
    sum++;
  } while (--k);
  printf("%d\n", sum);
  return 0;
}
