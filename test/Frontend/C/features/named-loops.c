// C2y: break and continue that name their loop or switch, through cleanups and variable-length arrays; _Countof.
#include <stdio.h>
static void leave(int *p) { printf("-%d", *p); }
static int named(int n) {
  int sum = 0;
rows:
  for (int i = 0; i < n; i++) {
    __attribute__((cleanup(leave))) int row = i;
    for (int j = 0; j < n; j++) {
      int lengths[j + 1];
      lengths[j] = i * 10 + j;
      if (j == 2)
        continue rows;
      if (i == 3)
        break rows;
      sum += lengths[j];
    }
  }
choice:
  switch (n) {
  case 0:
    break;
  default:
    for (;;)
      if (++sum > 1000)
        break choice;
  }
again:
  while (1) {
    do {
      if (sum++ > 1010)
        break again;
      continue again;
    } while (0);
  }
  return sum;
}
static int calls;
static int next(void) { return ++calls; }
int main(void) {
  for (int n = 0; n < 6; n += 2)
    printf(" %d\n", named(n));
  int fixed[7], length = 3;
  int array[length], grid[length + 1][2];
  printf("%zu %zu %zu %zu %zu\n", _Countof(fixed), _Countof(array), _Countof(grid), _Countof(grid[0]),
         _Countof(int[next() + 4][2]));
  printf("%d\n", calls);
  return 0;
}
