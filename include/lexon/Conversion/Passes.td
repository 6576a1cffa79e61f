//===- Passes.td - passes of lexon/Conversion -*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_PASSES
#define LEXON_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

#endif // LEXON_CONVERSION_PASSES
