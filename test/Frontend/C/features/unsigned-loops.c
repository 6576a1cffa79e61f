// Counters that wrap around, loops that count down past zero, and chars as counters.
#include <stdint.h>
#include <stdio.h>
int main(void) {
  int turns = 0;
  for (unsigned i = 5; i < 6; i--) // ends below zero
    turns += (int)i;
  printf("%d\n", turns);
  turns = 0;
  for (uint8_t c = 250; c != 3; c++)
    turns = turns * 3 + c;
  printf("%d\n", turns);
  turns = 0;
  for (unsigned char c = 1; c; c <<= 1)
    turns++;
  printf("%d\n", turns);
  turns = 0;
  for (signed char c = 120; c > 0; c++) // converts 128 to -128
    turns++;
  printf("%d\n", turns);
  uint64_t sum = 0;
  for (uint16_t i = 65000, k = 0; k < 2000; i += 7, k++)
    sum += i;
  printf("%llu\n", (unsigned long long)sum);
  size_t n = 4;
  while (n-- > 0)
    printf("%zu ", n);
  printf("| %zu\n", n);
  turns = 0;
  for (uint32_t i = UINT32_MAX - 2; i >= 10; i++)
    turns++;
  for (long i = 10, j = 0; j < i; i -= 3, j += 2)
    turns += (int)(i - j) * 100;
  printf("%d\n", turns);
  unsigned step = (unsigned)-3;
  for (unsigned i = 12; i; i += step)
    printf("%u ", i);
  int empty = 0;
  for (int i = 10; i < 10; i++)
    empty++;
  for (int i = 0; i > 5; i--)
    empty++;
  printf("| %d\n", empty);
  return 0;
}
