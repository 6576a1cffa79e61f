//===- balanced_tree.c - an AVL tree, changed through pointers to pointers -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// struct node **, recursion that returns whether the height changed, callbacks with context, memory given back in
// order.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct node Node;
struct node {
  Node *child[2];
  int key;
  int8_t balance; // height of child[1] minus height of child[0]
};

static int alive;

static void rotate(Node **root, int to) {
  Node *old = *root, *up = old->child[!to];
  old->child[!to] = up->child[to];
  up->child[to] = old;
  *root = up;
}

// The side `heavy` is two higher than the other. Returns 1 if the tree is lower afterwards.
static int rebalance(Node **root, int heavy) {
  Node *top = *root, *next = top->child[heavy];
  int sign = heavy ? 1 : -1;
  if (next->balance != -sign) {
    int lower = next->balance != 0;
    top->balance = (int8_t)(lower ? 0 : sign);
    next->balance = (int8_t)(lower ? 0 : -sign);
    rotate(root, !heavy);
    return lower;
  }
  Node *middle = next->child[!heavy];
  top->balance = (int8_t)(middle->balance == sign ? -sign : 0);
  next->balance = (int8_t)(middle->balance == -sign ? sign : 0);
  middle->balance = 0;
  rotate(&top->child[heavy], heavy);
  rotate(root, !heavy);
  return 1;
}

// Returns 1 if the tree is higher now.
static int insert(Node **at, int key) {
  if (!*at) {
    if (!(*at = calloc(1, sizeof **at)))
      abort();
    (*at)->key = key;
    alive++;
    return 1;
  }
  if (key == (*at)->key)
    return 0;
  int side = key > (*at)->key;
  if (!insert(&(*at)->child[side], key))
    return 0;
  (*at)->balance += side ? 1 : -1;
  switch ((*at)->balance) {
  case 0:
    return 0;
  case 2:
  case -2:
    return rebalance(at, side), 0;
  default:
    return 1;
  }
}

// Both return 1 if the tree is lower now.
static int shrunk(Node **at, int side) {
  (*at)->balance -= side ? 1 : -1;
  if ((*at)->balance == 2 || (*at)->balance == -2)
    return rebalance(at, !side);
  return (*at)->balance == 0;
}

static int take_first(Node **at, Node **first) {
  if ((*at)->child[0])
    return take_first(&(*at)->child[0], first) && shrunk(at, 0);
  *first = *at;
  *at = (*at)->child[1];
  return 1;
}

static int erase(Node **at, int key) {
  Node *node = *at;
  if (!node)
    return 0;
  if (key != node->key) {
    int side = key > node->key;
    return erase(&node->child[side], key) && shrunk(at, side);
  }
  int lower = 1;
  if (node->child[0] && node->child[1]) {
    Node *next;
    lower = take_first(&node->child[1], &next);
    *next = (Node){{node->child[0], node->child[1]}, next->key, node->balance};
    *at = next;
    lower = lower && shrunk(at, 1);
  } else
    *at = node->child[!node->child[0]];
  free(node);
  alive--;
  return lower;
}

static int height(const Node *n, int *valid) {
  if (!n)
    return 0;
  int left = height(n->child[0], valid), right = height(n->child[1], valid);
  *valid &= right - left == n->balance && abs(n->balance) < 2;
  return 1 + (left > right ? left : right);
}

static void walk(const Node *n, void (*visit)(const Node *, void *), void *context) {
  for (; n; n = n->child[1]) {
    walk(n->child[0], visit, context);
    visit(n, context);
  }
}

struct check {
  long long hash;
  int last, sorted, count;
};

static void visit(const Node *n, void *context) {
  struct check *c = context;
  c->sorted &= n->key > c->last;
  c->last = n->key;
  c->hash = (c->hash * 131 + n->key) % 1000000007;
  c->count++;
}

static void report(const char *what, const Node *root) {
  struct check c = {.last = -1, .sorted = 1};
  int valid = 1, levels = height(root, &valid);
  walk(root, visit, &c);
  printf("%s: %d keys (%d alive), %d levels, %s, %s, hash %lld\n", what, c.count, alive, levels,
         c.sorted ? "sorted" : "not sorted", valid ? "balanced" : "not balanced", c.hash);
}

int main(void) {
  Node *root = NULL;
  for (int i = 0; i < 1000; i++)
    insert(&root, i);
  report("ascending", root);
  for (int i = 0; i < 3000; i++)
    insert(&root, (int)((unsigned)i * 2654435761u >> 19));
  report("scattered", root);
  for (int i = 0; i < 8192; i += 3)
    erase(&root, i);
  report("without multiples of 3", root);
  for (int i = 0; i < 2000; i++)
    erase(&root, root->key);
  report("without roots", root);
  while (root)
    erase(&root, root->key);
  report("empty", root);
  return alive;
}
