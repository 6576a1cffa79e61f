//===- calculator.c - arithmetic by recursive descent, from standard input -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Mutual recursion over a cursor, tagged unions by value, errors that travel in the result, functions found by name.
//
//===----------------------------------------------------------------------===//

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { INTEGER, REAL, ERROR } Kind;

typedef struct {
  Kind kind;
  union {
    long integer;
    double real;
    const char *message;
  };
} Value;

static const char *cursor;
static Value variables[26];

static Value integer(long i) { return (Value){INTEGER, {.integer = i}}; }
static Value real(double r) { return (Value){.kind = REAL, .real = r}; }
static Value error(const char *message) { return (Value){.kind = ERROR, .message = message}; }
static double to_real(Value v) { return v.kind == INTEGER ? (double)v.integer : v.real; }

static Value add_up(char operation, Value a, Value b) {
  if (a.kind == ERROR || b.kind == ERROR)
    return a.kind == ERROR ? a : b;
  if (a.kind == INTEGER && b.kind == INTEGER) {
    long x = a.integer, y = b.integer, result = 0;
    switch (operation) {
    case '+':
      if (__builtin_add_overflow(x, y, &result))
        break;
      return integer(result);
    case '-':
      if (__builtin_sub_overflow(x, y, &result))
        break;
      return integer(result);
    case '*':
      if (__builtin_mul_overflow(x, y, &result))
        break;
      return integer(result);
    case '/':
    case '%':
      if (y == 0)
        return error("division by zero");
      if (y == -1) // the smallest integer has no opposite
        return operation == '%' ? integer(0) : add_up('-', integer(0), a);
      return integer(operation == '/' ? x / y : x % y);
    }
  }
  double x = to_real(a), y = to_real(b);
  switch (operation) {
  case '+':
    return real(x + y);
  case '-':
    return real(x - y);
  case '*':
    return real(x * y);
  case '/':
    return real(x / y);
  case '%':
    return real(fmod(x, y));
  default:
    return error("unknown operation");
  }
}

static char peek(void) {
  while (*cursor == ' ' || *cursor == '\t')
    cursor++;
  return *cursor;
}

static Value sum(void);

static Value call(const char *name, size_t length) {
  static const struct {
    const char *name;
    double (*function)(double);
  } functions[] = {{"sqrt", sqrt}, {"floor", floor}, {"abs", fabs}, {"ceil", ceil}};
  Value argument = sum();
  if (peek() != ')')
    return error("')' expected");
  cursor++;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (strlen(functions[i].name) == length && !strncmp(functions[i].name, name, length))
      return argument.kind == ERROR ? argument : real(functions[i].function(to_real(argument)));
  return error("unknown function");
}

static Value primary(void) {
  char c = peek();
  if (c == '(') {
    cursor++;
    Value inner = sum();
    if (inner.kind != ERROR && peek() != ')')
      return error("')' expected");
    return cursor++, inner;
  }
  if (c == '-')
    return cursor++, add_up('-', integer(0), primary());
  if (isdigit((unsigned char)c)) {
    char *end_integer, *end_real;
    long i = strtol(cursor, &end_integer, 0);
    double r = strtod(cursor, &end_real);
    Value value = end_real > end_integer ? real(r) : integer(i);
    cursor = end_real > end_integer ? end_real : end_integer;
    return value;
  }
  if (!isalpha((unsigned char)c))
    return error(c ? "operand expected" : "unexpected end");
  const char *name = cursor;
  while (isalnum((unsigned char)*cursor))
    cursor++;
  size_t length = (size_t)(cursor - name);
  if (peek() == '(')
    return cursor++, call(name, length);
  if (length != 1 || !islower((unsigned char)*name))
    return error("variables are single small letters");
  Value *variable = &variables[*name - 'a'];
  if (peek() == '=' && cursor[1] != '=')
    return cursor++, *variable = sum();
  return *variable;
}

static Value product(void) {
  Value value = primary();
  for (char c; (c = peek()) == '*' || c == '/' || c == '%';)
    cursor++, value = add_up(c, value, primary());
  return value;
}

static Value sum(void) {
  Value value = product();
  for (char c; (c = peek()) == '+' || c == '-';)
    cursor++, value = add_up(c, value, product());
  return value;
}

int main(void) {
  char line[200];
  int errors = 0;
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    cursor = line;
    if (peek() == '\0' || *cursor == '#')
      continue;
    Value value = sum();
    if (value.kind != ERROR && peek())
      value = error("end expected");
    printf("%s -> ", line);
    switch (value.kind) {
    case INTEGER:
      printf("%ld\n", value.integer);
      break;
    case REAL:
      printf("%.15g\n", value.real);
      break;
    case ERROR:
      printf("column %td: %s\n", cursor - line + 1, value.message), errors++;
    }
  }
  return errors;
}
