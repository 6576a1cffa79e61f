//===- Signature.h - what a compiled function takes and gives ---*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_SIGNATURE_H
#define LEXON_LIB_RUNTIME_SIGNATURE_H

#include "DType.h"

#include <string>
#include <vector>

namespace lexon::rt {

struct Parameter {
  lexon_kind kind = LEXON_MEMREF;
  lexon_dtype dtype = LEXON_F32;
  Shape shape; ///< empty for a scalar
  lexon_passing passing = LEXON_OUT;
  bool mutated = false;
  bool constant = false; ///< of an argument: the same in all calls, a weight

  size_t elementBytes() const { return dtypeInfo(dtype)->bytes; }
};

struct Signature {
  std::string function;
  std::vector<Parameter> arguments, results;
  /// The function that puts the constants into the order this one wants, and what that order is; empty if it takes
  /// them as they are.
  std::string prepare, preparedLayout;
};

/// Reads `text`, the content of `lexon_signature_<function>`, as docs/formats.md defines it. Throws a Failure that
/// names `place` and the parameter.
Signature parseSignature(const std::string &text, const std::string &function, const std::string &place);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_SIGNATURE_H
