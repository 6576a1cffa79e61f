//===- TargetNote.h - the CPU that a file was compiled for ------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_TARGETNOTE_H
#define LEXON_LIB_RUNTIME_TARGETNOTE_H

#include "lexon/Target/Info/CpuInfo.h"

#include <string>
#include <vector>

namespace lexon::rt {

/// What the notes of an ELF file say (docs/formats.md, "CPU features"), of all its objects together.
struct TargetNotes {
  bool found = false;                ///< without notes, nothing is known
  std::vector<std::string> cpus;     ///< names of LLVM's
  std::vector<std::string> features; ///< of LLVM's, each once

  bool usesTiles() const;
  std::string cpuNames() const; ///< separated by commas
};

/// Reads the notes of a complete ELF file of this machine's class; `place` names it. Throws a Failure
/// (LEXON_BAD_LIBRARY) if a note is not what the format says.
TargetNotes readTargetNotes(const char *data, uint64_t bytes, const std::string &place);

/// Throws a Failure (LEXON_UNSUPPORTED) that names what `cpu` lacks.
void checkTarget(const TargetNotes &notes, const lexon::target::CpuInfo &cpu, const std::string &place);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_TARGETNOTE_H
