// What a statement expression ends at its end: cleanups of its variables run behind its value, whatever type that is.
int printf(const char *, ...);
static void done(int *p) { printf("[%d]", *p); }
struct s { int a, b; };
int main(void) {
  struct s v = ({ __attribute__((cleanup(done))) int x = 1; (struct s){x, 2}; });
  printf("s %d ", v.a);
  double _Complex z = ({ __attribute__((cleanup(done))) int y = 3; y + 1.0i; });
  printf("z %g ", __real__ z);
  int k = ({ __attribute__((cleanup(done))) int q = 5; q; });
  printf("k %d\n", k);
  return 0;
}
