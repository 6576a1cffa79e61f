//===- Debug.h - debug output that works in a release build ------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// With NDEBUG (which the distribution's libMLIR forces on us) LLVM_DEBUG compiles to nothing. The switches behind it
// are exported all the same, so `--debug-only=TYPE` works through LEXON_DEBUG. LEXON_ASSERT is on in the debug and
// asan presets.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_SUPPORT_DEBUG_H
#define LEXON_SUPPORT_DEBUG_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

namespace lexon {

/// Selects the debug types whose output is printed to stderr; "all" selects every one. Not thread-safe: call it before
/// the first pass runs.
void setDebugTypes(llvm::StringRef commaSeparated);

/// True if output of debug type `type` is wanted.
bool isDebugTypeEnabled(const char *type);

} // namespace lexon

/// Streams to stderr when the debug type is selected: LEXON_DEBUG("pass-flag", os << "text " << value);
#define LEXON_DEBUG(TYPE, STATEMENT)                                                                                   \
  do {                                                                                                                 \
    if (::lexon::isDebugTypeEnabled(TYPE)) {                                                                           \
      ::llvm::raw_ostream &os = ::llvm::errs() << "[" << TYPE << "] ";                                                 \
      STATEMENT;                                                                                                       \
      os << '\n';                                                                                                      \
    }                                                                                                                  \
  } while (false)

#ifdef LEXON_ENABLE_ASSERTIONS
#define LEXON_ASSERT(CONDITION, MESSAGE)                                                                               \
  do {                                                                                                                 \
    if (!(CONDITION))                                                                                                  \
      ::llvm::report_fatal_error("LEXON_ASSERT(" #CONDITION "): " MESSAGE);                                            \
  } while (false)
#else
#define LEXON_ASSERT(CONDITION, MESSAGE) (void)0
#endif

#endif // LEXON_SUPPORT_DEBUG_H
