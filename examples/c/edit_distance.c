//===- edit_distance.c - three tables of dynamic programming --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Variable-length arrays in two dimensions, as locals and as parameters; long subexpressions with nested ?: and comma;
// wide strings.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static int smallest(int a, int b, int c) { return a < b ? a < c ? a : c : b < c ? b : c; }

static int fill(int n, int m, int d[n + 1][m + 1], const wchar_t *a, const wchar_t *b) {
  for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++)
      d[i][j] = !i ? j : !j ? i : smallest(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
  return d[n][m];
}

static void trace(int n, int m, int (*d)[m + 1], char *steps) {
  char *at = steps;
  while (n || m)
    if (n && m && d[n][m] == d[n - 1][m - 1] && d[n - 1][m - 1] <= d[n - 1][m] && d[n - 1][m - 1] <= d[n][m - 1])
      *at++ = '=', n--, m--;
    else if (n && m && d[n][m] == d[n - 1][m - 1] + 1)
      *at++ = 'x', n--, m--;
    else if (n && d[n][m] == d[n - 1][m] + 1)
      *at++ = '-', n--;
    else
      *at++ = '+', m--;
  *at = '\0';
  for (char *first = steps; first < at; first++) {
    char c = *first;
    *first = *--at, *at = c;
  }
}

static void compare(const wchar_t *a, const wchar_t *b) {
  int n = (int)wcslen(a), m = (int)wcslen(b);
  int d[n + 1][m + 1];
  char steps[n + m + 1];
  int distance = fill(n, m, d, a, b);
  trace(n, m, d, steps);
  printf("%d of %d and %d: %s (%zu and %zu bytes)\n", distance, n, m, steps, sizeof d, sizeof d[0]);
}

static int longest_common(const char *a, const char *b, char *out) {
  size_t n = strlen(a), m = strlen(b);
  unsigned char length[n + 1][m + 1];
  memset(length, 0, sizeof length);
  for (size_t i = n; i-- > 0;)
    for (size_t j = m; j-- > 0;)
      length[i][j] = (unsigned char)(a[i] == b[j]                          ? length[i + 1][j + 1] + 1
                                     : length[i + 1][j] > length[i][j + 1] ? length[i + 1][j]
                                                                           : length[i][j + 1]);
  size_t i = 0, j = 0;
  while (i < n && j < m)
    if (a[i] == b[j])
      *out++ = a[i], i++, j++;
    else
      length[i + 1][j] >= length[i][j + 1] ? i++ : j++;
  *out = '\0';
  return length[0][0];
}

static long knapsack(int count, const int weight[restrict count], const int value[restrict count], int room) {
  long best[room + 1];
  for (int r = 0; r <= room; r++)
    best[r] = 0;
  for (int i = 0; i < count; i++)
    for (int r = room; r >= weight[i]; r--) {
      long with = best[r - weight[i]] + value[i];
      best[r] = with > best[r] ? with : best[r];
    }
  return best[room];
}

int main(void) {
  compare(L"kitten", L"sitting");
  compare(L"", L"abc");
  compare(L"na\u00efve caf\u00e9", L"naive cafe");
  compare(L"intention", L"execution");
  char common[64];
  int length = longest_common("the quick brown fox jumps over", "a lazy dog, quickly, boxes out", common);
  printf("%d: '%s'\n", length, common);

  enum { kItems = 60 };
  int weight[kItems], value[kItems];
  for (int i = 0; i < kItems; i++)
    weight[i] = 5 + i * 29 % 41, value[i] = 10 + i * 37 % 53;
  for (int room = 0; room <= 800; room += 160)
    printf("room %d: %ld\n", room, knapsack(kItems, weight, value, room));
  return 0;
}
