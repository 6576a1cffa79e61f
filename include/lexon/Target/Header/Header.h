//===- Header.h - C headers for compiled modules -----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_HEADER_HEADER_H
#define LEXON_TARGET_HEADER_HEADER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace lexon {

/// A C header for the functions that `signatures` describes: a JSON array of signatures (docs/formats.md, "Entry
/// points"). It needs nothing but the C library, and is C99 and C++11 alike. Signatures that are not of that form, or
/// an array without any, are an error.
llvm::Expected<std::string> emitHeader(llvm::StringRef signatures);

} // namespace lexon

#endif // LEXON_TARGET_HEADER_HEADER_H
