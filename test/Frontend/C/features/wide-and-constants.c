// Constants: suffixes and their types, octal, hexadecimal, binary, characters with escapes, several characters,
// hexadecimal floats.
#include <stdio.h>
#include <wchar.h>
#define type(x)                                                                                                        \
  _Generic((x),                                                                                                        \
      int: "i",                                                                                                        \
      unsigned: "u",                                                                                                   \
      long: "l",                                                                                                       \
      unsigned long: "ul",                                                                                             \
      long long: "ll",                                                                                                 \
      unsigned long long: "ull",                                                                                       \
      float: "f",                                                                                                      \
      double: "d",                                                                                                     \
      long double: "ld",                                                                                               \
      default: "?")
int main(void) {
  printf("%s %s %s %s %s %s %s\n", type(2147483647), type(2147483648), type(0xffffffff), type(0x100000000), type(1u),
         type(4294967296u), type(1ll));
  printf("%s %s %s %s %s %s\n", type(1.0), type(1.f), type(1e5L), type('a'), type(L'a'), type(sizeof 1));
  printf("%d %d %d %d %d\n", 0777, 0x7fff, 0b1011, '\377', '\x41');
  printf("%d %d %d %d %ld\n", 'ab', '\0', '\a\b', '"', (long)L'\u20ac');
  printf("%.17g %.17g %.9g %.20Lg\n", 0x1.8p1, 0x.1p-3, (double)0x1.fffffep127f, 0xap-2L);
  printf("%.17g %.17g %.17g\n", 1e308 * 10, 4.9e-324, .1e1);
  printf("%d %u %lu\n", -2147483647 - 1, -1u, -1ul);
  printf("%d %d %d\n", -1 < 1u, -1L < 1u, (char)-1 < 1u);
  printf("%llu %lld\n", 18446744073709551615ull, -9223372036854775807ll - 1);
  printf("%c%c%c%c %zu\n", "\x61\142"[0], "\x61\142"[1], '\\', '\'', sizeof "a\0b");
  return 0;
}
