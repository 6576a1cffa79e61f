//===- Attention.h - attention in terms of linalg ----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTION_H
#define LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTION_H

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/IR/PatternMatch.h"

namespace lexon::core {
/// Replaces `op`, on tensors or memrefs, by the linalg operations that define it: scores of all rows and keys, their
/// maximum, exponentials and sum, and the product with the value. On memrefs the temporaries are allocated and freed.
void decomposeAttention(mlir::RewriterBase &rewriter, AttentionOp op);
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTION_H
