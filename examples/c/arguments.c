//===- arguments.c - a command line, and what main returns ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// ARGS: -v --level=3 --name "two words" -xvf archive -- --not-an-option ''
// argc and argv as they come, options with designated tables, pointers to members of different types, exit codes above
// 127.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  _Bool verbose, extract;
  int level;
  const char *name, *file;
} Options;

enum type { FLAG, NUMBER, TEXT };

static const struct option {
  const char *full;
  char letter;
  enum type type;
  size_t offset;
} table[] = {
    {"verbose", 'v', FLAG, __builtin_offsetof(Options, verbose)},
    {"extract", 'x', FLAG, __builtin_offsetof(Options, extract)},
    {"level", 'l', NUMBER, __builtin_offsetof(Options, level)},
    {"name", 'n', TEXT, __builtin_offsetof(Options, name)},
    {.full = "file", .letter = 'f', .type = TEXT, .offset = __builtin_offsetof(Options, file)},
};

static const struct option *find(const char *full, size_t length, char letter) {
  for (const struct option *o = table; o != table + sizeof table / sizeof *table; o++)
    if (full ? strlen(o->full) == length && !memcmp(o->full, full, length) : o->letter == letter)
      return o;
  return NULL;
}

static int store(Options *options, const struct option *o, const char *value) {
  void *member = (char *)options + o->offset;
  switch (o->type) {
  case FLAG:
    return *(_Bool *)member = 1, 0;
  case NUMBER: {
    char *end;
    errno = 0;
    long number = strtol(value, &end, 0);
    if (errno || *end || end == value)
      return 2;
    *(int *)member = (int)number;
    return 0;
  }
  case TEXT:
    *(const char **)member = value;
    return 0;
  }
  return 3;
}

// Returns the first argument that is no option, or minus an error.
static int parse(int argc, char *argv[], Options *options) {
  int i;
  for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
    char *argument = argv[i] + 1;
    if (*argument == '-') {
      if (!*++argument)
        return i + 1;
      char *equals = strchr(argument, '=');
      const struct option *o = find(argument, equals ? (size_t)(equals - argument) : strlen(argument), 0);
      if (!o || (o->type == FLAG && equals))
        return -10;
      const char *value = equals ? equals + 1 : o->type == FLAG ? "" : argv[++i];
      if (!value || store(options, o, value))
        return -20;
      continue;
    }
    for (; *argument; argument++) {
      const struct option *o = find(NULL, 0, *argument);
      if (!o)
        return -30;
      if (o->type == FLAG) {
        store(options, o, NULL);
        continue;
      }
      const char *value = argument[1] ? argument + 1 : argv[++i];
      if (!value || store(options, o, value))
        return -40;
      break;
    }
  }
  return i;
}

int main(int argc, char **argv) {
  Options options = {.level = 1, .name = "none"};
  int first = parse(argc, argv, &options);
  printf("verbose %d, extract %d, level %d, name %s, file %s\n", options.verbose, options.extract, options.level,
         options.name, options.file ? options.file : "(none)");
  for (int i = first; first >= 0 && i < argc; i++)
    printf("argument %d: '%s'\n", i - first, argv[i]);
  printf("argv[argc] is %s\n", argv[argc] ? "something" : "null");

  char *bad[][4] = {{"p", "--level=x"}, {"p", "-q"}, {"p", "--verbose=1"}, {"p", "-l"}, {"p", "-l7", "-", "-v"}};
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
    int count = 0;
    while (count < 4 && bad[i][count])
      count++;
    char *copy[5] = {bad[i][0], bad[i][1], bad[i][2], bad[i][3]};
    Options scratch = {0};
    int result = parse(count, copy, &scratch);
    printf("%s: %d, level %d\n", bad[i][1], result, scratch.level);
  }
  if (first < 0)
    exit(-first);
  return 200 + argc - first;
}
