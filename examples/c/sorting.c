//===- sorting.c - six ways to sort, one table ----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A table of functions, qsort with callbacks, recursion, every kind of loop, and a check that stable sorts are stable.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  short key;
  unsigned short place; // where it stood: shows whether a sort is stable
} Item;

typedef int Compare(const void *, const void *);

static unsigned long long comparisons;

static int by_key(const void *a, const void *b) {
  const Item *x = a, *y = b;
  comparisons++;
  return (x->key > y->key) - (x->key < y->key);
}

static int by_key_and_place(const void *a, const void *b) {
  int order = by_key(a, b);
  return order ? order : (int)((const Item *)a)->place - (int)((const Item *)b)->place;
}

static void swap(Item *a, Item *b) {
  Item old = *a;
  *a = *b;
  *b = old;
}

static void insertion(Item *v, int n, Compare *compare) {
  for (int i = 1; i < n; i++) {
    Item item = v[i];
    int j = i;
    while (j > 0 && compare(&item, &v[j - 1]) < 0) {
      v[j] = v[j - 1];
      j--;
    }
    v[j] = item;
  }
}

static void shell(Item *v, int n, Compare *compare) {
  static const int gaps[] = {301, 132, 57, 23, 10, 4, 1};
  for (const int *gap = gaps; gap != gaps + sizeof gaps / sizeof *gaps; gap++)
    for (int i = *gap; i < n; i++)
      for (int j = i; j >= *gap && compare(&v[j], &v[j - *gap]) < 0; j -= *gap)
        swap(&v[j], &v[j - *gap]);
}

static void quick(Item *v, int n, Compare *compare) {
  if (n < 8) {
    insertion(v, n, compare);
    return;
  }
  int i = -1, j = n;
  for (const Item pivot = v[n / 2];;) {
    do
      i++;
    while (compare(&v[i], &pivot) < 0);
    do
      j--;
    while (compare(&pivot, &v[j]) < 0);
    if (i >= j)
      break;
    swap(v + i, v + j);
  }
  quick(v, j + 1, compare);
  quick(v + j + 1, n - j - 1, compare);
}

static void sift(Item *v, int root, int n, Compare *compare) {
  for (int child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && compare(&v[child], &v[child + 1]) < 0)
      child++;
    if (compare(&v[root], &v[child]) >= 0)
      return;
    swap(&v[root], &v[child]);
  }
}

static void heap(Item *v, int n, Compare *compare) {
  for (int root = n / 2; root-- > 0;)
    sift(v, root, n, compare);
  for (int last = n - 1; last > 0; last--) {
    swap(&v[0], &v[last]);
    sift(v, 0, last, compare);
  }
}

static void merge(Item *v, int n, Compare *compare) {
  if (n < 2)
    return;
  int half = n / 2;
  merge(v, half, compare);
  merge(v + half, n - half, compare);
  Item left[half]; // deep recursion, but only n items in all
  memcpy(left, v, sizeof left);
  for (int i = 0, j = half, k = 0; i < half; k++)
    v[k] = j < n && compare(&v[j], &left[i]) < 0 ? v[j++] : left[i++];
}

static void library(Item *v, int n, Compare *compare) {
  // qsort promises no order of equal items; their places do.
  (void)compare;
  qsort(v, (size_t)n, sizeof *v, by_key_and_place);
}

int main(void) {
  enum { kCount = 2000 };
  static Item input[kCount], v[kCount];
  unsigned state = 12345;
  for (int i = 0; i < kCount; i++) {
    state = state * 1103515245u + 12345u;
    input[i] = (Item){.key = (short)((int)(state >> 16) % 700 - 350), .place = (unsigned short)i};
  }
  static const struct {
    const char *name;
    void (*sort)(Item *, int, Compare *);
  } table[] = {{"insertion", insertion}, {"shell", shell}, {"quick", quick},
               {"heap", heap},           {"merge", merge}, {"library", library}};
  int wrong = 0;
  for (size_t t = 0; t < sizeof table / sizeof table[0]; t++) {
    memcpy(v, input, sizeof v);
    comparisons = 0;
    table[t].sort(v, kCount, by_key);
    unsigned long long counted = comparisons;
    int stable = 1;
    unsigned long check = 0;
    for (int i = 0; i < kCount; i++) {
      if (i > 0 && v[i - 1].key > v[i].key)
        wrong++;
      if (i > 0 && v[i - 1].key == v[i].key && v[i - 1].place > v[i].place)
        stable = 0;
      check = check * 31 + (unsigned long)(v[i].key + 350);
    }
    printf("%-9s ", table[t].name);
    if (table[t].sort != library) // how often qsort compares is the library's business
      printf("%8llu comparisons, ", counted);
    printf("%s, keys %lx\n", stable ? "stable" : "not stable", check);
  }
  printf("median %d, smallest %d, largest %d\n", v[kCount / 2].key, v[0].key, v[kCount - 1].key);
  return wrong != 0;
}
