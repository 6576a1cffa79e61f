// Builtins beside those of builtins.c: carries, counts of any width, alignment, frames, the CPU, what is not constant.
#include <stdio.h>
#include <string.h>
struct element {
  char c;
  short values[10];
};
struct outer {
  int head;
  struct element elements[5];
};
__attribute__((noinline)) static int framesAreNear(void) {
  char here;
  long distance = (char *)__builtin_frame_address(0) - &here;
  return distance > -4096 && distance < 4096;
}
__attribute__((noinline)) static void *caller(void) { return __builtin_extract_return_addr(__builtin_return_address(0)); }
static void carries(void) {
  unsigned carry;
  unsigned char byteCarry;
  unsigned long long borrow;
  volatile unsigned all = ~0u, zero = 0;
  volatile unsigned char big = 200;
  unsigned sum = __builtin_addc(all, zero, 1u, &carry);
  printf("%u %u\n", sum, carry);
  unsigned long long difference = __builtin_subcll(zero, all, 1, &borrow);
  printf("%llx %llu\n", difference, borrow);
  for (unsigned in = 0; in < 2; in++) { // nothing is left, and then one less
    sum = __builtin_subc(all, ~zero, in, &carry);
    printf("%u %u\n", sum, carry);
  }
  unsigned char byte = __builtin_addcb(big, 100, 1, &byteCarry);
  printf("%u %u\n", byte, byteCarry);
}
static void bits(void) {
  volatile unsigned x = 0x12345678;
  volatile unsigned char c = 16;
  volatile unsigned short none = 0;
  volatile unsigned __int128 wide = (unsigned __int128)5 << 100;
  printf("%x %x\n", __builtin_bitreverse32(x), __builtin_bitreverse8(c));
  printf("%d %d %d %d %d\n", __builtin_clzg(c), __builtin_ctzg(wide), __builtin_popcountg(wide),
         __builtin_clzg(none, 77), __builtin_ctzg(none, -5));
  volatile unsigned long at = 1001;
  printf("%lu %lu %d\n", __builtin_align_up(at, 64), __builtin_align_down(at, 64), __builtin_is_aligned(at, 8));
  char buffer[100], *aligned = __builtin_align_up(buffer + 1, 16);
  printf("%d %d\n", (int)((long)aligned & 15), aligned > buffer && aligned <= buffer + 16);
}
static void memory(int n) {
  char from[16] = "hello", to[16];
  __builtin_memcpy_inline(to, from, 6);
  __builtin_memset_inline(to, 'j', 1);
  puts(to);
  for (int i = 1; i < n; i++) {
    char *place = __builtin_alloca_with_align(i * 10, 512);
    memset(place, i, i * 10);
    printf("%d %d\n", (int)((long)place % 64), place[i * 10 - 1]);
  }
  int numbers[4] = {1, 2, 3, 4};
  __builtin_nontemporal_store(9, numbers + 1);
  printf("%d\n", __builtin_nontemporal_load(numbers + 1) + numbers[3]);
}
static void floats(void) {
  volatile double x = 1.5, negative = -2.5;
  volatile int n = -3;
  printf("%g %g\n", __builtin_powi(x, n), (double)__builtin_powif(2.5f, 3));
  printf("%d %d\n", __builtin_isfpclass(x, 0x100), __builtin_flt_rounds());
  printf("%g %g %d\n", __builtin_elementwise_floor((double)negative), __builtin_elementwise_max((double)x, 9.0),
         __builtin_elementwise_abs((int)n));
  printf("%d %d\n", __builtin_elementwise_sub_sat(n, 2147483647), __builtin_elementwise_min((int)n, 4));
}
int main(void) {
  volatile int i = 2, j = 3;
  printf("%zu\n", __builtin_offsetof(struct outer, elements[i].values[j]));
  printf("%d %d\n", framesAreNear(), caller() != 0);
  carries();
  bits();
  memory(4);
  floats();
  float number = 1.5f;
  struct pair {
    int a;
    float b;
  } pair = {3, 0.25f};
  unsigned long whole = __builtin_bit_cast(unsigned long, pair);
  printf("%x %d\n", __builtin_bit_cast(unsigned, number), __builtin_bit_cast(struct pair, whole + 1).a);
  __builtin_cpu_init();
  printf("%d %d\n", !!__builtin_cpu_supports("sse2"), __builtin_cpu_is("intel") && __builtin_cpu_is("amd"));
  printf("%d %s %d\n", __builtin_LINE(), __builtin_FUNCTION(), strlen(__builtin_FILE()) > 0);
  if (__builtin_unpredictable(i > 1))
    __builtin_ia32_pause();
  printf("%d\n", __builtin_readcyclecounter() != 0);
  void *nothing = &i;
  *nothing;
  char set = 0;
  int first = __atomic_test_and_set(&set, __ATOMIC_SEQ_CST), second = __atomic_test_and_set(&set, __ATOMIC_SEQ_CST);
  __atomic_clear(&set, __ATOMIC_SEQ_CST);
  printf("%d %d %d\n", first, second, set);
  return 0;
}
