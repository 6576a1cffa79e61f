//===- modules.h - what the three files share ---------------------*- C -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//

//
//===----------------------------------------------------------------------===//

#ifndef MODULES_H
#define MODULES_H

enum { kReader, kWriter, kModules };

struct module {
  int id;
  int (*count)(void);
  int (*step)(int by);
  const char *buffer;
};

extern const struct module reader_module, writer_module;
extern const char *const module_names[kModules];
extern int shared_total;

int read_next(int seed);
int write_next(int value);

// Every file that includes this has its own copy, with its own `calls`.
static inline int square_sum(int n) {
  static int calls;
  int sum = ++calls * 1000;
  for (int i = 1; i <= n; i++)
    sum += i * i;
  return sum;
}

#endif
