//===- generic_list.c - types without templates ---------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// _Generic, typeof, statement expressions, macros that declare functions, lists with the links inside the elements.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define container_of(pointer, type, member)                                                                            \
  ({                                                                                                                   \
    const __typeof__(((type *)0)->member) *inner = (pointer);                                                          \
    (type *)((char *)inner - offsetof(type, member));                                                                  \
  })

#define maximum(a, b)                                                                                                  \
  ({                                                                                                                   \
    __typeof__(a) left_ = (a);                                                                                         \
    __typeof__(b) right_ = (b);                                                                                        \
    left_ > right_ ? left_ : right_;                                                                                   \
  })

#define type_name(x)                                                                                                   \
  _Generic((x),                                                                                                        \
      _Bool: "bool",                                                                                                   \
      char: "char",                                                                                                    \
      signed char: "signed char",                                                                                      \
      unsigned char: "unsigned char",                                                                                  \
      short: "short",                                                                                                  \
      unsigned short: "unsigned short",                                                                                \
      int: "int",                                                                                                      \
      unsigned: "unsigned",                                                                                            \
      long: "long",                                                                                                    \
      unsigned long: "unsigned long",                                                                                  \
      float: "float",                                                                                                  \
      double: "double",                                                                                                \
      long double: "long double",                                                                                      \
      char *: "char *",                                                                                                \
      const char *: "const char *",                                                                                    \
      int *: "int *",                                                                                                  \
      default: "something else")

#define DEFINE_STACK(type, name, capacity)                                                                             \
  typedef struct {                                                                                                     \
    int size;                                                                                                          \
    type items[capacity];                                                                                              \
  } name;                                                                                                              \
  static _Bool name##_push(name *stack, type item) {                                                                   \
    return stack->size < (capacity) && (stack->items[stack->size++] = item, 1);                                        \
  }                                                                                                                    \
  static type name##_pop(name *stack) { return stack->items[--stack->size]; }

DEFINE_STACK(int, IntStack, 4)
DEFINE_STACK(const char *, TextStack, 8)

struct link {
  struct link *next, *previous;
};

struct task {
  const char *name;
  int urgency;
  struct link by_arrival, by_urgency;
};

#define for_each(position, head)                                                                                       \
  for (struct link *position = (head)->next; position != (head); position = position->next)

static void insert_before(struct link *at, struct link *new) {
  new->next = at;
  new->previous = at->previous;
  at->previous->next = new;
  at->previous = new;
}

static void unlink_one(struct link *link) {
  link->next->previous = link->previous;
  link->previous->next = link->next;
  link->next = link->previous = link;
}

static inline double twice_double(double x) { return 2 * x; }
static inline const char *twice_text(const char *s) { return strlen(s) > 3 ? s + strlen(s) / 2 : s; }
static inline int twice_int(int x) { return x << 1; }
#define twice(x) _Generic((x), double: twice_double, float: twice_double, char *: twice_text, default: twice_int)(x)

int main(void) {
  struct link arrival = {&arrival, &arrival}, urgency = {&urgency, &urgency};
  struct task tasks[] = {
      {"sweep", 2, {0}, {0}}, {"cook", 5, {0}, {0}}, {.urgency = 9, .name = "sleep"}, {.name = "read", .urgency = 4}};
  for (struct task *task = tasks; task < tasks + sizeof tasks / sizeof *tasks; task++) {
    insert_before(&arrival, &task->by_arrival);
    struct link *at = urgency.next;
    while (at != &urgency && container_of(at, struct task, by_urgency)->urgency >= task->urgency)
      at = at->next;
    insert_before(at, &task->by_urgency);
  }
  unlink_one(&tasks[1].by_arrival);
  for_each(link, &arrival) printf("%s ", container_of(link, struct task, by_arrival)->name);
  printf("|");
  for_each(link, &urgency) {
    struct task *task = container_of(link, struct task, by_urgency);
    printf(" %s %d", task->name, task->urgency);
  }
  printf("\n");

  char c = 'x';
  short s = 1;
  unsigned char u = 255;
  long l = 1;
  const int array[3] = {1, 2, 3};
  printf("%s, %s, %s, %s, %s, %s, %s\n", type_name(c), type_name(c + c), type_name(u), type_name(s + l),
         type_name(1.0f * l), type_name(l + 1u), type_name(s == 1));
  printf("%s, %s, %s, %s, %s, %s\n", type_name((_Bool)s), type_name("text"), type_name(&array), type_name(1.0L + s),
         type_name(~u), type_name(s ? 1u : -1));
  int calls = 0;
  int larger = maximum(({
                         calls++;
                         u + 1;
                       }),
                       ({
                         calls += 10;
                         s;
                       }));
  printf("larger %d, calls %d, %.1f, %d, %s, %.1f\n", larger, calls, maximum(1, 2.5), twice(u), twice("abcdef"),
         twice(1.5f));

  IntStack numbers = {0};
  TextStack texts = {.size = 0};
  int pushed = 0, sum = 0;
  for (int i = 0; i < 7; i++)
    pushed += IntStack_push(&numbers, i * i) + TextStack_push(&texts, &"abcdefg"[i]);
  while (numbers.size)
    sum = sum * 10 + IntStack_pop(&numbers);
  printf("pushed %d, sum %d, top %s, then %s\n", pushed, sum, TextStack_pop(&texts), TextStack_pop(&texts) - 1);
  return 0;
}
