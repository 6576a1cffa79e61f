//===- Functions.h - declarations and calls of functions ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_HEADER_FUNCTIONS_H
#define LEXON_LIB_TARGET_HEADER_FUNCTIONS_H

#include "Signature.h"

#include "llvm/Support/raw_ostream.h"

namespace lexon::header {

/// Writes all that belongs to `function`: what it takes and gives, its symbols, and an inline function that calls it.
void writeFunction(llvm::raw_ostream &os, const Function &function);

/// Text that may stand in a comment: of one line, and without an end of the comment.
std::string inComment(llvm::StringRef text);

} // namespace lexon::header

#endif // LEXON_LIB_TARGET_HEADER_FUNCTIONS_H
