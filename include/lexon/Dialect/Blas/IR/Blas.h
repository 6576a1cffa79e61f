//===- Blas.h - the blas dialect ---------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_BLAS_IR_BLAS_H
#define LEXON_DIALECT_BLAS_IR_BLAS_H

#include "lexon/Support/LLVM.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lexon/Dialect/Blas/IR/BlasDialect.h.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Blas/IR/BlasOps.h.inc"

namespace lexon::blas {
/// The largest size or stride that CBLAS with 32-bit integers takes.
constexpr int64_t kMaxInteger = INT32_MAX;

/// True if the static part of `type`'s layout obeys constraints blas_c4 and blas_c5.
bool hasCblasLayout(mlir::MemRefType type, bool isOutput);

/// What the operations of the dialect have in common, by position: alpha, lhs, rhs, beta, out.
struct Product {
  mlir::Operation *op;

  /// Matches any operation of the dialect.
  static std::optional<Product> match(mlir::Operation *op);

  mlir::Value alpha() const { return op->getOperand(0); }
  mlir::Value lhs() const { return op->getOperand(1); }
  mlir::Value rhs() const { return op->getOperand(2); }
  mlir::Value beta() const { return op->getOperand(3); }
  mlir::Value out() const { return op->getOperand(4); }
  bool transposeA() const { return op->hasAttr("transpose_a"); }
  bool transposeB() const { return op->hasAttr("transpose_b"); }
  bool onBuffers() const { return llvm::isa<mlir::MemRefType>(out().getType()); }
  /// True if the old contents of the output do not matter: beta is the constant 0.
  bool overwrites() const;
  /// Leading dimensions that are the batch's (of `blas.batch_gemm` only).
  unsigned batchRank() const;
};

/// True if several threads may run the regions of `op` at once: parallel loops, parallel regions, what shares their
/// work.
bool runsInParallel(mlir::Operation *op);

/// The module whose functions `op` calls; null inside of another table of symbols, as `gpu.module`, which cannot call a
/// library of the host.
mlir::ModuleOp hostModuleOf(mlir::Operation *op);

/// Lets one-shot bufferization move the operations from tensors to memrefs.
void registerBufferizableOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace lexon::blas

#endif // LEXON_DIALECT_BLAS_IR_BLAS_H
