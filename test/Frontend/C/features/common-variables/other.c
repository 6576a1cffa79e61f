int shared, list[3];
int initialized = 7;
struct pair {
  int a, b;
} pair;
static int local = 2;
int other(void) {
  list[2] = 9;
  pair.a = local++;
  return shared + pair.b + local;
}
