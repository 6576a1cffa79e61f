// Attributes that act on symbols: sections that the linker collects, code that must be inlined and is defined elsewhere
// (or nowhere), weak references, what is kept because it is marked as used; unions passed as their members.
#include <stdio.h>
struct entry {
  const char *name;
  int value;
};
#define ENTRY(name, value)                                                                                             \
  static const struct entry name##Entry __attribute__((section("entries"), used)) = {#name, value}
ENTRY(first, 1);
ENTRY(second, 20);
extern const struct entry __start_entries[], __stop_entries[];
__attribute__((section(".text.elsewhere"))) static int inSection(int x) { return x + 5; }
static int counter(void) {
  static int count __attribute__((section("counters"), used)) = 40;
  return ++count;
}
extern __inline__ __attribute__((__gnu_inline__, __always_inline__)) int onlyInlined(int x) { return x + 1; }
static int mayBeMissing(void) __attribute__((weakref("nobodyDefinesThis")));
static int isThere(int x) __attribute__((weakref("definedBelow")));
int definedBelow(int x) { return x * 3; }
typedef union {
  int *i;
  float *f;
} anyPointer __attribute__((transparent_union));
__attribute__((noinline)) static int bitsOf(anyPointer p) { return *p.i; }
int main(void) {
  int sum = 0, n = 0;
  for (const struct entry *e = __start_entries; e < __stop_entries; e++, n++)
    sum += e->value;
  printf("%d %d %d %d %d\n", n, sum, inSection(1), counter(), counter());
  printf("%d\n", onlyInlined(3));
  printf("%d %d\n", mayBeMissing ? mayBeMissing() : -1, isThere ? isThere(7) : -1);
  int i = 5;
  float f = 2;
  printf("%d %x\n", bitsOf(&i), bitsOf(&f));
  return 0;
}
