//===- Driver.h - what --emit does -------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TOOLS_LEXON_TRANSLATE_DRIVER_H
#define LEXON_TOOLS_LEXON_TRANSLATE_DRIVER_H

#include "lexon/Target/Object/CodeGen.h"
#include "lexon/Target/Object/Linker.h"

namespace lexon {

/// What is made: code, or a description of the functions.
enum class Product { Code, Signatures, Header };

struct DriverOptions {
  Product product = Product::Code;
  EmitKind kind = EmitKind::LLVM; ///< of code
  CodeGenOptions codeGen;
  LinkOptions link;
  std::vector<std::string> inputs; ///< MLIR, LLVM IR or bitcode; for libraries and executables objects too
  std::string output;
};

/// Compiles the inputs and writes the output. Everything the user must know has been printed when it fails.
bool runDriver(const DriverOptions &options);

/// Prints `error: MESSAGE` for each line of `message`.
void reportError(llvm::StringRef message);

} // namespace lexon

#endif // LEXON_TOOLS_LEXON_TRANSLATE_DRIVER_H
