//===- components.c - Tarjan's strongly connected components --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Recursion with static locals that count across calls, an intrusive stack, bit sets in arrays of unsigned char.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <string.h>

enum { kCount = 200, kOut = 3 };

struct vertex {
  int index, low;
  struct vertex *below; // on the stack
  struct vertex *out[kOut];
  unsigned on_stack : 1, seen : 1;
};

static struct vertex vertices[kCount];
static struct vertex *stack;
static int sizes[kCount], components;

static int depth_reached(int change) {
  static int depth, deepest;
  depth += change;
  return deepest = depth > deepest ? depth : deepest;
}

static int next_index(void) {
  static int index = 100;
  return index++;
}

static void visit(struct vertex *v) {
  depth_reached(+1);
  v->index = v->low = next_index();
  v->seen = v->on_stack = 1;
  v->below = stack;
  stack = v;
  for (struct vertex **out = v->out; out < v->out + kOut && *out; ++out) {
    if (!(*out)->seen) {
      visit(*out);
      v->low = (*out)->low < v->low ? (*out)->low : v->low;
    } else if ((*out)->on_stack && (*out)->index < v->low)
      v->low = (*out)->index;
  }
  if (v->low == v->index) {
    int size = 0;
    struct vertex *member;
    do {
      member = stack;
      stack = member->below;
      member->on_stack = 0;
      size++;
    } while (member != v);
    sizes[components++] = size;
  }
  depth_reached(-1);
}

static void mark(unsigned char *set, int bit) { set[bit >> 3] |= (unsigned char)(1 << (bit & 7)); }
static int marked(const unsigned char *set, int bit) { return set[bit >> 3] >> (bit & 7) & 1; }

int main(void) {
  for (int i = 0; i < kCount; i++) {
    int edges = 0;
    if (i % 3)
      vertices[i].out[edges++] = &vertices[(i * 5 + 1) % kCount];
    if (i % 4 != 1)
      vertices[i].out[edges++] = &vertices[(i * i + 7) % kCount];
    if (i > 150)
      vertices[i].out[edges++] = vertices + (i - 11);
  }
  for (struct vertex *v = vertices; v != &vertices[kCount]; v++)
    if (!v->seen)
      visit(v);

  unsigned char set[kCount / 8 + 1];
  memset(set, 0, sizeof set);
  int total = 0;
  for (int c = 0; c < components; total += sizes[c++])
    mark(set, sizes[c]);
  printf("%d components, %d vertices, depth %d, next index %d\n", components, total, depth_reached(0), next_index());
  for (int size = 0; size < kCount; size++) {
    if (!marked(set, size))
      continue;
    int times = 0;
    for (int c = 0; c < components; c++)
      times += sizes[c] == size;
    printf("size %d: %d times\n", size, times);
  }
  unsigned check = 0;
  for (int i = 0; i < kCount; i++)
    check = check * 33u ^ (unsigned)(vertices[i].index * 1000 + vertices[i].low);
  printf("check %08x, on stack %s\n", check, stack ? "some" : "none");
  return 0;
}
