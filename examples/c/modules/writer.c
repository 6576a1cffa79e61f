//===- writer.c - one of two modules with the same inner names ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//

//
//===----------------------------------------------------------------------===//

#include "modules.h"

static long count = -5; // another type than in reader.c
static char buffer[8];

static int step(int by) {
  static int steps = 20;
  count -= by;
  return steps += 2 * by;
}

static int get_count(void) { return (int)count; }

int write_next(int value) {
  for (int i = 0; i < 7; i++)
    buffer[i] = (char)('a' + (value + i * i) % 26);
  shared_total ^= step(value);
  return square_sum(2) - value;
}

const struct module writer_module = {.id = kWriter, .buffer = buffer, .step = step, .count = get_count};
