//===- Compile.h - a module of plans to a shared library --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_COMPILE_H
#define LEXON_TEST_DIFFERENTIAL_COMPILE_H

#include "Driver.h"

namespace lexon::differential {

/// Functions [first, last) on one path; `threads` is what the compiled code may use.
struct Unit {
  std::string path;
  unsigned first = 0, last = 0, threads = 1;

  std::string file(const Settings &settings, const char *suffix) const;
};

/// Writes the module and compiles it to unit.file(".so"). Returns what went wrong, with the tool's words.
std::string compileUnit(const Settings &settings, const Unit &unit);

/// Runs the compiled unit's cases in another process. A case that crashes it is one outcome; those behind it are run
/// in a new process.
std::map<CaseId, Outcome> executeUnit(const Settings &settings, const Unit &unit);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_COMPILE_H
