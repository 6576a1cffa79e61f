// Structs copied over themselves, through overlapping unions and arrays, in expressions, from functions, with arrays
// inside, as volatile.
#include <stdio.h>
#include <string.h>
struct row {
  int v[5];
};
struct pair {
  struct row a, b;
  char tag;
};
static struct row next(struct row r) {
  for (int i = 0; i < 5; i++)
    r.v[i] = r.v[i] * 2 + i;
  return r;
}
static struct pair both(struct row r) { return (struct pair){r, next(r), 'p'}; }
static int total(struct row r) {
  int s = 0;
  for (int i = 0; i < 5; i++)
    s = s * 3 + r.v[i];
  return s;
}
static void into(struct row *to, const struct row *from) { *to = *from; }
static struct row rows[4] = {{{1, 2, 3, 4, 5}}, {{0}}, {.v[2] = 9}};
int main(void) {
  struct row r = rows[0], s = r, *p = &s;
  r = next(r), r = next(r);
  *p = *p;
  p->v[0] = 100;
  printf("%d %d %d\n", total(r), total(s), total(rows[0]));
  into(&rows[1], &rows[0]);
  rows[3] = rows[2] = rows[1];
  rows[1].v[4] = -1;
  printf("%d %d %d\n", total(rows[1]), total(rows[2]), total(next(rows[3])));
  struct pair q = both(rows[0]), w = q;
  w.a = w.b, w.b = q.a;
  printf("%d %d %d %c\n", total(w.a), total(w.b), both(w.a).b.v[3], w.tag);
  int i = 0;
  rows[i++] = rows[3];
  rows[i].v[i] += i, rows[i + 1] = (i ? w : q).a;
  printf("%d %d %d\n", i, total(rows[1]), total(rows[2]));
  union {
    struct row r;
    char bytes[20];
  } u = {.r = s}, t = u;
  memmove(t.bytes, t.bytes + 8, 12);
  printf("%d %d\n", total(u.r), t.r.v[0]);
  volatile struct row vr = r;
  struct row back = vr;
  printf("%d\n", total(back));
  for (struct row x = s, y = next(x); total(x) != total(y) && x.v[0] < 1000; x = y, y = next(y))
    printf("%d ", x.v[0]);
  printf("\n");
  return 0;
}
