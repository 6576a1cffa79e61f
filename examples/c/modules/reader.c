//===- reader.c - one of two modules with the same inner names ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//

//
//===----------------------------------------------------------------------===//

#include "modules.h"

static int count;
static char buffer[] = "read";

static int step(int by) {
  static int steps = 10;
  count += by;
  return steps += by + 1;
}

static int get_count(void) { return count; }

int read_next(int seed) {
  buffer[seed % 4] ^= 0x20;
  shared_total += step(seed);
  return square_sum(seed);
}

const struct module reader_module = {kReader, get_count, step, buffer};
