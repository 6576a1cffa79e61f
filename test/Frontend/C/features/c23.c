// What C23 adds.
#include <stdckdint.h>
#include <stddef.h>
#include <stdio.h>
enum byte : unsigned char { LOW = 1, HIGH = 200 };
enum wide : long long { BIG = 1LL << 40 };
constexpr int COUNT = 5;
struct point {
  int x, y;
  const char *name;
};
constexpr struct point ORIGIN = {1, 2, nullptr};
static int table[3] = {[ORIGIN.x] = 9};
static const unsigned char self[] = {
#embed __FILE__ limit(3)
};
auto global = 12;
[[nodiscard]] static int unnamed(int a, [[maybe_unused]] int) { return a; }
static int variable(...) {
  __builtin_va_list list;
  __builtin_c23_va_start(list);
  int first = __builtin_va_arg(list, int);
  __builtin_va_end(list);
  return first;
}
static bool flip(bool b) { return b ? false : true; }
static int isNull(nullptr_t n, const void *p) { return p == nullptr && n == nullptr; }
int main() {
  auto x = 1.5;
  typeof(x) y = 2;
  typeof_unqual(const int) z = 3;
  bool yes = true, no = false;
  nullptr_t null = nullptr;
  struct point empty = {};
  int binary = 0b1011, separated = 1'000'000, zeros[COUNT] = {};
  static thread_local int local = 6;
  printf("%g %g %d %d %d %d %d\n", x, y, z, yes, no, flip(no), flip(true) || false);
  printf("%d %d %d %d %d %d\n", binary, separated, empty.x, zeros[4], local, global);
  printf("%d %d %d %zu %zu\n", isNull(null, nullptr), isNull(nullptr, &x), variable(44), sizeof(enum byte), sizeof BIG);
  printf("%d %d %zu %c\n", table[1], unnamed(7, 8), sizeof self, self[0]);
  enum byte b = HIGH;
  switch (b) {
  case LOW:
    puts("low");
    [[fallthrough]];
  case HIGH:
    puts("high");
  }
  int result;
  unsigned char small;
  bool overflows = ckd_add(&result, 2147483647, 1);
  printf("%d %d", overflows, result);
  overflows = ckd_mul(&small, -1, 300L);
  printf(" %d %d\n", overflows, small);
  if (null || yes != true)
    return 1;
  goto end;
end:
}
