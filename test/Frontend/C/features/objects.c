// Arrays and pointers of every kind that the importer makes memrefs of, or leaves pointers, read and written in every
// form; what is printed depends on each element.
#include <stdio.h>
#include <stdlib.h>

enum Color { kRed, kGreen = 7, kBlue };
typedef double Unaligned __attribute__((aligned(4)));

static int grid[6][7];
double outside[5] = {1, 2, 3, 4, 5};
extern short later[];
static const unsigned char table[2][3][4] = {{{1, 2}, {3}}, {{250, 251, 252, 253}}};
static enum Color colors[4] = {kGreen, kBlue};
static _Bool bits[9];
static long double wide[3];
static __int128 huge[2];
static volatile int noticed[3];
static int *rows[6];
static struct { int first, second; } pairs[3];

static unsigned long hash = 1469598103934665603ul;
static void mix(double value) {
  union { double value; unsigned long bits; } both = {value};
  hash = (hash ^ both.bits) * 1099511628211ul;
}

/* Restrict, of sizes that are parameters, read before they change. */
static double contract(int n, int m, const double a[restrict n][m], const double *restrict x, double *restrict y) {
  double *all = (double *)a;
  for (int i = 0; i < n; i++) {
    y[i] = 0;
    for (int j = 0; j < m; j++)
      y[i] += a[i][j] * x[j];
    *y += all[i];
    *(y + i) -= i[y] / 2;
  }
  m = 1;
  n = m;
  return y[n] + (*a)[m] + *a[1];
}

/* Not restrict: x and y may be the same. */
static void shift(int n, const float *x, float *y) {
  for (int i = n - 1; i > 0; i--)
    y[i] = x[i - 1];
}

/* Set again: a pointer that moves. */
static int moving(int *restrict p, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++, p++)
    sum = sum * 3 + p[0] + p[n - 1 - i];
  return sum;
}

static int *taken(int *restrict p) {
  int **address = &p;
  (*address)++;
  p[1] = 77;
  return p;
}

static int variable(int n, int m) {
  int sum = 0;
  for (int round = 1; round < 4; round++) {
    int cells[n][m + round], line[round];
    m++;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < (int)(sizeof cells[0] / sizeof cells[0][0]); j++)
        cells[i][j] = i * 10 + j;
    for (int i = 0; i < round; i++)
      line[i] = cells[n - 1][i]++ + sizeof cells;
    for (int i = 0; i < round; i++)
      sum = sum * 7 + line[i] + cells[n - 1][round];
    int(*whole)[n][m + round - 1] = &cells;
    sum += (*whole)[1][1] + whole[0][1][2];
    m -= 2;
  }
  return sum;
}

static int jumps(int n) {
  int seen[10] = {[3] = 5, 6}, i = 0;
again:
  if (i >= n)
    goto done;
  switch (seen[i]) {
  case 0: {
    int inner[4];
    inner[i & 3] = i;
    seen[i] += inner[i & 3] + 1;
    break;
  }
  case 5:
    seen[i + 1] <<= 2;
  default:
    seen[i]--;
  }
  i++;
  goto again;
done:
  i = 0;
  for (int k = 0; k < 10; k++)
    i = i * 5 + seen[k];
  return i;
}

static double allocated(int n) {
  double(*a)[n] = malloc(sizeof(double[n][n]));
  double *b, *c = calloc(n, sizeof *c), *d = b = malloc(n * sizeof *b), *e = c;
  if (!a || !b || !c)
    exit(1);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a[i][j] = i - j / 4.0;
  for (int i = 0; i < n; i++) {
    b[i] = a[i][n - 1 - i];
    c[i] = i;
    e[i] += d[i] + c[i];
    c[i] *= 2;
  }
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum = sum / 2 + b[i] + c[i];
  /* Flat, and from the row behind. */
  sum += a[0][n + 1] + a[2][-1] + (&a[1][0])[n - 1];
  free(a);
  free(b);
  free(c);
  return sum;
}

static int count;
static int next(void) { return count++; }
static int order(void) {
  int a[3][4] = {{0}};
  a[next()][next()] = 3;
  a[next() % 3][count % 4] += next();
  int sum = 0;
  for (int i = 0; i < 12; i++)
    sum = sum * 3 + a[i / 4][i % 4];
  return sum;
}

int main(void) {
  double a[4][5], x[5], y[4];
  for (unsigned i = 0; i < 4; i++)
    for (unsigned char j = 0; j < 5; j++)
      a[i][j] = i * 1.5 - j, x[j] = j + 0.25;
  mix(contract(4, 5, a, x, y));
  for (int i = 0; i < 4; i++)
    mix(y[i]);
  float line[8] = {1, 2, 3, 4, 5};
  shift(7, line, line + 1);
  shift(8, line, line);
  for (long i = 0; i < 8; i++)
    mix(line[i]);
  int numbers[5] = {4, 8, 15, 16, 23};
  mix(moving(numbers, 5));
  mix(*taken(numbers) + numbers[2]);
  mix(variable(3, 4));
  mix(jumps(9));
  mix(allocated(6));
  mix(order());

  for (int i = 0; i < 6; i++) {
    rows[i] = grid[i];
    for (int j = 0; j < 7; j++)
      grid[i][j] = rows[i][j] + i * j - grid[5 - i][j];
  }
  for (int i = 0; i < 42; i++)
    mix(grid[0][i] + (rows[i / 7])[i % 7]);
  for (int i = 0; i < 5; i++)
    mix(outside[i] *= later[i]);
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < 4; k++)
        mix(table[i][j][k] << 4);
  for (enum Color c = 0; c < 4; c++)
    mix(colors[c]++), mix(colors[c] == kBlue);
  for (int i = 0; i < 9; i++)
    bits[i] = i & 2, mix(bits[i] + !bits[i / 2]);
  for (int i = 0; i < 3; i++) {
    wide[i] = i + 0.1L;
    noticed[i] = i + noticed[(i + 2) % 3];
    pairs[i].first = pairs[(i + 1) % 3].second += i;
    mix((double)(wide[i] * 3) + noticed[i] + pairs[i].first);
  }
  huge[1] = (__int128)hash << 40;
  huge[0] = huge[1]++ >> 3;
  mix((double)huge[0] + (double)huge[1]);
  Unaligned packed[4] = {1, 2, 3};
  packed[3] = packed[1] + packed[2];
  mix(packed[3]);
  _Complex double waves[2] = {1, 2};
  waves[1] += waves[0] * waves[0];
  mix(__real waves[1] + (double)sizeof waves);
  char text[] = "objects", *end = text;
  while (*end)
    end++[0] ^= 1;
  printf("%s %016lx\n", text, hash);
  return 0;
}

short later[] = {3, -1, 4, 1, 5};
