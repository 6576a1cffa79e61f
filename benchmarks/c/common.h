//===- common.h - what the kernels of this folder share -----------*- C -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A kernel is a function that is not inlined and has variable-length arrays as parameters. A program runs it RUNS times
// on the same data, prints a hash of all bits of the result, and the shortest time on standard error.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_BENCHMARKS_C_COMMON_H
#define LEXON_BENCHMARKS_C_COMMON_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef RUNS
#define RUNS 3
#endif

#define KERNEL static __attribute__((noinline)) void

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Numbers between -1 and 1 without a pattern, the same for the same seed.
static inline void fill(double *values, size_t count, unsigned seed) {
  uint64_t state = 0x9e3779b97f4a7c15u * (seed + 1);
  for (size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    values[i] = (double)(int64_t)(state ^ state >> 31) * 0x1p-63;
  }
}

static inline double *numbers(size_t count, unsigned seed) {
  double *values = aligned_alloc(64, (count * sizeof(double) + 63) / 64 * 64);
  if (!values)
    abort();
  fill(values, count, seed);
  return values;
}

/// n x n numbers with a diagonal that outweighs the rest of its row.
static inline double *dominant(int n, unsigned seed) {
  double *values = numbers((size_t)n * n, seed);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < i; ++j)
      values[(size_t)i * n + j] = values[(size_t)j * n + i];
    values[(size_t)i * n + i] = n + 1;
  }
  return values;
}

static inline uint64_t hash(uint64_t so_far, const void *data, size_t bytes) {
  for (size_t i = 0; i + 4 <= bytes; i += 4) {
    uint32_t word;
    memcpy(&word, (const char *)data + i, sizeof word);
    so_far = (so_far ^ word) * 0x100000001b3u;
  }
  return so_far;
}

/// Restores the data (`setup`) and calls the kernel (`call`), RUNS times; then `result`, of so many bytes, is told.
#define MEASURE(setup, call, result, bytes)                                                                            \
  do {                                                                                                                 \
    double best = INFINITY;                                                                                            \
    for (int run = 0; run < RUNS; ++run) {                                                                             \
      setup;                                                                                                           \
      double start = now();                                                                                            \
      call;                                                                                                            \
      best = fmin(best, now() - start);                                                                                \
    }                                                                                                                  \
    printf("%016llx\n", (unsigned long long)hash(0xcbf29ce484222325u, result, bytes));                                 \
    fprintf(stderr, "kernel: %.9f s\n", best);                                                                         \
  } while (0)

#endif
