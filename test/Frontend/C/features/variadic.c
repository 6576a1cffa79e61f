// Structs and every scalar through ..., more of them than registers, va_copy, and va_list through a pointer.
#include <stdarg.h>
#include <stdio.h>
typedef struct {
  char c;
} S1;
typedef struct {
  float x, y, z;
} S12;
typedef struct {
  long l;
  double d;
} S16;
typedef struct {
  int v[9];
} S36;
static double take(const char *kinds, va_list *list) {
  double sum = 0;
  for (int weight = 1; *kinds; kinds++, weight++)
    switch (*kinds) {
    case 'i':
      sum += weight * va_arg(*list, int);
      break;
    case 'l':
      sum += weight * (double)va_arg(*list, long long);
      break;
    case 'd':
      sum += weight * va_arg(*list, double);
      break;
    case 'L':
      sum += weight * (double)va_arg(*list, long double);
      break;
    case 'p':
      sum += weight * *va_arg(*list, int *);
      break;
    case '1':
      sum += weight * va_arg(*list, S1).c;
      break;
    case '2': {
      S12 s = va_arg(*list, S12);
      sum += weight * (s.x + 2 * s.y + 4 * s.z);
      break;
    }
    case '6': {
      S16 s = va_arg(*list, S16);
      sum += weight * (s.l + s.d);
      break;
    }
    case '9': {
      S36 s = va_arg(*list, S36);
      sum += weight * (s.v[0] + s.v[8]);
    }
    }
  return sum;
}
__attribute__((noinline)) static double total(const char *kinds, ...) {
  va_list list, copy;
  va_start(list, kinds);
  va_copy(copy, list);
  double first = take(kinds, &list), second = take(kinds, &copy);
  va_end(copy);
  va_end(list);
  return first == second ? first : -1;
}
int main(void) {
  int n = 100;
  S36 big = {{1, 0, 0, 0, 0, 0, 0, 0, 9}};
  printf("%g\n", total("iiiiiiii", 1, 2, 3, 4, 5, 6, 7, (short)8));
  printf("%g\n", total("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.5f));
  printf("%g\n", total("idLlp", -1, 0.5, 2.25L, 1LL << 33, &n));
  printf("%g\n", total("12691", (S1){7}, (S12){1, 2, 3}, (S16){5, 0.25}, big, (S1){-1}));
  printf("%g\n", total("66666d2", (S16){1, 1}, (S16){2, 2}, (S16){3, 3}, (S16){4, 4}, (S16){5, 5}, 6.0, (S12){.z = 1}));
  printf("%g\n", total("9L9L", big, 1.0L, big, 2.0L) + total(""));
  return 0;
}
