//===- main.c - several files that use the same names ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// reader.c and writer.c both have a static `buffer`, `count` and `step`; so does this file. Each must keep its own.
//
//===----------------------------------------------------------------------===//

#include "modules.h"

#include <stdio.h>

static int count = 1000;
static char buffer[] = "main";
const char *const module_names[kModules] = {[kReader] = "reader", [kWriter] = "writer"};
int shared_total;

static int step(int by) { return count += by; }

int main(void) {
  for (int i = 0; i < 5; i++) {
    int read = read_next(i), written = write_next(read), own = step(i);
    printf("%d: %s %d, %s %d, %s %d, shared %d\n", i, module_names[kReader], read, module_names[kWriter], written,
           buffer, own, shared_total);
  }
  const struct module *modules[kModules] = {&reader_module, &writer_module};
  for (const struct module **m = modules; m < modules + kModules; m++)
    printf("%s: count %d, buffer '%s', same function %d\n", module_names[(*m)->id], (*m)->count(), (*m)->buffer,
           (*m)->step == modules[0]->step);
  printf("inlined %d %d, local statics %d %d\n", square_sum(3), modules[kWriter]->step(2), reader_module.step(0),
         writer_module.step(0));
  return shared_total & 255;
}
