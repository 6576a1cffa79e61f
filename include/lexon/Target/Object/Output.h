//===- Output.h - output files that are whole or absent ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_OBJECT_OUTPUT_H
#define LEXON_TARGET_OBJECT_OUTPUT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace lexon {

/// Writes `data` to `path` (`-`: standard output). A regular file appears only when it is complete: it is written
/// under another name beside its place and renamed. Pipes and devices are written directly.
llvm::Error writeOutput(llvm::StringRef path, llvm::StringRef data);

/// As writeOutput, for programs that write files themselves: `produce` is given the name of a file to fill. If it
/// fails, or the process is interrupted, that file is removed.
llvm::Error writeOutputWith(llvm::StringRef path, llvm::function_ref<llvm::Error(llvm::StringRef temporary)> produce);

} // namespace lexon

#endif // LEXON_TARGET_OBJECT_OUTPUT_H
