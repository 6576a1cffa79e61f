//===- big_numbers.c - arithmetic on integers of any length ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Structs with owned memory, realloc, carries in 64 and 128 bits, division by Knuth's algorithm D, results passed by
// value.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint32_t *digits; // least significant first, none for zero
  int count;
} Big;

static Big big(uint64_t value) {
  Big b = {malloc(2 * sizeof *b.digits), 0};
  for (; b.digits && value; value >>= 32)
    b.digits[b.count++] = (uint32_t)value;
  return b;
}

static Big sized(int count) { return (Big){calloc((size_t)count + 1, sizeof(uint32_t)), count}; }

static Big trimmed(Big b) {
  while (b.count > 0 && b.digits[b.count - 1] == 0)
    --b.count;
  return b;
}

static void set(Big *to, Big from) {
  free(to->digits);
  *to = from;
}

static Big add(const Big *a, const Big *b) {
  if (a->count < b->count) {
    const Big *t = a;
    a = b;
    b = t;
  }
  Big sum = sized(a->count + 1);
  uint64_t carry = 0;
  for (int i = 0; i < a->count; i++, carry >>= 32) {
    carry += (uint64_t)a->digits[i] + (i < b->count ? b->digits[i] : 0);
    sum.digits[i] = (uint32_t)carry;
  }
  sum.digits[a->count] = (uint32_t)carry;
  return trimmed(sum);
}

static Big multiply(const Big *a, const Big *b) {
  Big product = sized(a->count + b->count);
  for (int i = 0; i < a->count; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < b->count; j++, carry >>= 32) {
      carry += (uint64_t)a->digits[i] * b->digits[j] + product.digits[i + j];
      product.digits[i + j] = (uint32_t)carry;
    }
    product.digits[i + b->count] = (uint32_t)carry;
  }
  return trimmed(product);
}

static uint32_t divide_small(Big *a, uint32_t by) {
  uint64_t rest = 0;
  for (int i = a->count; i-- > 0;) {
    rest = rest << 32 | a->digits[i];
    a->digits[i] = (uint32_t)(rest / by);
    rest %= by;
  }
  *a = trimmed(*a);
  return (uint32_t)rest;
}

// a % b for b of at least two digits. Both are shifted until b's highest bit is set, so that a guess is at most two too
// large.
static Big remainder_of(const Big *a, const Big *b) {
  int n = b->count, shift = __builtin_clz(b->digits[n - 1]);
  Big u = sized(a->count + 1), v = sized(n);
  for (int i = 0; i < a->count; i++) {
    uint64_t wide = (uint64_t)a->digits[i] << shift;
    u.digits[i] |= (uint32_t)wide;
    u.digits[i + 1] = (uint32_t)(wide >> 32);
  }
  for (int i = n - 1; i >= 0; i--)
    v.digits[i] = (uint32_t)(((uint64_t)b->digits[i] << 32 | (i ? b->digits[i - 1] : 0)) << shift >> 32);
  for (int j = a->count - n; j >= 0; j--) {
    uint64_t top = (uint64_t)u.digits[j + n] << 32 | u.digits[j + n - 1];
    uint64_t guess = top / v.digits[n - 1], rest = top % v.digits[n - 1];
    while (guess >> 32 ||
           (unsigned __int128)guess * v.digits[n - 2] > ((unsigned __int128)rest << 32 | u.digits[j + n - 2])) {
      guess--;
      rest += v.digits[n - 1];
      if (rest >> 32)
        break;
    }
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (int i = 0; i <= n; i++, carry >>= 32, borrow >>= 32) {
      carry += guess * (i < n ? v.digits[i] : 0);
      borrow += (int64_t)u.digits[i + j] - (int64_t)(uint32_t)carry;
      u.digits[i + j] = (uint32_t)borrow;
    }
    for (carry = 0; borrow < 0; borrow += (int64_t)carry) { // one too large after all
      carry = 0;
      for (int i = 0; i <= n; i++, carry >>= 32) {
        carry += (uint64_t)u.digits[i + j] + (i < n ? v.digits[i] : 0);
        u.digits[i + j] = (uint32_t)carry;
      }
    }
  }
  for (int i = 0; i < n; i++)
    u.digits[i] = u.digits[i] >> shift | (uint32_t)((uint64_t)u.digits[i + 1] << (32 - shift));
  u.count = n;
  free(v.digits);
  return trimmed(u);
}

static void print(const char *name, const Big *value) {
  Big rest = sized(value->count);
  char text[4000], *p = text + sizeof text - 1;
  memcpy(rest.digits, value->digits, (size_t)value->count * sizeof *rest.digits);
  *p = '\0';
  do {
    uint32_t part = divide_small(&rest, 1000000000);
    for (int i = 0; i < 9 && (i == 0 || part || rest.count); i++, part /= 10)
      *--p = (char)('0' + part % 10);
  } while (rest.count);
  size_t length = strlen(p);
  length > 70 ? printf("%s = %.30s...%s (%zu digits)\n", name, p, p + length - 30, length)
              : printf("%s = %s\n", name, p);
  free(rest.digits);
}

int main(void) {
  Big factorial = big(1), a = big(0), b = big(1), power = big(3);
  for (uint64_t i = 1; i <= 300; i++) {
    Big factor = big(i);
    set(&factorial, multiply(&factorial, &factor));
    free(factor.digits);
    Big next = add(&a, &b);
    set(&a, b);
    b = next;
    if (i == 20 || i == 100)
      print("factorial", &factorial);
  }
  print("300!", &factorial);
  print("fibonacci(300)", &a);
  for (int i = 0; i < 9; i++)
    set(&power, multiply(&power, &power));
  print("3^512", &power);
  Big rest = remainder_of(&power, &a);
  print("3^512 mod fibonacci(300)", &rest);
  set(&rest, remainder_of(&factorial, &power));
  print("300! mod 3^512", &rest);
  Big small = {.digits = memcpy(malloc(8), (uint32_t[]){0xffffffff, 0x1}, 8), .count = 2};
  set(&rest, remainder_of(&factorial, &small));
  print("300! mod 8589934591", &rest);
  for (Big *all[] = {&factorial, &a, &b, &power, &rest, &small, NULL}, **one = all; *one; one++)
    free((*one)->digits);
  return 0;
}
