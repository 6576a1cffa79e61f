//===- rigid_bodies.c - planets and a spinning top: vectors and matrices as values -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Small structs passed and returned by value, in registers and in memory; compound literals; arrays inside structs;
// nested initializers.
//
//===----------------------------------------------------------------------===//

#include <math.h>
#include <stdio.h>

typedef struct {
  double x, y, z;
} Vec;

typedef struct {
  float u, v; // two floats in one register
} Pair;

typedef struct {
  double at[3][3];
} Matrix;

typedef struct {
  const char *name;
  Vec position, velocity;
  double mass;
} Body;

static Vec add(Vec a, Vec b) { return (Vec){a.x + b.x, a.y + b.y, a.z + b.z}; }
static Vec scale(double s, Vec a) { return (Vec){.z = s * a.z, .x = s * a.x, .y = s * a.y}; }
static Vec subtract(Vec a, Vec b) { return add(a, scale(-1.0, b)); }
static double dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static Vec cross(Vec a, Vec b) { return (Vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
static Pair flatten(Vec a) { return (Pair){(float)(a.x / (2.0 + a.z)), (float)(a.y / (2.0 + a.z))}; }

static Matrix multiply(Matrix a, Matrix b) {
  Matrix c = {{{0}}};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < 3; k++)
        c.at[i][j] += a.at[i][k] * b.at[k][j];
  return c;
}

static Matrix transpose(Matrix m) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < i; j++) {
      double t = m.at[i][j];
      m.at[i][j] = m.at[j][i], m.at[j][i] = t;
    }
  return m; // the caller's matrix is as it was
}

static Vec apply(Matrix m, Vec v) {
  return (Vec){dot((Vec){m.at[0][0], m.at[0][1], m.at[0][2]}, v), dot((Vec){m.at[1][0], m.at[1][1], m.at[1][2]}, v),
               dot((Vec){m.at[2][0], m.at[2][1], m.at[2][2]}, v)};
}

// Rodrigues' rotation.
static Matrix rotation(Vec axis, double angle) {
  axis = scale(1.0 / sqrt(dot(axis, axis)), axis);
  double c = cos(angle), s = sin(angle), d = 1 - c;
  double x = axis.x, y = axis.y, z = axis.z;
  return (Matrix){{{c + x * x * d, x * y * d - z * s, x * z * d + y * s},
                   {y * x * d + z * s, c + y * y * d, y * z * d - x * s},
                   {z * x * d - y * s, z * y * d + x * s, c + z * z * d}}};
}

static double energy(const Body *bodies, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    sum += 0.5 * bodies[i].mass * dot(bodies[i].velocity, bodies[i].velocity);
    for (int j = 0; j < i; j++) {
      Vec d = subtract(bodies[i].position, bodies[j].position);
      sum -= bodies[i].mass * bodies[j].mass / sqrt(dot(d, d));
    }
  }
  return sum;
}

static void advance(Body *bodies, int n, double dt) {
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++) {
      Vec d = subtract(bodies[i].position, bodies[j].position);
      double square = dot(d, d), pull = dt / (square * sqrt(square));
      bodies[i].velocity = subtract(bodies[i].velocity, scale(bodies[j].mass * pull, d));
      bodies[j].velocity = add(bodies[j].velocity, scale(bodies[i].mass * pull, d));
    }
  for (Body *b = bodies; b < bodies + n; b++)
    b->position = add(b->position, scale(dt, b->velocity));
}

int main(void) {
  Body bodies[] = {
      {"sun", {0}, {0}, 39.47},
      {.name = "jupiter", .position = {4.84, -1.16, -0.10}, .velocity = {0.606, 2.81, -0.02}, .mass = 0.037},
      {"saturn", {8.34, 4.12, -0.4}, {.y = 1.82, .x = -1.01}, 0.011},
      {.name = "comet", .position.x = 2.5, .velocity = {0.1, 3.9, 0.7}, .mass = 1e-6}};
  const int n = sizeof bodies / sizeof *bodies;
  printf("energy %.12g\n", energy(bodies, n));
  for (int i = 0; i < 4000; i++)
    advance(bodies, n, 0.001);
  for (int i = 0; i < n; i++) {
    Pair p = flatten(bodies[i].position);
    printf("%-8s %.9f %.9f %.9f seen at %.5f %.5f\n", bodies[i].name, bodies[i].position.x, bodies[i].position.y,
           bodies[i].position.z, (double)p.u, (double)p.v);
  }
  printf("energy %.12g\n", energy(bodies, n));

  Matrix step = rotation((Vec){1, 2, 3}, 0.1), all = {{[0][0] = 1, [1][1] = 1, [2] = {[2] = 1}}};
  for (int i = 0; i < 100; i++)
    all = multiply(step, all);
  Matrix unit = multiply(all, transpose(all));
  Vec turned = apply(all, cross((Vec){1, 0, 0}, (Vec){.y = 1}));
  printf("turned %.12f %.12f %.12f, back %.12f, diagonal %.9f %.9f %.9f\n", turned.x, turned.y, turned.z,
         apply(transpose(all), turned).z, unit.at[0][0], unit.at[1][1], multiply(transpose(all), all).at[2][2]);
  return 0;
}
