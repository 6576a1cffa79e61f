//===- string_scanner.c - a scanner for a small language as a state machine -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// switch with fall-through, case ranges, default in the middle, goto between states, tables with designators, enum
// names by macro.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <string.h>

#define TOKENS(X) X(NAME) X(NUMBER) X(STRING) X(SYMBOL) X(COMMENT) X(BROKEN) X(END)
#define AS_ENUM(name) T_##name,
#define AS_TEXT(name) [T_##name] = #name,

enum token { TOKENS(AS_ENUM) T_COUNT };
static const char *const token_names[T_COUNT] = {TOKENS(AS_TEXT)};

enum class { C_OTHER, C_SPACE, C_LETTER, C_DIGIT, C_QUOTE, C_SLASH, C_SYMBOL, C_END };

static const unsigned char classes[256] = {[0] = C_END,      [' '] = C_SPACE,          ['\t'] = C_SPACE,
                                           ['\n'] = C_SPACE, ['a' ... 'z'] = C_LETTER, ['A' ... 'Z'] = C_LETTER,
                                           ['_'] = C_LETTER, ['0' ... '9'] = C_DIGIT,  ['"'] = C_QUOTE,
                                           ['/'] = C_SLASH,  ['+'] = C_SYMBOL,         ['-'] = C_SYMBOL,
                                           ['='] = C_SYMBOL, ['('] = C_SYMBOL,         [')'] = C_SYMBOL,
                                           [';'] = C_SYMBOL, ['<'] = C_SYMBOL,         [128 ... 255] = C_LETTER};

struct position {
  int line, column;
};

// Reads one token and moves *at behind it.
static enum token scan(const char **at, struct position *where) {
  const unsigned char *p = (const unsigned char *)*at;
  enum token token;
again:
  switch (classes[*p]) {
  case C_SPACE:
    if (*p++ == '\n')
      where->line++, where->column = 0;
    where->column++;
    *at = (const char *)p;
    goto again;
  default:
    token = T_BROKEN;
    p++;
    break;
  case C_END:
    return T_END;
  case C_LETTER:
    token = T_NAME;
    while (classes[*p] == C_LETTER || classes[*p] == C_DIGIT)
      p++;
    break;
  case C_DIGIT: {
    int dots = 0;
    token = T_NUMBER;
    for (;; p++)
      switch (*p) {
      case '.':
        if (dots++)
          goto number_done;
        __attribute__((fallthrough));
      case '0' ... '9':
        continue;
      case 'a' ... 'z':
      case 'A' ... 'Z':
        token = T_BROKEN;
        continue;
      default:
        goto number_done;
      }
  number_done:
    break;
  }
  case C_QUOTE:
    token = T_STRING;
    while (*++p != '"') {
      if (*p == '\\')
        p++;
      if (*p == '\0' || *p == '\n') {
        token = T_BROKEN;
        goto out;
      }
    }
    p++;
    break;
  case C_SLASH:
    if (p[1] == '/') {
      token = T_COMMENT;
      p += strcspn((const char *)p, "\n");
      break;
    }
    // fall through
  case C_SYMBOL:
    token = T_SYMBOL;
    p += p[0] == p[1] && (p[0] == '=' || p[0] == '<') ? 2 : 1;
  }
out:
  where->column += (int)((const char *)p - *at);
  *at = (const char *)p;
  return token;
}

int main(void) {
  static const char text[] = "let x1 = 3.14.15; // a number, a dot\n"
                             "print(\"say \\\"hi\\\"\" + x1);\t\x01\n"
                             "  if (x << 2 == 12ab) \"open\n"
                             "\xc3\xa9t\xc3\xa9 = 7/2//end";
  int counts[T_COUNT] = {0};
  struct position where = {1, 1};
  const char *at = text;
  for (;;) {
    struct position start = where;
    const char *before = at;
    enum token token = scan(&at, &where);
    counts[token]++;
    while (before < at && strchr(" \t\n", *before)) // scan skipped them
      start.column = *before == '\n' ? 1 : start.column + 1, start.line += *before == '\n', before++;
    if (token == T_END)
      break;
    printf("%d:%-3d %-8s [%.*s]\n", start.line, start.column, token_names[token], (int)(at - before),
           token == T_BROKEN && *before == 1 ? "?" : before);
  }
  for (enum token t = 0; t < T_COUNT; t++)
    printf("%s %d%c", token_names[t], counts[t], t + 1 < T_COUNT ? ' ' : '\n');
  return counts[T_BROKEN];
}
