// Flexible array members (allocated and static), empty structs, arrays of length zero, structs in unions in structs
// without names.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct text {
  unsigned length;
  char data[];
};
struct vector {
  int n;
  struct {
    short a;
    double b;
  } items[];
};
struct empty {};
struct zero {
  int n;
  struct empty e;
  int none[0];
  char c;
};
static struct text fixed = {5, "fixed"};
struct outer {
  int kind;
  union {
    struct {
      int a, b;
    };
    struct {
      double d;
      struct {
        char low, high;
      };
    };
    long l[2];
  };
  int end;
};
static struct empty pass(int a, struct empty e, int b) {
  (void)a, (void)b;
  return e;
}
static struct text *join(const struct text *a, const struct text *b) {
  struct text *t = malloc(offsetof(struct text, data) + a->length + b->length + 1);
  t->length = a->length + b->length;
  memcpy(t->data, a->data, a->length);
  strcpy(t->data + a->length, b->data);
  return t;
}
int main(void) {
  struct text *twice = join(&fixed, &fixed), *four = join(twice, twice);
  printf("%u %s %zu %zu\n", four->length, four->data, sizeof fixed, sizeof(struct vector));
  free(twice), free(four);
  struct vector *v = malloc(sizeof *v + 4 * sizeof v->items[0]);
  v->n = 4;
  for (int i = 0; i < v->n; i++)
    v->items[i].a = (short)i, v->items[i].b = i / 2.0;
  double sum = 0;
  for (int i = v->n; i-- > 0;)
    sum = sum * 3 + v->items[i].b + v->items[i].a;
  struct vector head = *v; // without the items
  printf("%g %d %td\n", sum, head.n, (char *)&v->items[2].b - (char *)v);
  free(v);
  struct zero z = {1, {}, {}, 'z'}, copy = z;
  struct empty e = {}, f;
  f = pass(1, e, 2), (void)f;
  printf("%zu %zu %c %d\n", sizeof(struct empty), sizeof z, copy.c, (char *)z.none == &z.c);
  struct outer o = {.kind = 1, .d = 1.0, .high = 9, .end = 3}, o2 = {2, {{5, 6}}, 7};
  o.low = o.high - 1;
  o2.l[1] = o.l[1] & 0xffff;
  printf("%d %x %d %d %d %zu\n", o.a, o.b, o2.high, o2.low, o2.b, offsetof(struct outer, high));
  return 0;
}
