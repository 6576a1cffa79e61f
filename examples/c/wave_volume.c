//===- wave_volume.c - a wave in a box: arrays of three dimensions made of pointers -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The float *** of scientific C, built by a helper from three levels of malloc; three time steps that rotate.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <stdlib.h>

typedef float real;

typedef struct {
  int nx, ny, nz;
  real ***now, ***before, ***after;
} Box;

static void *get(size_t bytes) {
  void *p = malloc(bytes);
  if (!p) {
    fputs("out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  return p;
}

static real ***new_volume(int nx, int ny, int nz) {
  real ***v = get((size_t)nx * sizeof *v);
  for (int i = 0; i < nx; i++) {
    v[i] = get((size_t)ny * sizeof **v);
    for (int j = 0; j < ny; j++) {
      v[i][j] = get((size_t)nz * sizeof ***v);
      for (int k = 0; k < nz; k++)
        v[i][j][k] = 0;
    }
  }
  return v;
}

static void free_volume(real ***v, int nx, int ny) {
  for (int i = 0; i < nx; i++) {
    for (int j = 0; j < ny; j++)
      free(v[i][j]);
    free(v[i]);
  }
  free(v);
}

static void step(Box *box, real courant) {
  real ***u = box->now, ***old = box->before, ***next = box->after;
  for (int i = 1; i < box->nx - 1; i++)
    for (int j = 1; j < box->ny - 1; j++)
      for (int k = 1; k < box->nz - 1; k++) {
        real laplace = u[i - 1][j][k] + u[i + 1][j][k] + u[i][j - 1][k] + u[i][j + 1][k] + u[i][j][k - 1] +
                       u[i][j][k + 1] - 6 * u[i][j][k];
        next[i][j][k] = 2 * u[i][j][k] - old[i][j][k] + courant * laplace;
      }
  box->before = u;
  box->now = next;
  box->after = old;
}

static double energy(const Box *box) {
  double sum = 0;
  for (int i = 0; i < box->nx; i++)
    for (int j = 0; j < box->ny; j++)
      for (int k = 0; k < box->nz; k++) {
        double u = box->now[i][j][k];
        sum += u * u;
      }
  return sum;
}

int main(void) {
  Box box = {.nx = 22, .ny = 18, .nz = 30};
  real ****all[] = {&box.now, &box.before, &box.after};
  for (int t = 0; t < 3; t++)
    *all[t] = new_volume(box.nx, box.ny, box.nz);
  box.now[7][9][11] = box.before[7][9][11] = 1;
  box.now[12][5][20] = box.before[12][5][20] = -0.5f;

  for (int t = 1; t <= 40; t++) {
    step(&box, 0.2f);
    if (t % 8 == 0)
      printf("t %2d: u(7,9,11) %.9g, u(10,10,10) %.9g, energy %.15g\n", t, (double)box.now[7][9][11],
             (double)box.now[10][10][10], energy(&box));
  }
  for (int t = 0; t < 3; t++)
    free_volume(*all[t], box.nx, box.ny);
  return 0;
}
