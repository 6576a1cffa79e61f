/* A library that says, as docs/formats.md has it, that it needs a feature which no CPU has. Its constructor would be
 * the first of its code to run. */
#include <stdint.h>
#include <stdlib.h>

#define TEXT "{\"version\": 1, \"cpu\": \"dreamt-of\", \"features\": [\"no-such-feature\"]}"

__attribute__((section(".note.lexon.target"), aligned(4), used)) static const struct {
  uint32_t nameBytes, textBytes, type;
  char name[8], text[(sizeof TEXT + 3) / 4 * 4];
} note = {6, sizeof TEXT - 1, 1, "Lexon", TEXT};

__attribute__((constructor)) static void run(void) { abort(); }
