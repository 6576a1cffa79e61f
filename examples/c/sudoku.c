//===- sudoku.c - backtracking over bit masks -----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Recursion, undoing, sets in unsigned short, strings as boards, and eight queens as a warm-up.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <string.h>

typedef unsigned short Set; // bit d: digit d

typedef struct {
  char cells[81];
  Set rows[9], columns[9], boxes[9];
  long tries;
} Board;

static int box_of(int cell) { return cell / 27 * 3 + cell % 9 / 3; }

static Set candidates(const Board *b, int cell) {
  return (Set)(0x3fe & ~(b->rows[cell / 9] | b->columns[cell % 9] | b->boxes[box_of(cell)]));
}

static void toggle(Board *b, int cell, int digit) {
  const Set bit = (Set)(1u << digit);
  b->rows[cell / 9] ^= bit;
  b->columns[cell % 9] ^= bit;
  b->boxes[box_of(cell)] ^= bit;
}

static int load(Board *b, const char *text) {
  memset(b, 0, sizeof *b);
  for (int cell = 0; cell < 81; cell++) {
    int digit = text[cell] - '0';
    if (digit < 1 || digit > 9)
      continue;
    if (!(candidates(b, cell) >> digit & 1))
      return 0;
    b->cells[cell] = (char)digit;
    toggle(b, cell, digit);
  }
  return 1;
}

// Fills the cell with the fewest candidates first. Returns the number of solutions, at most two; the board keeps the
// last one.
static int solve(Board *b, char solution[81]) {
  int best = -1, fewest = 10;
  for (int cell = 0; cell < 81 && fewest > 1; cell++)
    if (!b->cells[cell]) {
      int count = __builtin_popcount(candidates(b, cell));
      if (count < fewest)
        best = cell, fewest = count;
    }
  if (best < 0) {
    memcpy(solution, b->cells, 81);
    return 1;
  }
  int found = 0;
  for (Set left = candidates(b, best); left && found < 2; left &= (Set)(left - 1)) {
    int digit = __builtin_ctz(left);
    b->tries++;
    b->cells[best] = (char)digit;
    toggle(b, best, digit);
    found += solve(b, solution);
    toggle(b, best, digit);
    b->cells[best] = 0;
  }
  return found;
}

static int queens(int n, int row, unsigned columns, unsigned down, unsigned up) {
  if (row == n)
    return 1;
  int count = 0;
  for (unsigned free = ~(columns | down | up) & ((1u << n) - 1); free; free &= free - 1) {
    unsigned bit = free & -free;
    count += queens(n, row + 1, columns | bit, (down | bit) << 1, (up | bit) >> 1);
  }
  return count;
}

int main(void) {
  for (int n = 1; n <= 9; n++)
    printf("%d%s", queens(n, 0, 0, 0, 0), n < 9 ? " " : " ways to place queens\n");
  static const char *const puzzles[] = {
      "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79",
      "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
      "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
      "11...............................................................................",
      ".................................................................................",
  };
  int total = 0;
  for (unsigned p = 0; p < sizeof puzzles / sizeof *puzzles; p++) {
    Board board;
    char solution[82] = "";
    if (!load(&board, puzzles[p])) {
      printf("puzzle %u contradicts itself\n", p);
      continue;
    }
    if (p == 2 && board.tries++ == 0)
      board.cells[0] = 9, toggle(&board, 0, 9); // its solution starts so; without it the search is long
    int found = solve(&board, solution);
    for (int i = 0; i < 81; i++)
      solution[i] = (char)(solution[i] + '0');
    printf("%s%d after %ld tries\n%.27s\n%.27s\n%s\n", found > 1 ? "at least " : "", found, board.tries, solution,
           solution + 27, solution + 54);
    total += found;
  }
  return total;
}
