//===- shortest_paths.c - one graph, three algorithms ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Adjacency lists as structs with flexible array members, a binary heap, breadth-first search in a ring, Floyd and
// Warshall's triple loop over a static array.
//
//===----------------------------------------------------------------------===//

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { kNodes = 80, kFar = INT_MAX / 4 };

typedef struct {
  int target, length;
} Edge;

typedef struct {
  int count;
  Edge edges[]; // as many as count says
} Node;

static Node *new_node(int id) {
  int count = id % 10 == 9 ? 0 : 2 + id % 4; // every tenth is a dead end
  Node *node = malloc(sizeof *node + (size_t)count * sizeof(Edge));
  if (!node)
    exit(1);
  node->count = count;
  for (int e = 0; e < count; e++)
    node->edges[e] = (Edge){(id * 7 + e * e * 13 + 5) % (kNodes - 3), 1 + (id * 31 + e * 17) % 50};
  return node;
}

//--- Dijkstra ---------------------------------------------------------------------------------------------------------

typedef struct {
  int distance, node;
} Entry;

typedef struct {
  int size;
  Entry at[kNodes * 6];
} Heap;

static void push(Heap *heap, Entry entry) {
  int i = heap->size++;
  for (int parent; i > 0 && heap->at[parent = (i - 1) / 2].distance > entry.distance; i = parent)
    heap->at[i] = heap->at[parent];
  heap->at[i] = entry;
}

static Entry pop(Heap *heap) {
  Entry top = heap->at[0], last = heap->at[--heap->size];
  int i = 0;
  for (;;) {
    int child = 2 * i + 1;
    if (child >= heap->size)
      break;
    child += child + 1 < heap->size && heap->at[child + 1].distance < heap->at[child].distance;
    if (heap->at[child].distance >= last.distance)
      break;
    heap->at[i] = heap->at[child];
    i = child;
  }
  heap->at[i] = last;
  return top;
}

static void dijkstra(Node *const *graph, int from, int *distance, int *previous) {
  Heap heap = {0};
  for (int i = 0; i < kNodes; i++)
    distance[i] = kFar, previous[i] = -1;
  distance[from] = 0;
  push(&heap, (Entry){.node = from});
  while (heap.size) {
    Entry entry = pop(&heap);
    if (entry.distance > distance[entry.node])
      continue; // a shorter way was found since
    const Node *node = graph[entry.node];
    for (const Edge *edge = node->edges; edge < node->edges + node->count; edge++) {
      int through = entry.distance + edge->length;
      if (through < distance[edge->target]) {
        distance[edge->target] = through;
        previous[edge->target] = entry.node;
        push(&heap, (Entry){through, edge->target});
      }
    }
  }
}

//--- Breadth first: number of edges -----------------------------------------------------------------------------------

static int breadth_first(Node *const *graph, int from, int hops[kNodes]) {
  int ring[64], head = 0, tail = 0, widest = 0;
  bool dropped = false;
  for (int i = 0; i < kNodes; i++)
    hops[i] = -1;
  hops[from] = 0;
  ring[tail++ & 63] = from;
  while (head != tail) {
    int at = ring[head++ & 63];
    for (int e = 0; e < graph[at]->count; e++) {
      int target = graph[at]->edges[e].target;
      if (hops[target] >= 0)
        continue;
      hops[target] = hops[at] + 1;
      if (tail - head == 64)
        dropped = true;
      else
        ring[tail++ & 63] = target;
    }
    if (tail - head > widest)
      widest = tail - head;
  }
  return dropped ? -widest : widest;
}

static int all[kNodes][kNodes];

static void floyd_warshall(Node *const *graph) {
  for (int i = 0; i < kNodes; i++) {
    for (int j = 0; j < kNodes; j++)
      all[i][j] = i == j ? 0 : kFar;
    for (int e = 0; e < graph[i]->count; e++) {
      Edge edge = graph[i]->edges[e];
      if (edge.length < all[i][edge.target])
        all[i][edge.target] = edge.length;
    }
  }
  for (int k = 0; k < kNodes; k++)
    for (int i = 0; i < kNodes; i++)
      for (int j = 0; j < kNodes; j++)
        if (all[i][k] + all[k][j] < all[i][j])
          all[i][j] = all[i][k] + all[k][j];
}

int main(void) {
  Node *graph[kNodes];
  int distance[kNodes], previous[kNodes], hops[kNodes], differences = 0;
  for (int i = 0; i < kNodes; i++)
    graph[i] = new_node(i);
  floyd_warshall(graph);
  for (int from = 0; from < kNodes; from++) {
    dijkstra(graph, from, distance, previous);
    int widest = breadth_first(graph, from, hops), reached = 0, farthest = from;
    for (int i = 0; i < kNodes; i++) {
      differences += distance[i] != all[from][i];
      if (distance[i] < kFar) {
        reached++;
        if (distance[i] > distance[farthest])
          farthest = i;
      }
    }
    if (from % 16 == 0) {
      printf("from %d: %d reached, queue %d, farthest %d at %d by", from, reached, widest, farthest,
             distance[farthest]);
      for (int i = farthest; i >= 0; i = previous[i])
        printf(" %d(%d)", i, hops[i]);
      putchar('\n');
    }
  }
  printf("differences %d\n", differences);
  for (int i = 0; i < kNodes; i++)
    free(graph[i]);
  return differences ? EXIT_FAILURE : EXIT_SUCCESS;
}
