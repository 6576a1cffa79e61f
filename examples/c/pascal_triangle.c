//===- pascal_triangle.c - rows of different lengths ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Pointers to pointers that are no rectangle: rows that grow by realloc, rows that share memory, rows that change
// places.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned **triangle(int rows) {
  unsigned **t = malloc((size_t)rows * sizeof *t);
  for (int i = 0; t && i < rows; i++) {
    if (!(t[i] = malloc((size_t)(i + 1) * sizeof **t)))
      exit(1);
    t[i][0] = t[i][i] = 1;
    for (int j = 1; j < i; j++)
      t[i][j] = t[i - 1][j - 1] + t[i - 1][j];
  }
  return t;
}

// All lines of a text in one buffer; the rows point into it.
static char **split(const char *text, int *count) {
  size_t size = strlen(text) + 1;
  int lines = 1;
  for (const char *c = text; (c = strchr(c, '\n')); c++)
    lines++;
  char **rows = malloc((size_t)lines * sizeof *rows + size), *buffer = (char *)(rows + lines);
  if (!rows)
    exit(1);
  memcpy(buffer, text, size);
  for (*count = 0; *count < lines; ++*count) {
    rows[*count] = buffer;
    buffer += strcspn(buffer, "\n");
    *buffer++ = '\0';
  }
  return rows;
}

static int by_length(const void *a, const void *b) {
  const char *x = *(char *const *)a, *y = *(char *const *)b;
  size_t n = strlen(x), m = strlen(y);
  return n != m ? (n < m ? -1 : 1) : strcmp(x, y);
}

typedef struct {
  int *items, size, capacity;
} Row;

static void append(Row *row, int item) {
  if (row->size == row->capacity) {
    int *larger = realloc(row->items, (size_t)(row->capacity = row->capacity * 2 + 1) * sizeof *larger);
    if (!larger)
      exit(1);
    row->items = larger;
  }
  row->items[row->size++] = item;
}

int main(void) {
  enum { kRows = 20 };
  unsigned **t = triangle(kRows), total = 0;
  unsigned *held = t[7];
  t[7] = t[19], t[19] = held; // now jagged in another way
  for (int i = 0; i < kRows; i++) {
    int length = i == 7 ? 20 : i == 19 ? 8 : i + 1;
    for (int j = 0; j < length; j++)
      total = total * 3 + t[i][j];
  }
  printf("%u %u %u %u\n", t[7][10], t[19][3], t[12][6], total);
  for (int i = kRows; i-- > 0;)
    free(t[i]);
  free(t);

  int lines;
  char **rows = split("one row\nof text\n\nis as long\nas it is", &lines);
  qsort(rows, (size_t)lines, sizeof *rows, by_length);
  for (char **row = rows; row < rows + lines; row++)
    printf("[%s]%c", *row, row + 1 < rows + lines ? ' ' : '\n');
  free(rows);

  Row buckets[7] = {0};
  for (int i = 1; i < 100; i++)
    append(&buckets[i * i % 7], i);
  for (Row *row = buckets; row != buckets + 7; row++) {
    long sum = 0;
    for (int i = 0; i < row->size; i++)
      sum = sum * 5 % 1000003 + row->items[i];
    printf("%td: %d of %d, %ld\n", row - buckets, row->size, row->capacity, sum);
    free(row->items);
  }

  // Two names for the same row, and a window into the middle of another.
  double a[3][8], *views[4] = {a[0], a[1] + 2, a[0], a[2]};
  for (int i = 0; i < 24; i++)
    (&a[0][0])[i / 8 * 8 + i % 8] = i;
  for (int i = 0; i < 6; i++) {
    views[2][i] += views[1][i];
    views[3][7 - i] = views[0][i] * 2;
    views[1][-1] += views[3][i];
  }
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 8; j++)
      printf("%g%c", a[i][j], j < 7 ? ' ' : '\n');
  return 0;
}
