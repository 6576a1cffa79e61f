//===- packets.c - network headers bit by bit -----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Bit-fields (signed, unsigned, of zero width), packed and aligned types, unions over bytes, _Static_assert, offsetof.
//
//===----------------------------------------------------------------------===//

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct header {
  unsigned version : 4;
  unsigned length : 4;
  unsigned priority : 3;
  bool urgent : 1, last : 1;
  unsigned : 3;
  signed int skew : 6; // -32 .. 31
  unsigned sequence : 10;
  unsigned : 0; // what follows starts a new unit
  uint64_t time : 40;
  uint64_t source : 24;
};

struct __attribute__((packed)) wire {
  uint8_t kind;
  uint32_t address;
  uint16_t port;
  int64_t value;
};

typedef union {
  struct header header;
  uint8_t bytes[sizeof(struct header)];
  uint32_t words[sizeof(struct header) / 4];
} Packet;

_Static_assert(sizeof(struct header) == 16, "32 + 32 (unused) + 64 bits");
_Static_assert(sizeof(struct wire) == 15, "no padding");
_Static_assert(offsetof(struct wire, value) == 7, "unaligned on purpose");

struct cache_line {
  _Alignas(64) unsigned char data[40];
  char tag;
};

static unsigned checksum(const void *data, size_t size) {
  const uint8_t *p = data;
  uint32_t sum = 0;
  for (size_t i = 0; i < size; i++)
    sum += (uint32_t)p[i] << (i % 2 ? 0 : 8);
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

static struct header next(struct header h) {
  h.sequence++;               // wraps at 1024
  h.skew = (h.skew + 5) & 63; // wraps into negative numbers
  h.time += UINT64_C(1) << 37;
  h.priority = h.priority * 3 + 1;
  h.last = h.sequence > 1000;
  h.urgent ^= h.last;
  return h;
}

static void put(uint8_t *at, struct wire w) { memcpy(at, &w, sizeof w); }

int main(void) {
  Packet packet;
  memset(&packet, 0, sizeof packet); // padding has a value now, too
  packet.header.version = 6;
  packet.header.length = 15;
  packet.header.sequence = 1019;
  packet.header.skew = -30;
  packet.header.time = 0xfedcba9876;
  packet.header.source = 0x123456;
  for (int i = 0; i < 8; i++) {
    struct header h = packet.header;
    printf("v%u length %u priority %u %s%s skew %+d sequence %u time %010llx source %06llx sum %04x words", h.version,
           h.length, h.priority, h.urgent ? "urgent" : "normal", h.last ? " last" : "", h.skew, h.sequence,
           (unsigned long long)h.time, (unsigned long long)h.source, checksum(packet.bytes, sizeof packet.bytes));
    printf(" %08x %08x\n", packet.words[0], packet.words[3]);
    struct header changed = next(h);
    packet.header.priority = changed.priority;
    packet.header.urgent = changed.urgent;
    packet.header.last = changed.last;
    packet.header.skew = changed.skew;
    packet.header.sequence = changed.sequence;
    packet.header.time = changed.time;
  }

  uint8_t buffer[3 * sizeof(struct wire)];
  for (int i = 0; i < 3; i++)
    put(buffer + i * sizeof(struct wire), (struct wire){.kind = (uint8_t)(200 + i * 40),
                                                        .port = 65535,
                                                        .address = 0x7f000001u << i,
                                                        .value = INT64_MIN >> (i * 20)});
  const struct wire *wires = (const struct wire *)buffer;
  for (const struct wire *w = wires; w < wires + 3; w++)
    printf("kind %d address %08x port %d value %lld\n", w->kind, w->address, w->port, (long long)w->value);
  for (size_t i = 0; i < sizeof buffer; i++)
    printf("%02x%s", buffer[i], i % 15 == 14 ? "\n" : " ");

  static struct cache_line lines[2];
  alignas(32) char local[3] = "ab";
  printf("line %zu bytes, aligned to %zu, %d %d; local %d %s\n", sizeof lines[0], _Alignof(struct cache_line),
         (int)((uintptr_t)&lines[1] % 64), (int)offsetof(struct cache_line, tag), (int)((uintptr_t)local % 32), local);
  return 0;
}
