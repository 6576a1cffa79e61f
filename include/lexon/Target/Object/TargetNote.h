//===- TargetNote.h - the CPU that code was compiled for ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Machine code for another CPU dies of its first unknown instruction. Each object therefore carries a note (docs/
// formats.md, "CPU features"), which whoever loads it reads first; an executable reads it itself when it starts.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_OBJECT_TARGETNOTE_H
#define LEXON_TARGET_OBJECT_TARGETNOTE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
namespace object {
class ObjectFile;
} // namespace object
} // namespace llvm

namespace lexon {

/// What the notes of some objects say together.
struct TargetNotes {
  std::vector<std::string> cpus;     ///< names of LLVM's, each once
  std::vector<std::string> features; ///< names of LLVM's, each once
};

/// Adds the note to `module`, which is optimized: what `machine` was told it may use, of the features in
/// Target/Info/CpuFeatures.def; tiles only if the module uses some. Nothing is added for a target without ELF objects.
void addTargetNote(llvm::Module &module, const llvm::TargetMachine &machine);

/// Reads the notes of `object` into `notes`; an object without notes adds nothing.
llvm::Error readTargetNotes(const llvm::object::ObjectFile &object, TargetNotes &notes);

/// An object with a function that runs before `main`: it says which of `notes.features` the CPU lacks and ends the
/// program with exit code 1; if it needs tiles, it asks the system for them. It is compiled for the oldest CPU of the
/// architecture. Empty if there is nothing to check: other architectures than x86-64 have no such features yet.
llvm::Expected<llvm::SmallVector<char, 0>> makeStartCheck(const TargetNotes &notes, llvm::StringRef triple);

} // namespace lexon

#endif // LEXON_TARGET_OBJECT_TARGETNOTE_H
