//===- huffman.c - shorter text by Huffman's code -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Index-linked trees in an array, bit streams, a union of leaf and inner node, static arrays that outlive calls,
// pointers into buffers.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { kSymbols = 256, kNodes = 2 * kSymbols };

typedef struct {
  unsigned weight;
  _Bool leaf;
  union {
    unsigned char symbol;
    struct {
      short zero, one;
    };
  };
} Node;

typedef struct {
  Node nodes[kNodes];
  int count, root;
  struct code {
    uint32_t bits;
    uint8_t length;
  } codes[kSymbols];
} Huffman;

typedef struct {
  uint8_t *bytes;
  size_t position; // in bits
} Bits;

static void put_bit(Bits *b, unsigned bit) {
  uint8_t mask = (uint8_t)(0x80 >> (b->position & 7));
  uint8_t *byte = &b->bytes[b->position++ >> 3];
  *byte = (uint8_t)(bit ? *byte | mask : *byte & ~mask);
}

static unsigned get_bit(Bits *b) {
  unsigned bit = b->bytes[b->position >> 3] >> (7 - (b->position & 7)) & 1u;
  return b->position++, bit;
}

// Takes the lightest node out of the list; equal weights in order of their making.
static int take_lightest(const Huffman *h, int *open, int *count) {
  int best = 0;
  for (int i = 1; i < *count; i++)
    if (h->nodes[open[i]].weight < h->nodes[open[best]].weight)
      best = i;
  int node = open[best];
  memmove(open + best, open + best + 1, (size_t)(--*count - best) * sizeof *open);
  return node;
}

static void assign(Huffman *h, int node, uint32_t bits, int length) {
  const Node *n = h->nodes + node;
  if (n->leaf) {
    h->codes[n->symbol] = (struct code){bits, (uint8_t)(length ? length : 1)};
    return;
  }
  assign(h, n->zero, bits << 1, length + 1);
  assign(h, n->one, bits << 1 | 1, length + 1);
}

static void build(Huffman *h, const unsigned char *text, size_t size) {
  unsigned weights[kSymbols] = {0};
  int open[kNodes], opened = 0;
  while (size--)
    ++weights[*text++];
  memset(h, 0, sizeof *h);
  for (int s = 0; s < kSymbols; s++)
    if (weights[s]) {
      h->nodes[h->count] = (Node){.weight = weights[s], .leaf = 1, .symbol = (unsigned char)s};
      open[opened++] = h->count++;
    }
  while (opened > 1) {
    int a = take_lightest(h, open, &opened), b = take_lightest(h, open, &opened);
    h->nodes[h->count] = (Node){h->nodes[a].weight + h->nodes[b].weight, 0, .zero = (short)a, .one = (short)b};
    open[opened++] = h->count++;
  }
  h->root = open[0];
  assign(h, h->root, 0, 0);
}

static size_t encode(const Huffman *h, const unsigned char *text, size_t size, uint8_t *out) {
  Bits bits = {out, 0};
  for (size_t i = 0; i < size; i++) {
    struct code code = h->codes[text[i]];
    for (int b = code.length; b-- > 0;)
      put_bit(&bits, code.bits >> b & 1);
  }
  return bits.position;
}

static void decode(const Huffman *h, uint8_t *in, unsigned char *text, size_t size) {
  Bits bits = {.bytes = in};
  for (; size; size--) {
    int node = h->root;
    do
      node = h->nodes[node].leaf ? node : get_bit(&bits) ? h->nodes[node].one : h->nodes[node].zero;
    while (!h->nodes[node].leaf);
    if (node == h->root)
      get_bit(&bits); // a text of one symbol
    *text++ = h->nodes[node].symbol;
  }
}

static int try_text(const char *name, const unsigned char *text, size_t size) {
  static Huffman h;
  static uint8_t coded[8000];
  static unsigned char decoded[8000];
  build(&h, text, size);
  memset(coded, 0xaa, sizeof coded);
  size_t bits = encode(&h, text, size, coded);
  decode(&h, coded, decoded, size);
  int same = memcmp(text, decoded, size) == 0, longest = 0;
  uint32_t sum = 0;
  for (int s = 0; s < kSymbols; s++)
    if (h.codes[s].length > longest)
      longest = h.codes[s].length;
  for (size_t i = 0; i < (bits + 7) / 8; i++)
    sum = sum * 31 + coded[i];
  printf("%-9s %4zu bytes, %5zu bits, %3d nodes, longest code %2d, sum %08x, %s\n", name, size, bits, h.count, longest,
         sum, same ? "the same again" : "DAMAGED");
  return !same;
}

int main(void) {
  static const unsigned char proverb[] = "a stitch in time saves nine; nine stitches save no time at all";
  static unsigned char fibonacci[4000], bytes[4000];
  size_t used = 0;
  for (unsigned a = 1, b = 1, symbol = 'a'; used + a < sizeof fibonacci; symbol++) {
    memset(fibonacci + used, (int)symbol, a);
    used += a;
    unsigned next = a + b;
    a = b, b = next;
  }
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * i + i / 7);
  return try_text("proverb", proverb, sizeof proverb - 1) | try_text("one", (const unsigned char *)"zzzzzzz", 7) << 1 |
         try_text("fibonacci", fibonacci, used) << 2 | try_text("bytes", bytes, sizeof bytes) << 3;
}
