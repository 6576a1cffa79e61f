// Static initializers that are addresses: of members, of elements, with offsets, of functions, of each other, cast to
// integers.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
struct node {
  const struct node *next;
  int values[3];
  char name[4];
};
static int numbers[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
extern const struct node b;
static const struct node a = {&b, {1, 2, 3}, "a"};
const struct node b = {&a, {4, 5, 6}, "b"};
static const int *const middle = &numbers[5], *last = numbers + 9, *const element = &a.values[2];
static const char *letter = &a.name[0], *tail = "abcdef" + 3;
static int twice(int x) { return 2 * x; }
static int thrice(int x) { return 3 * x; }
static int (*const functions[])(int) = {twice, &thrice, NULL};
static const uintptr_t address = (uintptr_t)&numbers[2];
static int *pointers[4] = {[1] = numbers, [3] = &numbers[3]}, **to_pointers = &pointers[3];
static struct {
  int (*f)(int);
  void *self;
  size_t offset;
  const struct node *nodes[2];
} object = {thrice, &object, offsetof(struct node, name), {&a, &b}};
static const double fraction = 1.0 / 3, *const to_fraction = &fraction;
static int (*rows)[5] = (int (*)[5])numbers + 1;
static const int *compound = (int[]){7, 8, 9};
static const char *chosen = sizeof(long) == 8 ? "long" : "short";
int main(void) {
  static int *local = &numbers[4], counter = 5, *to_counter = &counter;
  static const struct node *nodes[] = {&a, &b, &a};
  printf("%d %d %d %s %s\n", *middle, *last, *element, letter, tail);
  printf("%d %d %d %d\n", functions[0](5), functions[1](5), functions[2] == NULL, (*object.f)(1));
  printf("%d %d %d %d\n", *(int *)address, **to_pointers, pointers[1] == numbers, pointers[0] == pointers[2]);
  printf("%d %zu %s %s\n", object.self == &object, object.offset, object.nodes[1]->name, a.next->next->next->name);
  printf("%.17g %d %d %s\n", *to_fraction, rows[0][2], compound[2], chosen);
  *to_counter += 2, ++*local;
  printf("%d %d %d %s\n", counter, numbers[4], (int)(middle - numbers), nodes[2]->next->name);
  for (int (*const *f)(int) = functions; *f; f++)
    printf("%d ", (**f)(7));
  printf("%td\n", (char *)&b.values[1] - (char *)&b);
  return 0;
}
