// Initializers: nested designators, ranges, overriding, brace elision, going on after a designator, unions, strings,
// empty ones.
#include <stdio.h>
struct in {
  int a, b[3];
};
struct out {
  char name[6];
  struct in one, many[3];
  union {
    int i;
    char c[4];
  } u;
  int last;
};
static struct out global = {"abc", {1, {2}}, .many[1] = {.b = {[1] = 7, 8}}, .many[1].a = 3, .u.c = {1, 2}, 99};
static int table[] = {[3] = 1, 2, [1] = 5, 6, [8] = 9};
static int grid[][3] = {1, 2, 3, {4}, [3][1] = 5};
static const char *const words[3][2] = {{"a"}, [2] = {[1] = "z"}};
static int range[10] = {[2 ... 5] = 4, [4] = 1, 8};
static void show(const struct out *o) {
  printf("%s %d %d%d%d |", o->name, o->one.a, o->one.b[0], o->one.b[1], o->one.b[2]);
  for (int i = 0; i < 3; i++)
    printf(" %d:%d%d%d", o->many[i].a, o->many[i].b[0], o->many[i].b[1], o->many[i].b[2]);
  printf(" | %d %d\n", o->u.i, o->last);
}
int main(int argc, char **argv) {
  (void)argv;
  struct in copied = {argc, {argc + 1, argc + 2}};
  struct out local = {
      .one = copied, .one.b[1] = 40, .many = {copied, [2] = copied, [2].b[0] = -1}, .name = "12345", .u = {argc}};
  struct out elided = {"x", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
  struct out empty = {}, zero = {0};
  show(&global), show(&local), show(&elided), show(&empty), show(&zero);
  show(&(struct out){.last = argc, .many[2].a = 4});
  for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
    printf("%d ", table[i]);
  for (unsigned i = 0; i < sizeof grid / sizeof grid[0]; i++)
    printf("| %d %d %d ", grid[i][0], grid[i][1], grid[i][2]);
  for (int i = 0; i < 10; i++)
    printf("%s%d", i ? "" : "| ", range[i]);
  printf(" %s%s%d\n", words[0][0], words[2][1], words[1][0] == NULL);
  return 0;
}
