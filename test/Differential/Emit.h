//===- Emit.h - plans as MLIR -----------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_EMIT_H
#define LEXON_TEST_DIFFERENTIAL_EMIT_H

#include "Plan.h"

namespace lexon::differential {

/// A module with one public function `f<id>` for each plan, as text. Arguments: A, B, C (unless the program makes its
/// own), then the numbers of indexArguments. Each function starts with a line `// f<id>: ...`.
std::string emitModule(const std::vector<Function> &functions);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_EMIT_H
