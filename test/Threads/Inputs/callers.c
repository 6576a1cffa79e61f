// Calls one compiled function from many threads at one time, from inside regions of OpenMP, and without memory, and
// compares every result, bit for bit, with that of one quiet call. Arguments: callers, calls of each.
#include "layers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kKinds = 5 };
static float x[kKinds][LEXON_ELEMENTS_layers_arg0], w[LEXON_ELEMENTS_layers_arg1], v[LEXON_ELEMENTS_layers_arg2];
static float expected[kKinds][LEXON_ELEMENTS_layers_result0];
static int calls, wrong;

// Takes the place of the C library's: counts, and fails when told to.
static int allocations, outOfMemory;
void *aligned_alloc(size_t alignment, size_t bytes) {
  __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
  void *memory = NULL;
  if (outOfMemory || posix_memalign(&memory, alignment, bytes) != 0)
    return NULL;
  memset(memory, 0xa5, bytes); // nothing may rely on what new memory holds
  return memory;
}

static void fill(float *values, size_t count, unsigned seed) {
  for (size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    values[i] = (float)(int)(seed >> 8) / 16777216.0f - 0.4f;
  }
}

static void check(int kind) {
  float out[LEXON_ELEMENTS_layers_result0];
  if (!lexon_call_layers(x[kind], w, v, out) || memcmp(out, expected[kind], sizeof out) != 0)
    __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
}

static void *caller(void *kind) {
  for (int i = 0; i < calls; ++i)
    check((int)(((size_t)kind + (size_t)i) % kKinds));
  return NULL;
}

int main(int argc, char **argv) {
  const int callers = argc > 2 ? atoi(argv[1]) : 2;
  calls = argc > 2 ? atoi(argv[2]) : 10;
  fill(w, LEXON_ELEMENTS_layers_arg1, 1);
  fill(v, LEXON_ELEMENTS_layers_arg2, 2);
  for (int kind = 0; kind < kKinds; ++kind)
    fill(x[kind], LEXON_ELEMENTS_layers_arg0, 3 + (unsigned)kind);

  outOfMemory = 1;
  const int refused = !lexon_call_layers(x[0], w, v, expected[0]);
  printf("without memory: %s\n", refused ? lexon_failure_message : "no failure");
  outOfMemory = allocations = 0;

  for (int kind = 0; kind < kKinds; ++kind)
    lexon_call_layers(x[kind], w, v, expected[kind]);
  printf("allocations of calls one by one: %d\n", allocations);

  pthread_t threads[64];
  for (int i = 0; i < callers; ++i)
    if (pthread_create(&threads[i], NULL, caller, (void *)(size_t)i) != 0)
      return 2;
  for (int i = 0; i < callers; ++i)
    pthread_join(threads[i], NULL);
  printf("wrong results of %d callers: %d\n", callers, wrong);

#pragma omp parallel num_threads(3)
  for (int i = 0; i < calls / 10 + 1; ++i)
    check(i % kKinds);
  printf("wrong results inside OpenMP: %d\n", wrong);
  return wrong != 0;
}
