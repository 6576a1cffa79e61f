// Attributes that change nothing one can see, and those that do: cleanup, weak, section, pure, const,
// visibility, used.
#include <stdio.h>
#include <string.h>
static int order;
static void closed(int *handle) { printf("close %d ", *handle), order = order % 100000 * 10 + *handle; }
static int nested(int early) {
  __attribute__((cleanup(closed))) int a = 1;
  for (int i = 5; i < 7; i++) {
    __attribute__((cleanup(closed))) int b = i;
    if (early && i == 6)
      return b + a;
  }
  {
    int c __attribute__((cleanup(closed), unused)) = 3;
    if (early < 0)
      goto out;
  }
out:
  return a;
}
int original(int x) { return x + 1; }
__attribute__((weak)) int maybe(void) { return 4; }
extern int missing(void) __attribute__((weak));
static int table[3] __attribute__((section("mine"), used)) = {1, 2, 3};
static __attribute__((pure)) int length(const char *s) { return (int)strlen(s); }
static __attribute__((const)) int square(int x) { return x * x; }
static __attribute__((always_inline)) inline int inlined(int x) { return x ^ 1; }
static __attribute__((hot, flatten)) int hot(int x) { return inlined(square(x)); }
__attribute__((format(printf, 1, 2), visibility("hidden"))) int print(const char *f, ...);
int print(const char *f, ...) { return length(f); }
__attribute__((returns_nonnull, malloc, warn_unused_result)) static char *name(void) { return "name"; }
int main(int argc, char *argv[] __attribute__((unused))) {
  printf("%d\n", nested(argc));
  printf("%d %d\n", nested(0), nested(-argc));
  printf("%d %d %d %d\n", order, original(4), maybe(), missing ? 1 : 0);
  printf("%d %d %d %s %d\n", table[1], hot(6), print("%d", 1), name(), length("four"));
  return 0;
}
