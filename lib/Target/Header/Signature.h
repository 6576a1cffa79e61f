//===- Signature.h - signatures as C sees them -------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_HEADER_SIGNATURE_H
#define LEXON_LIB_TARGET_HEADER_SIGNATURE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace lexon::header {

/// An element type of the format and its C type.
struct CType {
  llvm::StringLiteral dtype;
  llvm::StringLiteral name;
  /// LLVM and C compilers pass a scalar of this type alike. They do not where C spells the type in several ways (half
  /// precision), passes it in another place (complex), or expects more bits than LLVM sets (a returned bool).
  bool passedAlike, returnedAlike;
};

constexpr int64_t kDynamic = -1;

struct Parameter {
  bool isMemref = false;
  const CType *type = nullptr;
  llvm::SmallVector<int64_t> shape; ///< of a memref
  bool mutated = false;             ///< of an argument
  bool constant = false;            ///< of an argument: a weight
  bool returned = false;            ///< of a result; else the caller's buffer
  std::string name;                 ///< `arg0`, `result1`

  /// What names a type of this rank and element type: `f32_2d`.
  std::string suffix() const;
  /// Name of size number `i`: where it is dynamic.
  std::string sizeName(size_t i) const { return name + "_size" + std::to_string(i); }
};

struct Function {
  std::string symbol;     ///< in the module; any text
  std::string identifier; ///< in C; unique
  std::vector<Parameter> arguments, results;
  /// The function that prepares the constants, in C, and the name of what it makes; empty if there is none.
  std::string prepare, preparedLayout;
};

/// Reads the JSON array; names are made unique.
llvm::Expected<std::vector<Function>> readSignatures(llvm::StringRef text);

} // namespace lexon::header

#endif // LEXON_LIB_TARGET_HEADER_SIGNATURE_H
