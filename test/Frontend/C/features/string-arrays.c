// Strings as initializers: without room for the NUL, padded, with NULs inside, joined, in braces, wide, in arrays of
// arrays.
#include <stdio.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>
static char exact[3] = "abc", padded[8] = "ab", inside[] = "a\0b\x41\101", braces[] = {"in braces"};
static const wchar_t wide[] = L"w\u00e9\x10FFFF";
static const char16_t u16[] = u"\U0001F600!";
static const char32_t u32[3] = U"\U0001F600";
static const unsigned char utf8[] = u8"\u20ac";
static char rows[][4] = {"one", "two", {'a', 'b'}, [4] = "five"};
static const char *const pointers[] = {"same",
                                       "sa"
                                       "me",
                                       "e\0f" + 1};
int main(void) {
  char local[] = "local", few[10] = {"12"}, changed[sizeof local];
  printf("%.3s %s %zu %zu %s %zu\n", exact, padded, strlen(padded), sizeof inside, inside + 2, sizeof braces);
  for (unsigned i = 0; i < sizeof wide / sizeof *wide; i++)
    printf("%lx ", (unsigned long)wide[i]);
  for (unsigned i = 0; i < sizeof u16 / sizeof *u16; i++)
    printf("%x ", u16[i]);
  printf("%x %d %zu %x%x%x\n", (unsigned)u32[0], (int)u32[2], sizeof utf8, utf8[0], utf8[1], utf8[2]);
  for (int i = 0; i < 5; i++)
    printf("[%.4s]", rows[i]);
  printf("\n%d %s %d\n", strcmp(pointers[0], pointers[1]), pointers[2], pointers[2][1]);
  local[0] = 'L';
  strcpy(changed, local);
  printf("%s %s %d %d %c %c %d\n", local, changed, few[1], few[9], "hello"[1], 4 ["hello"], *"");
  printf("%zu %s %d\n", sizeof "four", __func__, (int)sizeof __func__);
  for (const char *p = "a%b\n"; *p; p++)
    printf(*p == '%' ? "%%%c" : "%c", *p);
  return 0;
}
