//===- tiny_printf.c - printf once more -----------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Own variadic functions: va_arg of every kind, va_copy, va_list as a parameter, structs through the dots, a function
// pointer that is variadic.
//
//===----------------------------------------------------------------------===//

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  char *at, *end;
  size_t wanted; // also what did not fit
} Sink;

struct point {
  int x, y;
};

struct name {
  char text[20]; // too large for registers
};

static void put(Sink *sink, char c) {
  if (sink->at < sink->end)
    *sink->at++ = c;
  sink->wanted++;
}

static void put_unsigned(Sink *sink, uint64_t value, unsigned base, int width, char fill, bool negative) {
  char digits[65], *p = digits + sizeof digits;
  do
    *--p = "0123456789abcdef"[value % base];
  while (value /= base);
  if (negative && fill == '0')
    put(sink, '-'), negative = false, width--;
  if (negative)
    *--p = '-';
  for (long length = digits + sizeof digits - p; length < width; width--)
    put(sink, fill);
  while (p < digits + sizeof digits)
    put(sink, *p++);
}

static void put_real(Sink *sink, long double value, int places) {
  uint64_t scale = 1;
  bool negative = value < 0;
  if (negative)
    value = -value;
  for (int i = 0; i < places; i++)
    scale *= 10;
  uint64_t rounded = (uint64_t)(value * (long double)scale + 0.5L);
  put_unsigned(sink, rounded / scale, 10, 0, ' ', negative);
  if (places) {
    put(sink, '.');
    put_unsigned(sink, rounded % scale, 10, places, '0', false);
  }
}

static void format_list(Sink *sink, const char *format, va_list arguments) {
  for (; *format; format++) {
    if (*format != '%') {
      put(sink, *format);
      continue;
    }
    char fill = *++format == '0' ? *format++ : ' ';
    int width = 0, longs = 0;
    if (*format == '*')
      width = va_arg(arguments, int), format++;
    while (*format >= '0' && *format <= '9')
      width = 10 * width + (*format++ - '0');
    while (*format == 'l')
      longs++, format++;
    switch (*format) {
    case 'd': {
      int64_t value = longs ? va_arg(arguments, long) : va_arg(arguments, int);
      put_unsigned(sink, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, width, fill, value < 0);
      break;
    }
    case 'u':
    case 'x':
    case 'b':
      put_unsigned(sink, longs ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned),
                   *format == 'u'   ? 10
                   : *format == 'x' ? 16
                                    : 2,
                   width, fill, false);
      break;
    case 'c':
      put(sink, (char)va_arg(arguments, int));
      break;
    case 's':
      for (const char *s = va_arg(arguments, const char *); *s; s++)
        put(sink, *s);
      break;
    case 'f':
      put_real(sink, longs ? va_arg(arguments, long double) : va_arg(arguments, double), width);
      break;
    case 'P': { // a point by value
      struct point p = va_arg(arguments, struct point);
      put_unsigned(sink, (uint64_t)p.x, 10, 0, ' ', false);
      put(sink, ',');
      put_unsigned(sink, (uint64_t)p.y, 10, 0, ' ', false);
      break;
    }
    case 'N': {
      struct name n = va_arg(arguments, struct name);
      for (const char *s = n.text; *s; s++)
        put(sink, *s);
      break;
    }
    default:
      put(sink, *format);
    }
  }
}

__attribute__((noinline)) static size_t format(char *to, size_t size, const char *text, ...) {
  va_list arguments, again;
  va_start(arguments, text);
  va_copy(again, arguments);
  Sink measure = {0}, sink = {to, to + (size ? size - 1 : 0), 0};
  format_list(&measure, text, again); // once only to count
  va_end(again);
  format_list(&sink, text, arguments);
  va_end(arguments);
  if (size)
    *sink.at = '\0';
  return measure.wanted == sink.wanted ? sink.wanted : (size_t)-1;
}

static double sum(int count, ...) {
  double total = 0;
  va_list arguments;
  va_start(arguments, count);
  while (count-- > 0)
    total = total * 2 + va_arg(arguments, double);
  va_end(arguments);
  return total;
}

int main(void) {
  size_t (*print)(char *, size_t, const char *, ...) = format;
  char line[200];
  const char c = 'c';
  const float f = 2.5f; // promoted to double
  const short s = -7;   // promoted to int
  size_t wanted = print(line, sizeof line, "%d %5d|%05d|%u %x %b %c%c %s %%", 42, -17, -17, 3000000000u, 0xbeefu, 10u,
                        c, 'd', "text");
  printf("%zu [%s]\n", wanted, line);
  wanted = print(line, sizeof line, "%ld %lu %lx %2f %0f %3lf %d %*d", INT64_MIN, UINT64_MAX, 1ul << 63, (double)f, 0.5,
                 -1.0005L, s, 6, s);
  printf("%zu [%s]\n", wanted, line);
  wanted = print(line, sizeof line, "%P %N %d %P %1f %s", (struct point){3, 4}, (struct name){"struct in memory"}, 5,
                 (struct point){6, 7}, 8.25, "end");
  printf("%zu [%s]\n", wanted, line);
  wanted = print(line, 10, "%s", "more than there is room for");
  printf("%zu [%s]\n", wanted, line);
  printf("%.1f %.1f\n", sum(3, 1.0, 2.0, 3.0), sum(12, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.));
  return 0;
}
