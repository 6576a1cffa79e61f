//===- heat_stencil.c - heat in a plate: two grids that change places -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Pointers to arrays (float (*)[N]) that swap, a stencil with borders, a reduction that ends the loop, and a do-while.
//
//===----------------------------------------------------------------------===//

#include <math.h>
#include <stdio.h>

#define N 96

typedef float Grid[N][N];

static Grid first, second;
static unsigned char material[N][N]; // an index into conductivity

static const float conductivity[] = {[0] = 1.0f, [1] = 0.25f, [2] = 0.0f};

static void set_up(Grid grid) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int x = i - N / 2, y = j - N / 3;
      material[i][j] = (unsigned char)(x * x + y * y < 100 ? 1 : (i > 60 && i < 64 && j > 20 ? 2 : 0));
      grid[i][j] = i == 0 ? 100.0f : j == 0 ? 50.0f : 0.0f;
    }
}

// One step; returns the largest change of a point.
static float relax(float (*restrict to)[N], float (*restrict from)[N]) {
  float largest = 0.0f;
  for (int i = 0; i < N; i++)
    to[0][i] = from[0][i], to[N - 1][i] = from[N - 1][i];
  for (int i = 1; i < N - 1; i++) {
    to[i][0] = from[i][0], to[i][N - 1] = from[i][N - 1];
    for (int j = 1; j < N - 1; j++) {
      float mean = 0.25f * (from[i - 1][j] + from[i + 1][j] + from[i][j - 1] + from[i][j + 1]);
      float change = conductivity[material[i][j]] * (mean - from[i][j]);
      to[i][j] = from[i][j] + change;
      float size = fabsf(change);
      if (size > largest)
        largest = size;
    }
  }
  return largest;
}

static void draw(float (*grid)[N]) {
  static const char shades[] = " .:-=+*#%@";
  for (int i = 0; i < N; i += 8) {
    for (int j = 0; j < N; j += 4) {
      int shade = (int)(grid[i][j] / 10.001f);
      putchar(shades[shade < 0 ? 0 : shade]);
    }
    putchar('\n');
  }
}

int main(void) {
  float (*from)[N] = first, (*to)[N] = second;
  set_up(from);
  int steps = 0;
  float change;
  do {
    change = relax(to, from);
    float (*old)[N] = from;
    from = to;
    to = old;
  } while (change > 0.01f && ++steps < 1500);
  draw(from);

  double sum = 0.0;
  for (const float *p = &from[0][0]; p != &from[0][0] + N * N; p++)
    sum += *p;
  printf("steps %d, last change %.9g, mean %.12g, centre %.9g\n", steps, (double)change, sum / (N * N),
         (double)from[N / 2][N / 2]);
  return 0;
}
