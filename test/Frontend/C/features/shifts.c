// Shifts of every width; the type is that of the left operand; signed ones to the right keep the sign.
#include <stdint.h>
#include <stdio.h>
static int amount(int n) { return n; }
int main(void) {
  int8_t a = -128;
  uint8_t b = 0x81;
  int16_t c = -2;
  uint64_t d = 1;
  for (int n = 0; n < 8; n += 3)
    printf("%d %d %d %d | ", a >> n, b >> n, (uint8_t)(b << n), c >> n);
  printf("\n%llx %llx %x %x\n", (unsigned long long)(d << amount(63)), (unsigned long long)(~d >> 60), 1u << amount(31),
         ~0u >> amount(31));
  b <<= 1;
  a >>= 2;
  c >>= 15;
  d <<= 40;
  printf("%d %d %d %llu\n", b, a, c, (unsigned long long)d);
  printf("%d %ld %d\n", 1 << 30 >> 29, 1L << 40, -1 >> 31);
  long long wide = INT64_MIN;
  printf("%lld %llu\n", wide >> 63, (unsigned long long)wide >> 63);
  char s = 5;
  unsigned char by = 2;
  printf("%zu %zu %d\n", sizeof(s << 1L), sizeof(1L << s), s << by << by);
  unsigned x = 0x80000001;
  printf("%x %x\n", x << 1 | x >> 31, (x >> 4) + (x << 28));
  return 0;
}
