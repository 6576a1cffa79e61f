//===- Passes.td - passes of lexon/Transforms -*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_PASSES
#define LEXON_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

#endif // LEXON_TRANSFORMS_PASSES
