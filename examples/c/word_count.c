//===- word_count.c - the most frequent words of standard input -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// ARGS: -n 12 -m 2
// A growing hash table with chains, characters and unsigned char, options by hand, qsort of pointers, exit codes.
//
//===----------------------------------------------------------------------===//

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct word {
  struct word *next;
  unsigned long hash;
  unsigned count, length;
  char text[1]; // the old way to say that it is longer
} Word;

typedef struct {
  Word **buckets;
  size_t size, used; // size is a power of two
} Table;

static unsigned long hash_text(const char *text, size_t length) {
  unsigned long hash = 5381;
  while (length--)
    hash = hash * 33 ^ (unsigned char)*text++;
  return hash;
}

static void grow(Table *table) {
  size_t size = table->size ? table->size * 2 : 8;
  Word **buckets = calloc(size, sizeof *buckets);
  if (!buckets)
    exit(3);
  for (size_t b = 0; b < table->size; b++)
    for (Word *word = table->buckets[b], *next; word; word = next) {
      next = word->next;
      Word **to = &buckets[word->hash & (size - 1)];
      word->next = *to;
      *to = word;
    }
  free(table->buckets);
  table->buckets = buckets;
  table->size = size;
}

static Word *find_or_add(Table *table, const char *text, unsigned length) {
  unsigned long hash = hash_text(text, length);
  if (table->used >= table->size - table->size / 4)
    grow(table);
  Word **at = &table->buckets[hash & (table->size - 1)];
  for (; *at; at = &(*at)->next)
    if ((*at)->hash == hash && (*at)->length == length && memcmp((*at)->text, text, length) == 0)
      return *at;
  Word *word = malloc(sizeof *word + length);
  if (!word)
    exit(3);
  *word = (Word){.hash = hash, .length = length};
  memcpy(word->text, text, length);
  word->text[length] = '\0';
  table->used++;
  return *at = word;
}

static int by_count(const void *a, const void *b) {
  const Word *x = *(Word *const *)a, *y = *(Word *const *)b;
  return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : strcmp(x->text, y->text);
}

int main(int argc, char **argv) {
  unsigned shown = 10, minimum = 1;
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] != '-' || !strchr("nm", argv[i][1]) || !argv[i][1] || i + 1 == argc) {
      fprintf(stderr, "usage: %s [-n COUNT] [-m MINIMAL LENGTH]\n", argv[0]);
      return 2;
    }
    unsigned *option = argv[i][1] == 'n' ? &shown : &minimum;
    *option = (unsigned)strtoul(argv[++i], NULL, 10);
  }

  Table table = {0};
  char word[64];
  unsigned length = 0, lines = 0, words = 0, bytes = 0;
  for (int c; (c = getchar()) != EOF || length; bytes += c != EOF, lines += c == '\n') {
    if (c != EOF && (isalpha(c) || c == '\'')) {
      if (length < sizeof word)
        word[length++] = (char)tolower(c);
    } else if (length) {
      words++;
      if (length >= minimum)
        find_or_add(&table, word, length)->count++;
      length = 0;
      if (c == EOF)
        break;
    }
  }
  printf("%u lines, %u words, %u bytes, %zu different in %zu buckets\n", lines, words, bytes, table.used, table.size);

  Word **all = malloc((table.used + 1) * sizeof *all), **end = all;
  if (!all)
    return 3;
  for (size_t b = 0; b < table.size; b++)
    for (Word *w = table.buckets[b]; w; w = w->next)
      *end++ = w;
  qsort(all, (size_t)(end - all), sizeof *all, by_count);
  for (Word **w = all; w < end && w < all + shown; w++)
    printf("%4u %-10s %016lx\n", (*w)->count, (*w)->text, (*w)->hash);
  while (end != all)
    free(*--end);
  free(all);
  free(table.buckets);
  return words == 0;
}
