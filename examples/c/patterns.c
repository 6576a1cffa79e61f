//===- patterns.c - matching with * ? and sets, and a small regular expression matcher -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Recursion over strings, const char **, pointers past sets, tail calls, memoization in a bit set.
//
//===----------------------------------------------------------------------===//

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static long steps;

// [a-c], [!x]. Moves *pattern behind the set.
static bool in_set(const char **pattern, char c) {
  const char *p = *pattern + 1;
  bool invert = *p == '!' && p++, found = false; // a set may start with ]
  do {
    if (p[1] == '-' && p[2] && p[2] != ']') {
      found |= p[0] <= c && c <= p[2];
      p += 3;
    } else
      found |= *p++ == c;
  } while (*p && *p != ']');
  *pattern = *p ? p + 1 : p;
  return found != invert;
}

static bool glob(const char *pattern, const char *text) {
  const char *retry_pattern = NULL, *retry_text = NULL;
  for (;;) {
    steps++;
    const char *next = pattern;
    switch (*pattern) {
    case '*':
      retry_pattern = ++pattern;
      retry_text = text;
      continue;
    case '?':
      next++;
      if (*text)
        break;
      goto mismatch;
    case '[':
      if (*text && in_set(&next, *text))
        break;
      goto mismatch;
    case '\\':
      if (next[1])
        next++;
      // fall through
    default:
      if (*next != *text)
        goto mismatch;
      if (!*text)
        return true;
      next++;
    }
    pattern = next;
    text++;
    continue;
  mismatch:
    if (!retry_pattern || !*retry_text)
      return false;
    pattern = retry_pattern;
    text = ++retry_text;
  }
}

//--- ^ $ . * + ? on single characters, after Kernighan and Pike -------------------------------------------------------

static bool here(const char *re, const char *text);

static bool repeat(char c, int least, int most, const char *re, const char *text) {
  const char *t = text;
  while (*t && (*t == c || c == '.') && t - text < most)
    t++;
  do
    if (t - text >= least && here(re, t))
      return true;
  while (t-- > text);
  return false;
}

static bool here(const char *re, const char *text) {
  steps++;
  if (!re[0])
    return true;
  if (re[1] == '*' || re[1] == '+' || re[1] == '?')
    return repeat(re[0], re[1] == '+', re[1] == '?' ? 1 : 1 << 20, re + 2, text);
  if (re[0] == '$' && !re[1])
    return !*text;
  return *text && (re[0] == '.' || re[0] == *text) && here(re + 1, text + 1);
}

static bool search(const char *re, const char *text) {
  if (*re == '^')
    return here(re + 1, text);
  do
    if (here(re, text))
      return true;
  while (*text++);
  return false;
}

int main(void) {
  static const struct {
    bool (*match)(const char *, const char *);
    const char *pattern;
    const char *texts[4];
  } tests[] = {
      {glob, "*.c", {"main.c", ".c", "main.cc", "c"}},
      {glob, "a*b?d", {"abcd", "aXXbYd", "abbbd", "abd"}},
      {glob, "[a-c]*[!0-9]", {"apple", "b7", "c", "dog"}},
      {glob, "[]x]\\*", {"]*", "x*", "x", "xy"}},
      {glob, "*a*a*a*a*b", {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaab", "baaab"}},
      {search, "^a.*z$", {"abcz", "az", "abc", "xaz"}},
      {search, "lo+l", {"lol", "loooool", "ll", "say lol!"}},
      {search, "colou?r$", {"color", "the colour", "colouur", "colors"}},
      {search, "x*", {"", "abc", "xxx", "y"}},
  };
  unsigned bits = 0;
  for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    printf("%-14s", tests[i].pattern);
    steps = 0;
    for (int t = 0; t < 4 && tests[i].texts[t]; t++) {
      bool yes = tests[i].match(tests[i].pattern, tests[i].texts[t]);
      printf(" %s", yes ? "yes" : "no");
      bits = bits << 1 | (bits >> 31 ^ yes);
    }
    printf(" (%ld steps)\n", steps);
  }
  return (int)(bits & 127);
}
