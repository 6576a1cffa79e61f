// Jumps into loops, branches and blocks, backwards over declarations, out of nested loops, and between two loops that
// are one.
#include <stdio.h>
static int into(int x) {
  int i = 0, sum = 0;
  if (x & 1)
    goto inside;
  for (i = 0; i < 5; i++) {
    sum += 10;
  inside:
    sum += i;
    if (sum > 40)
      goto out;
  }
  if (x & 2) {
  branch:
    sum += 1000;
  } else if (sum < 5000) {
    sum += 100;
    if (x & 4) {
      x &= ~4;
      goto branch;
    }
  }
out:
  return sum;
}
static int irreducible(int n) {
  int a = 0, steps = 0;
  if (n % 3 == 0)
    goto second;
first:
  steps++;
  a += n--;
  if (n <= 0)
    return a * 100 + steps;
second:
  a -= 1;
  if (--n > 0)
    goto first;
  if (a % 2)
    goto second_end;
  a += 2;
  goto second;
second_end:
  return a * 100 - steps;
}
static int again(void) {
  int count = 0;
back:;
  int fresh = count * 2;
  {
    const int here = fresh + 1;
    if (++count < 5)
      goto back;
    return here * 10 + count;
  }
}
int main(void) {
  for (int x = 0; x < 8; x++)
    printf("%d ", into(x));
  for (int n = 1; n < 9; n++)
    printf("%d ", irreducible(n));
  for (int i = 0; i < 9; i++)
    for (int j = 0; j < 9; j++)
      if (i * j == 42) {
        printf("%d %d ", i, j);
        goto found;
      }
found:
  printf("%d\n", again());
  return 0;
}
