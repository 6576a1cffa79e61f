//===- bytecode.c - a stack machine with two interpreters -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// One with switch, one with GNU C's labels as values; unions of integer and float cells; a program that is a static
// table.
//
//===----------------------------------------------------------------------===//

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef union {
  int64_t i;
  double d;
} Cell;

enum { PUSH, DUP, SWAP, OVER, ADD, SUB, MUL, LESS, JUMP_IF, JUMP, TO_REAL, REAL_DIV, PRINT, PRINT_REAL, DROP, HALT };

typedef struct {
  unsigned char code;
  int operand;
} Instruction;

// Greatest i with i*i < 2000, then harmonic numbers.
static const Instruction program[] = {
    {PUSH, 0},                                                                               // 0: i
    {PUSH, 1},     {ADD, 0},     {DUP, 0},      {DUP, 0},     {MUL, 0},        {PUSH, 2000}, // i i*i 2000
    {LESS, 0},     {JUMP_IF, 1}, {PUSH, 1},     {SUB, 0},     {PRINT, 0},                    // 7:
    {PUSH, 0},     {TO_REAL, 0}, {PUSH, 1},                                                  // 12: sum k
    {DUP, 0},      {TO_REAL, 0}, {PUSH, 1},     {TO_REAL, 0}, {SWAP, 0},                     // 15: sum k 1.0 k
    {REAL_DIV, 0}, {DROP, 1},    {PUSH, 1},     {ADD, 0},     {DUP, 0}, // 20: DROP 1 adds the top to the third
    {PUSH, 30},    {LESS, 0},    {JUMP_IF, 15}, {DROP, 0},    {PRINT_REAL, 0}, {HALT, 0}};

struct machine {
  Cell stack[32], *top; // top is the first free cell
  long steps;
};

static void show(Cell cell, int real) {
  if (real)
    printf("%.15g\n", cell.d);
  else
    printf("%" PRId64 "\n", cell.i);
}

static void run_switch(struct machine *m) {
  for (const Instruction *at = program;; at++, m->steps++) {
    Cell *top = m->top;
    switch (at->code) {
    case PUSH:
      *m->top++ = (Cell){.i = at->operand};
      break;
    case DUP:
      *m->top++ = top[-1];
      break;
    case OVER:
      *m->top++ = top[-2];
      break;
    case SWAP: {
      Cell old = top[-1];
      top[-1] = top[-2];
      top[-2] = old;
      break;
    }
    case ADD:
      top[-2].i += top[-1].i, m->top--;
      break;
    case SUB:
      top[-2].i -= top[-1].i, m->top--;
      break;
    case MUL:
      top[-2].i *= top[-1].i, m->top--;
      break;
    case LESS:
      top[-2].i = top[-2].i < top[-1].i, m->top--;
      break;
    case JUMP_IF:
      if (!(--m->top)->i)
        break;
      // a jump from here on
    case JUMP:
      at = &program[at->operand - 1];
      break;
    case TO_REAL:
      top[-1].d = (double)top[-1].i;
      break;
    case REAL_DIV:
      top[-2].d /= top[-1].d, m->top--;
      break;
    case PRINT:
    case PRINT_REAL:
      show(*--m->top, at->code == PRINT_REAL);
      break;
    case DROP:
      if (at->operand)
        top[-3].d += top[-1].d;
      m->top--;
      break;
    case HALT:
      return;
    default:
      abort();
    }
  }
}

static void run_threaded(struct machine *m) {
  static const void *const labels[] = {&&push,    &&dup,  &&swap,    &&over,     &&add,   &&sub,   &&mul,  &&less,
                                       &&jump_if, &&jump, &&to_real, &&real_div, &&print, &&print, &&drop, &&halt};
  const Instruction *at = program;
  Cell *top = m->top, old;
#define NEXT                                                                                                           \
  do {                                                                                                                 \
    m->steps++;                                                                                                        \
    goto *labels[(++at)->code];                                                                                        \
  } while (0)
  goto *labels[at->code];
push:
  (top++)->i = at->operand;
  NEXT;
dup:
  *top = top[-1], top++;
  NEXT;
over:
  *top = top[-2], top++;
  NEXT;
swap:
  old = top[-1], top[-1] = top[-2], top[-2] = old;
  NEXT;
add:
  --top, top[-1].i += top->i;
  NEXT;
sub:
  --top, top[-1].i -= top->i;
  NEXT;
mul:
  --top, top[-1].i *= top->i;
  NEXT;
less:
  --top, top[-1].i = top[-1].i < top->i;
  NEXT;
jump_if:
  if (!(--top)->i)
    NEXT;
jump:
  at = program + at->operand - 1;
  NEXT;
to_real:
  top[-1].d = (double)top[-1].i;
  NEXT;
real_div:
  --top, top[-1].d /= top->d;
  NEXT;
print:
  show(*--top, at->code == PRINT_REAL);
  NEXT;
drop:
  --top, (at->operand ? top[-2].d += top->d : 0.0);
  NEXT;
halt:
  m->top = top;
}

int main(void) {
  struct machine a = {.top = a.stack}, b = {.top = b.stack};
  run_switch(&a);
  run_threaded(&b);
  printf("steps %ld %ld, left on the stacks %td %td\n", a.steps, b.steps, a.top - a.stack, b.top - b.stack);
  return a.steps != b.steps;
}
