//===- text_arena.c - strings that live and die together ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A bump allocator with alignment, flexible array members, alloca, restrict, pointer arithmetic over char, the
// functions of <string.h>.
//
//===----------------------------------------------------------------------===//

#include <alloca.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct chunk {
  struct chunk *previous;
  size_t used, size;
  alignas(max_align_t) unsigned char memory[];
} Chunk;

typedef struct {
  Chunk *last;
  unsigned chunks, requests;
} Arena;

static void *arena_get(Arena *arena, size_t size, size_t alignment) {
  Chunk *chunk = arena->last;
  size_t start = chunk ? (chunk->used + alignment - 1) & ~(alignment - 1) : 0;
  if (!chunk || start + size > chunk->size) {
    size_t capacity = size > 256 ? size : 256;
    if (!(chunk = malloc(sizeof *chunk + capacity)))
      abort();
    *chunk = (Chunk){.previous = arena->last, .size = capacity};
    arena->last = chunk;
    arena->chunks++;
    start = 0;
  }
  arena->requests++;
  chunk->used = start + size;
  return chunk->memory + start;
}

static void arena_free(Arena *arena) {
  for (Chunk *chunk = arena->last, *previous; chunk; chunk = previous)
    previous = chunk->previous, free(chunk);
  *arena = (Arena){0};
}

#define NEW(arena, type, count) ((type *)arena_get(arena, sizeof(type) * (count), alignof(type)))

typedef struct {
  size_t length;
  char text[];
} String;

static const String *string(Arena *arena, const char *text, size_t length) {
  String *s = arena_get(arena, sizeof *s + length + 1, alignof(String));
  s->length = length;
  memcpy(s->text, text, length);
  s->text[length] = 0;
  return s;
}

static size_t copy_reversed(char *restrict to, const char *restrict from, size_t length) {
  for (const char *p = from + length; p != from;)
    *to++ = *--p;
  return length;
}

static const String *reversed(Arena *arena, const String *s) {
  char *scratch = alloca(s->length + 1); // gone when this function returns
  return string(arena, scratch, copy_reversed(scratch, s->text, s->length));
}

static const String *joined(Arena *arena, const String *const *parts, size_t count, const char *between) {
  size_t length = 0, gap = strlen(between);
  for (size_t i = 0; i < count; i++)
    length += parts[i]->length + (i ? gap : 0);
  char *buffer = NEW(arena, char, length + 1), *at = buffer;
  for (size_t i = 0; i < count; i++) {
    at = i ? stpcpy(at, between) : at;
    at = (char *)memcpy(at, parts[i]->text, parts[i]->length) + parts[i]->length;
  }
  return string(arena, buffer, (size_t)(at - buffer));
}

static int is_palindrome(const char *s) {
  const char *e = s + strlen(s);
  while (s < e)
    if (*s++ != *--e)
      return 0;
  return 1;
}

int main(void) {
  static const char source[] = "level,stats;hello,noon;;racecar,deed,pointer;a";
  Arena arena = {0};
  char text[sizeof source];
  const String *parts[16], *backwards[16];
  size_t count = 0, palindromes = 0;
  strcpy(text, source);
  for (char *rest = NULL, *word = strtok_r(text, ",;", &rest); word; word = strtok_r(NULL, ",;", &rest)) {
    parts[count] = string(&arena, word, strlen(word));
    backwards[count] = reversed(&arena, parts[count]);
    palindromes += (size_t)is_palindrome(word);
    count++;
  }
  const String *forward = joined(&arena, parts, count, " <-> "), *backward = joined(&arena, backwards, count, "+");
  printf("%zu words, %zu palindromes\n%s\n%s\n", count, palindromes, forward->text, backward->text);

  uint64_t *squares = NEW(&arena, uint64_t, 40);
  char *odd = NEW(&arena, char, 3);
  double *halves = NEW(&arena, double, 5);
  double total = 0;
  for (int i = 0; i < 40; i++)
    squares[i] = (uint64_t)i * (uint64_t)i;
  memcpy(odd, "ok", 3);
  for (int i = 0; i < 5; i++)
    total += halves[i] = (double)squares[i + 30] / 2;
  printf("%s %g %llu, aligned %d, %u chunks, %u requests\n", odd, total, (unsigned long long)squares[39],
         (uintptr_t)halves % alignof(double) == 0, arena.chunks, arena.requests);
  printf("%s | %s | %zu | %d\n", strstr(forward->text, "noon"), strrchr(backward->text, '+'),
         strspn(forward->text, "elv"), strncmp(forward->text, "level<", 6) > 0);
  arena_free(&arena);
  return arena.last != NULL;
}
