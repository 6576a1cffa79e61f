//===- game_of_life.c - Conway's cells, one bit each ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// 64 cells in a word: shifts, rotations, full adders made of logic, arrays of unsigned long, and a torus by unsigned
// wrap-around.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { kRows = 48 };

typedef struct {
  uint64_t row[kRows];
} World;

static inline uint64_t left(uint64_t w) { return w << 1 | w >> 63; }
static inline uint64_t right(uint64_t w) { return w >> 1 | w << 63; }

// Adds one bit to a counter of three bits in each of the 64 columns; it stops at 7, which is as good as 8 here.
static void count(uint64_t bit, uint64_t *one, uint64_t *two, uint64_t *four) {
  uint64_t full = *one & *two & *four;
  uint64_t carry = *one & bit & ~full;
  *one ^= bit & ~full;
  uint64_t carry2 = *two & carry;
  *two ^= carry;
  *four |= carry2;
}

static World next(World w) {
  World result;
  for (unsigned i = 0; i < kRows; i++) {
    uint64_t above = w.row[(i - 1u) % kRows], here = w.row[i], below = w.row[(i + 1) % kRows];
    if (i == 0)
      above = w.row[kRows - 1]; // 2^32 - 1 is no multiple of 48
    uint64_t one = 0, two = 0, four = 0;
    const uint64_t neighbours[8] = {left(above), above,       right(above), left(here),
                                    right(here), left(below), below,        right(below)};
    for (int k = 0; k < 8; k++)
      count(neighbours[k], &one, &two, &four);
    result.row[i] = two & ~four & (one | here); // three neighbours, or two and alive
  }
  return result;
}

static int population(const World *w) {
  int sum = 0;
  for (int i = 0; i < kRows; i++)
    sum += __builtin_popcountll(w->row[i]);
  return sum;
}

static void place(World *w, int row, int column, const char *const *picture) {
  for (; *picture; picture++, row++)
    for (const char *c = *picture; *c; c++)
      if (*c == 'O')
        w->row[row] |= UINT64_C(1) << (column + (c - *picture));
}

static void show(const World *w, int from, int to) {
  for (int i = from; i < to; i++) {
    char line[65];
    for (int j = 0; j < 64; j++)
      line[j] = "-O"[w->row[i] >> j & 1];
    line[64] = '\0';
    puts(line);
  }
}

int main(void) {
  static const char *const glider[] = {".O.", "..O", "OOO", NULL};
  static const char *const gun[] = {"........................O",
                                    "......................O.O",
                                    "............OO......OO............OO",
                                    "...........O...O....OO............OO",
                                    "OO........O.....O...OO",
                                    "OO........O...O.OO....O.O",
                                    "..........O.....O.......O",
                                    "...........O...O",
                                    "............OO",
                                    0};
  World world;
  memset(&world, 0, sizeof world);
  place(&world, 5, 1, gun);
  place(&world, 40, 50, glider);
  uint64_t hash = 14695981039346656037u;
  for (int generation = 0; generation <= 400; generation++) {
    if (generation % 100 == 0)
      printf("generation %d: %d cells\n", generation, population(&world));
    for (int i = 0; i < kRows; i++)
      hash = (hash ^ world.row[i]) * 1099511628211u;
    world = next(world);
  }
  show(&world, 0, 20);
  printf("hash of all generations %016llx\n", (unsigned long long)hash);
  return 0;
}
