// _Alignas and _Alignof, packed and aligned attributes, offsets, over-aligned locals, globals, members and array
// elements.
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
struct plain {
  char a;
  double b;
  short c;
};
struct __attribute__((packed)) tight {
  char a;
  double b;
  short c;
};
struct wide {
  char a;
  alignas(32) char b;
  char c;
};
struct __attribute__((aligned(16))) rounded {
  char a[17];
};
struct __attribute__((packed, aligned(2))) even {
  char a;
  int b;
};
#pragma pack(push, 2)
struct pragma {
  char a;
  long b;
  char c;
};
#pragma pack(pop)
typedef int Loose __attribute__((aligned(1)));
typedef double Block[4] __attribute__((aligned(64)));
static alignas(128) char global[3] = "ab";
static struct wide wides[3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
static int misaligned(const void *p, size_t to) { return (int)((uintptr_t)p % to); }
__attribute__((noinline)) static int by_value(int before, struct wide w, char after, struct rounded r) {
  return misaligned(&w, 32) + misaligned(&r, 16) + before + w.a * w.b + w.c + after + r.a[16];
}
static int locals(int n) {
  alignas(64) char a = 1;
  char b = 2;
  Block block = {n};
  struct wide w = wides[n % 3];
  return misaligned(&a, 64) + misaligned(block, 64) + misaligned(&w, 32) + (n ? locals(n - 1) : 0) + a + b +
         (int)block[0] + w.b;
}
int main(void) {
#define SHOW(type, member)                                                                                             \
  printf("%zu %zu %zu, ", sizeof(struct type), alignof(struct type), offsetof(struct type, member))
  SHOW(plain, c);
  SHOW(tight, c);
  SHOW(wide, c);
  SHOW(rounded, a[16]);
  SHOW(even, b);
  SHOW(pragma, c);
  printf("\n%d %d %d %d\n", misaligned(global, 128), misaligned(&wides[1], 32), wides[2].b, (int)sizeof wides);
  struct tight t[3] = {{1, 2.5, 3}, {4, 5.5, 6}, {7, 8.5, 9}};
  double *unaligned = &(double){0};
  double sum = 0;
  for (int i = 0; i < 3; i++)
    sum += t[i].b * t[i].c, t[i].b += *unaligned + i;
  printf("%g %g %d\n", sum, t[2].b, t[1].a);
  struct rounded r = {{[16] = 5}};
  printf("%d %d\n", by_value(1, wides[1], 2, r), locals(4));
  char bytes[] = {0, 1, 2, 3, 4, 5, 6, 7};
  printf("%x %zu %zu\n", *(Loose *)(bytes + 1), alignof(Loose), alignof(max_align_t));
  struct {
    char c;
    Block b;
  } inner = {1, {2, 3}};
  printf("%zu %d %g\n", sizeof inner, misaligned(inner.b, 64), inner.b[1]);
  return 0;
}
