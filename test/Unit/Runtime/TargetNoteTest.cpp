//===- TargetNoteTest.cpp - the CPU that a file was compiled for ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TargetNote.h"

#include "Failure.h"
#include "TestSupport.h"

#include <link.h>

using namespace lexon::rt;
using namespace lexon::test;

namespace {
std::string word(uint32_t value) { return std::string(reinterpret_cast<const char *>(&value), sizeof value); }

std::string padded(std::string text) {
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

std::string note(const std::string &text, const std::string &owner = "Lexon", uint32_t type = 1) {
  return word(owner.size() + 1) + word(text.size()) + word(type) + padded(owner + '\0') + padded(text);
}

/// An ELF file of nothing but notes in one segment.
std::string elf(const std::string &notes, uint32_t alignment = 4) {
  ElfW(Ehdr) header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  ElfW(Phdr) segment = {};
  segment.p_type = PT_NOTE;
  segment.p_align = alignment;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = notes.size();
  return std::string(reinterpret_cast<char *>(&header), sizeof header) +
         std::string(reinterpret_cast<char *>(&segment), sizeof segment) + notes;
}

TargetNotes read(const std::string &file) { return readTargetNotes(file.data(), file.size(), "x.so"); }

std::string refusal(const std::string &file) {
  try {
    read(file);
  } catch (const Failure &failure) {
    EXPECT_EQ(failure.status, LEXON_BAD_FORMAT);
    return failure.what();
  }
  return "";
}

using Names = std::vector<std::string>;
constexpr char kTwo[] = R"({"version": 1, "cpu": "one", "features": ["avx2", "amx-tile"]})";
} // namespace

TEST(TargetNote, AllNotesTogether) {
  const std::string foreign = note("whatever", "GNU") + note("no JSON", "Lexon", 7);
  const TargetNotes notes =
      read(elf(foreign + note(kTwo) + note(R"({"version": 1, "cpu": "other", "features": ["avx2", "bmi"]})")));
  EXPECT_TRUE(notes.found);
  EXPECT_EQ(notes.cpus, (Names{"one", "other"}));
  EXPECT_EQ(notes.features, (Names{"avx2", "amx-tile", "bmi"}));
  EXPECT_TRUE(notes.usesTiles());
  EXPECT_EQ(notes.cpuNames(), "one, other");
}

TEST(TargetNote, FilesWithoutAny) {
  for (const std::string &file : {elf(""), elf(note("x", "GNU")), elf(note(kTwo), 8), std::string("text"),
                                  std::string(), elf(note(kTwo)).substr(0, sizeof(ElfW(Ehdr)) + 5)}) {
    const TargetNotes notes = read(file);
    EXPECT_FALSE(notes.found);
    EXPECT_TRUE(notes.features.empty());
  }
}

TEST(TargetNote, DamagedNotes) {
  EXPECT_NE(refusal(elf(note("{"))).find("x.so: its note of the CPU: no JSON"), std::string::npos);
  EXPECT_NE(refusal(elf(note("{}"))).find("'version' is missing"), std::string::npos);
  EXPECT_NE(refusal(elf(note(R"({"version": 2})"))).find("version 2"), std::string::npos);
  EXPECT_NE(refusal(elf(note(R"({"version": 1, "cpu": "a", "features": [1]})"))).find("not a string"),
            std::string::npos);
  // One that says it is longer than the segment is no note.
  std::string longer = note(kTwo);
  longer[4] = '\x7f';
  EXPECT_FALSE(read(elf(longer)).found);
}

TEST(TargetNote, ChecksTheCpu) {
  lexon::target::CpuInfo cpu;
  cpu.brand = "Brand";
  const TargetNotes notes = read(elf(note(kTwo)));
  auto check = [&] { return lexon::runtime::Error::check(guarded([&] { checkTarget(notes, cpu, "x.so"); })); };
  expectError(check(), LEXON_UNSUPPORTED, {"x.so: needs the CPU features avx2, amx-tile,", "(Brand)", "for one"});
  cpu.features.avx2 = true;
  expectError(check(), LEXON_UNSUPPORTED, {"needs the CPU feature amx-tile,"});
  cpu.features.amxTile = true;
  EXPECT_FALSE(check());
}

TEST(TargetNote, NothingOfARefusedLibraryRuns) {
  expectError(lexon::runtime::Model::open(testFile("lexon-test-claims-features.so")).error(), LEXON_UNSUPPORTED,
              {"lexon-test-claims-features.so", "no-such-feature", "dreamt-of"});
}
