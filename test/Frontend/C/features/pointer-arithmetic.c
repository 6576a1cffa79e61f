// Differences, comparisons, negative and narrow indices, pointers past the end, to arrays, and through integers.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
struct item {
  char tag;
  short value[3];
};
int main(void) {
  struct item items[10], *p = items + 9, *q = &items[2];
  for (int i = 0; i < 10; i++)
    items[i] = (struct item){(char)i, {(short)(i * 10), (short)-i, 7}};
  printf("%td %td %td %d %d\n", p - q, q - p, (char *)p - (char *)q, p > q, q == items + 2);
  signed char minus = -3;
  unsigned char plus = 250;
  unsigned two = 2;
  long back = -1;
  printf("%d %d %d %d\n", p[minus].tag, (items + (plus - 248))->tag, *(q[-two + 2].value), (&p[back])->value[1]);
  printf("%d %d\n", (p - two)->tag, 3 [items].value[2]);
  int grid[4][5], (*row)[5] = grid + 3, *cell = grid[1];
  for (int i = 0; i < 20; i++)
    cell[i - 5] = i;
  printf("%d %d %td %td\n", (*row)[2], row[-2][4], row - grid, &grid[3][1] - &grid[1][3]);
  int (*all)[4][5] = &grid;
  printf("%d %zu %zu %d\n", (*all)[2][2], sizeof *all, sizeof **all, *(*(grid + 1) + 1));
  int *end = &grid[3][5], sum = 0;
  for (int *c = end; c != grid[0];)
    sum = (sum * 2 + *--c) % 10007;
  printf("%d\n", sum);
  uintptr_t address = (uintptr_t)&items[4];
  address += offsetof(struct item, value[1]);
  printf("%d %d\n", *(short *)address, (int)((uintptr_t)&items[5] - (uintptr_t)&items[4]));
  int *null = NULL, **pp = &cell, ***ppp = &pp;
  **pp = 77, (**ppp)++, *pp += 2;
  printf("%d %d %d %d\n", grid[1][0], cell[0], !null, null == (void *)0);
  const char *s = "walk", *t = s;
  while (*t++)
    ;
  printf("%td %c %c\n", t - s, *(t - 2), *(s + 1));
  void *v = grid;
  v += 8; // GNU: in bytes
  printf("%d %zu\n", *(int *)v, sizeof(void));
  return 0;
}
