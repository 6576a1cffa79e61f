// Loops that end at what is in memory: members of structures, globals, variables whose address is taken; kept, changed in
// the loop by name, through pointers of the same and of other types, by calls. Matrices in structures.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  int rows, columns;
  double *data;
} Matrix;

static int count = 5;
int shared = 7;
static volatile int watched = 3;

__attribute__((noinline)) static void product(const Matrix *a, const Matrix *b, Matrix *c) {
  for (int i = 0; i < a->rows; i++)
    for (int j = 0; j < b->columns; j++) {
      double sum = 0;
      for (int k = 0; k < a->columns; k++)
        sum += a->data[i * a->columns + k] * b->data[k * b->columns + j];
      c->data[i * c->columns + j] = sum;
    }
}

/* By value: nobody else can change them. */
__attribute__((noinline)) static double trace(Matrix m) {
  double sum = 0;
  for (int i = 0; i < m.rows; i++)
    sum += sqrt(fabs(m.data[i * m.columns + i]));
  return sum;
}

/* Nothing is read of a matrix without rows. */
__attribute__((noinline)) static double nothing(const Matrix *m, const Matrix *none) {
  double sum = 1;
  for (int i = 0; i < m->rows; i++)
    for (int j = 0; j < none->columns; j++)
      sum += none->data[j];
  return sum;
}

__attribute__((noinline)) static int grows(int *values) {
  int trips = 0;
  for (int i = 0; i < count; i++) {
    values[i] = i;
    if (i == 2)
      count++;
    trips++;
  }
  return trips;
}

/* `values` may lead to `shared`: both are int. */
__attribute__((noinline)) static int aliased(int *values, int step) {
  int trips = 0;
  for (int i = 0; i < shared; i++) {
    *values -= step;
    trips++;
  }
  return trips;
}

static void less(void) { shared--; }
__attribute__((noinline)) static int calls(float *x) {
  int trips = 0;
  for (int i = 0; i < shared; i++) {
    x[i] = i;
    less();
    trips++;
  }
  return trips;
}

/* Characters may be part of anything. */
__attribute__((noinline)) static int bytes(int *end, unsigned char *byte) {
  int trips = 0;
  for (int i = 0; i < *end && trips < 100; i++)
    *byte = 4, trips++;
  for (int i = 0; i < shared; i++)
    *byte = (unsigned char)(3 + (trips & 1)), trips++;
  return trips;
}

struct List {
  int length;
  struct List *next;
  float values[4];
};
__attribute__((noinline)) static float lists(struct List *list) {
  float sum = 0;
  for (int i = 0; i < list->length; i++) {
    sum += list->values[i] * (i + 1);
    if (list->next)
      list = list->next;
  }
  return sum;
}

union Both {
  int count;
  float value;
};
__attribute__((noinline)) static int unions(union Both *both, float *values) {
  int trips = 0;
  for (int i = 0; i < both->count && trips < 50; i++) {
    both->value = values[i];
    trips++;
  }
  return trips;
}

__attribute__((noinline)) static int taken(float *x) {
  int end = 6, *address = &end, trips = 0;
  for (int i = 0; i < end; i++) {
    x[i] = i * 2;
    if (i == 3)
      *address = 5;
    trips++;
  }
  for (int i = 0; i < watched; i++)
    trips += 10;
  return trips;
}

/* What is read in each iteration, an earlier one may have stored. */
__attribute__((noinline)) static int reread(int n, const int *p, int *q) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    sum = sum * 3 + *p;
    q[i] = i + 10;
  }
  return sum;
}

int main(void) {
  Matrix a = {33, 41, malloc(33 * 41 * sizeof(double))}, b = {41, 29, malloc(41 * 29 * sizeof(double))};
  Matrix c = {33, 29, calloc(33 * 29, sizeof(double))}, empty = {0, 0, NULL};
  for (int i = 0; i < a.rows * a.columns; i++)
    a.data[i] = (i * 37 % 101) / 8.0 + 0.1;
  for (int i = 0; i < b.rows * b.columns; i++)
    b.data[i] = (i * 53 % 97) / 16.0 - 0.3;
  product(&a, &b, &c);
  double sum = 0;
  for (int i = 0; i < c.rows * c.columns; i++)
    sum = sum * 0.75 + c.data[i];
  Matrix square = {24, 24, a.data};
  printf("%.17g %.17g\n", sum, trace((Matrix){29, 29, c.data}));
  product(&square, &(Matrix){24, 24, b.data}, &square); /* in place */
  printf("%.17g %.17g %.17g\n", trace(square), nothing(&a, &empty), nothing(&empty, NULL));
  int values[16] = {0};
  float x[16];
  printf("%d %d\n", grows(values), count);
  printf("%d", aliased(&values[3], 1));
  printf(" %d", aliased(&shared, 2));
  shared = 9;
  printf(" %d %d\n", calls(x), shared);
  int end = 260;
  printf("%d", bytes(&end, (unsigned char *)&end));
  printf(" %d\n", bytes(&end, (unsigned char *)&shared));
  struct List second = {2, NULL, {1, 2, 3, 4}}, first = {4, &second, {5, 6, 7, 8}};
  printf("%g\n", lists(&first));
  union Both both = {3};
  float small[4] = {1e-45f, 4e-45f, 2.8e-45f, 1e-44f};
  printf("%d %d\n", unions(&both, small), taken(x));
  printf("%d %d\n", reread(8, &values[3], values), reread(5, &end, values));
  free(a.data);
  free(b.data);
  free(c.data);
  return 0;
}
