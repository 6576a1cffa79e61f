//===- TargetNote.cpp - the CPU that a file was compiled for --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Notes: System V ABI, chapter 5. They are read from the file and not from memory, so that a library that cannot run
// here is refused before the loader runs any of its code.
//
//===----------------------------------------------------------------------===//

#include "TargetNote.h"

#include "Json.h"

#include <algorithm>
#include <cstring>
#include <link.h>

using namespace lexon::rt;

namespace {
constexpr char kOwner[] = "Lexon";
constexpr uint32_t kType = 1;
constexpr int64_t kVersion = 1;

void addNew(std::vector<std::string> &list, const std::string &item) {
  if (std::find(list.begin(), list.end(), item) == list.end())
    list.push_back(item);
}

void readNote(const std::string &text, const std::string &place, TargetNotes &notes) {
  const Json document = parseJson(text, place);
  const JsonObject object(document, place);
  if (const int64_t version = object.size("version"); version != kVersion)
    object.refuse("version ", version, " is not known to this runtime, which reads version ", kVersion);
  notes.found = true;
  addNew(notes.cpus, object.string("cpu"));
  for (const Json &feature : object.array("features")) {
    if (!feature.is_string())
      object.refuse("a feature is not a string");
    addNew(notes.features, feature.get<std::string>());
  }
}

/// Reads the notes of one segment; each is a head of three words, its owner's name and its content, both padded to
/// four bytes.
void readSegment(const char *data, uint64_t bytes, const std::string &place, TargetNotes &notes) {
  auto padded = [](uint64_t size) { return (size + 3) / 4 * 4; };
  for (uint64_t at = 0; at + 12 <= bytes;) {
    uint32_t head[3];
    std::memcpy(head, data + at, sizeof head);
    const uint64_t name = at + sizeof head, content = name + padded(head[0]), end = content + padded(head[1]);
    if (end > bytes)
      return; // another owner's idea of alignment; ours end before this
    if (head[0] == sizeof kOwner && head[2] == kType && std::memcmp(data + name, kOwner, sizeof kOwner) == 0)
      readNote(std::string(data + content, head[1]), place + ": its note of the CPU", notes);
    at = end;
  }
}

std::string listed(const std::vector<std::string> &items) {
  std::string text;
  for (const std::string &item : items)
    text += (text.empty() ? "" : ", ") + item;
  return text;
}
} // namespace

bool TargetNotes::usesTiles() const {
  return std::find(features.begin(), features.end(), "amx-tile") != features.end();
}

std::string TargetNotes::cpuNames() const { return listed(cpus); }

TargetNotes lexon::rt::readTargetNotes(const char *data, uint64_t bytes, const std::string &place) {
  TargetNotes notes;
  ElfW(Ehdr) header;
  if (bytes < sizeof header || std::memcmp(data, ELFMAG, SELFMAG) != 0)
    return notes;
  std::memcpy(&header, data, sizeof header);
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment;
    const uint64_t at = header.e_phoff + i * sizeof segment;
    if (at > bytes || bytes - at < sizeof segment)
      break;
    std::memcpy(&segment, data + at, sizeof segment);
    // Segments of notes that are aligned to eight are the system's.
    if (segment.p_type == PT_NOTE && segment.p_align <= 4 && segment.p_offset <= bytes &&
        segment.p_filesz <= bytes - segment.p_offset)
      readSegment(data + segment.p_offset, segment.p_filesz, place, notes);
  }
  return notes;
}

void lexon::rt::checkTarget(const TargetNotes &notes, const lexon::target::CpuInfo &cpu, const std::string &place) {
  const std::vector<std::string> lacking = lexon::target::lackingFeatures(notes.features, cpu.features);
  if (!lacking.empty())
    fail(LEXON_UNSUPPORTED, place, ": needs the CPU feature", lacking.size() == 1 ? " " : "s ", listed(lacking),
         ", which this CPU", cpu.brand.empty() ? "" : " (" + cpu.brand + ")", " lacks: it was compiled for ",
         notes.cpuNames(), "; compile it again with target=native, or for a CPU like this one");
}
