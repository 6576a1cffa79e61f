//===- hashes.c - CRC-32, Adler-32, FNV-1a and SHA-256 of the same bytes --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Unsigned wrap-around in 8, 16, 32 and 64 bits, rotations, byte order, constant tables, a struct that streams.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++)
      c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    crc_table[i] = c;
  }
}

static uint32_t crc32(const void *data, size_t size) {
  uint32_t crc = ~0u;
  for (const uint8_t *p = data; size-- > 0;)
    crc = crc_table[(uint8_t)(crc ^ *p++)] ^ crc >> 8;
  return ~crc;
}

static uint32_t adler32(const uint8_t *p, size_t size) {
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < size; i++) {
    a = (a + p[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static uint64_t fnv1a(const uint8_t *p, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;
  while (size--)
    hash = (hash ^ *p++) * 0x100000001b3;
  return hash;
}

// Fletcher in 8 bits: every sum wraps in a byte, although C adds ints.
static uint16_t fletcher(const uint8_t *p, size_t size) {
  uint8_t a = 0, b = 0;
  while (size--) {
    a += *p++;
    b = (uint8_t)(b + a);
  }
  return (uint16_t)(b << 8 | a);
}

//--- SHA-256 (FIPS 180-4) ---------------------------------------------------------------------------------------------

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} Sha256;

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static uint32_t big_endian(const uint8_t *p) {
  uint32_t word;
  memcpy(&word, p, sizeof word);
  return __builtin_bswap32(word);
}

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; i++)
    w[i] = big_endian(block + 4 * i);
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  memcpy(v, state, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25), choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t t1 = v[7] + s1 + choice + round_constants[i] + w[i];
    uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22),
             majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t1;
    v[0] = t1 + s0 + majority;
  }
  for (int i = 0; i < 8; i++)
    state[i] += v[i];
}

static void update(Sha256 *sha, const void *data, size_t size) {
  const uint8_t *p = data;
  for (; size; size--) {
    sha->block[sha->length++ % 64] = *p++;
    if (sha->length % 64 == 0)
      compress(sha->state, sha->block);
  }
}

static void finish(Sha256 *sha) {
  uint64_t bits = __builtin_bswap64(sha->length * 8);
  update(sha, "\x80", 1);
  while (sha->length % 64 != 56)
    update(sha, "", 1);
  update(sha, &bits, sizeof bits);
}

int main(void) {
  static uint8_t bytes[5000];
  make_crc_table();
  for (unsigned i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * i >> 3);
  memcpy(bytes, "abc", 3);
  const size_t sizes[] = {0, 3, 55, 56, 64, 1000, sizeof bytes};
  for (unsigned s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    size_t size = sizes[s];
    Sha256 sha = {
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
    update(&sha, bytes, size / 3);
    update(&sha, bytes + size / 3, size - size / 3);
    finish(&sha);
    printf("%4zu bytes: %08x %08x %04x %016llx\n  ", size, crc32(bytes, size), adler32(bytes, size),
           fletcher(bytes, size), (unsigned long long)fnv1a(bytes, size));
    for (int i = 0; i < 8; i++)
      printf("%08x", sha.state[i]);
    printf("\n");
  }
  return 0;
}
