// Macros: stringizing, pasting, variadic, recursive expansion, __LINE__ and friends, conditional inclusion, _Pragma,
// #line.
#include <stdio.h>
#include <string.h>
#define TEXT(x) #x
#define EXPANDED(x) TEXT(x)
#define JOIN(a, b) a##b
#define JOIN2(a, b) JOIN(a, b)
#define CALL(f, ...) f(__VA_ARGS__)
#define COUNT_(a, b, c, d, n, ...) n
#define COUNT(...) COUNT_(__VA_ARGS__, 4, 3, 2, 1, 0)
#define LOG(format, ...) printf(format "\n", ##__VA_ARGS__)
#define EMPTY
#define f(x) (x * g(x))
#define g(x) f(x + 1)
#define VERSION 3
#if VERSION >= 3 && defined(EMPTY) && !defined(MISSING) && (1 ? 2 : (1 / 1)) == 2 && 'a' == 97 && -1 > 0u
#define CHOSEN "first"
#elif 1
#define CHOSEN "second"
#endif
static int(g)(int x) { return x + 50; }
static int(f)(int x) { return x * 1000; }
#define X(name, value) name = value,
enum { X(ONE, 1) X(TWO, 2) LAST };
int main(void) {
  int JOIN2(var, VERSION) = 7, line = __LINE__, other = __COUNTER__;
  printf("%s %s %s\n", TEXT(VERSION), EXPANDED(VERSION), TEXT(a "b\n" 'c'));
  printf("%d %d %d %d\n", var3, COUNT(x), COUNT(x, y, z), __COUNTER__ - other);
  LOG("plain");
  LOG("%d %s", CALL(strcmp, "a", "a"), CHOSEN);
  printf("%d %d %d\n", f(2), LAST, __LINE__ - line);
  printf("%d %d\n", strlen(__DATE__) == 11, __STDC_VERSION__ >= 201112L);
  printf("%s %d\n", __func__, strstr(__FILE__, "preprocessor.c") != NULL);
#line 500 "elsewhere.c"
  printf("%s %d\n", __FILE__, __LINE__);
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic pop");
  printf("??/ %s\n", "con" /* a comment */ "cat" EMPTY "enated");
  int a = 3, *p = &a, b = 12;
  printf("%d\n", b / *p /* not a comment */);
  return 0;
}
