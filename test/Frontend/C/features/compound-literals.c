// Compound literals: as lvalues, with their lifetime in loops and recursion, static ones, arrays, of unions, as
// arguments by address.
#include <stdio.h>
#include <string.h>
struct p {
  int x, y;
};
union u {
  float f;
  int i;
};
static int sum(const int *v, int n) { return n ? *v + sum(v + 1, n - 1) : 0; }
static struct p *move(struct p *p, int by) { return p->x += by, p->y -= by, p; }
static int *global = (int[]){1, 2, 3, 4};
static const struct p *const point = &(const struct p){.y = 7};
static int depth(int n, int *above) {
  int *mine = (int[]){n, *above};
  if (n)
    depth(n - 1, mine);
  return mine[0] * 10 + mine[1];
}
int main(void) {
  printf("%d %d %d\n", sum((int[]){1, 2, 3, 4, 5}, 5), sum(global, 4), point->y);
  struct p *q = move(&(struct p){1, 2}, 10);
  printf("%d %d %d\n", q->x, q->y, (struct p){.y = 5}.y);
  (struct p){0, 0}.x = 3;
  int *last[3];
  for (int i = 0; i < 3; i++) {
    int *v = (int[3]){i};
    v[1] += i * 10;
    printf("%d%d ", v[0], v[1]);
    last[i] = v;
  }
  (void)last;
  int i = 5;
  char *text = (char[]){"changeable"};
  text[0] = 'C';
  printf("%s %d %d\n", text, (union u){1.0f}.i, ++(int){i});
  printf("%d %d %zu\n", depth(3, &i), i, sizeof(int[]){1, 2, 3});
  struct p a[2] = {(struct p){1, 2}, {3, (int){4}}};
  a[1] = a[0].x ? (struct p){a[1].y, a[1].x} : (struct p){0};
  printf("%d %d %zu\n", a[1].x, a[1].y, strlen((const char *){"abc"}));
  int (*rows)[2] = (int[][2]){{1, 2}, {3, 4}, {5}};
  printf("%d %d\n", rows[1][1], rows[2][1]);
  for (struct p *s = (struct p[]){{1, 1}, {2, 4}, {0, 0}}; s->x; s++)
    printf("%d ", s->y);
  printf("%g\n", *(double *)(void *)&(double){0.5});
  return 0;
}
