//===- InitAll.h - the one list of what Lexon registers ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_INITALL_H
#define LEXON_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace lexon {

/// Adds every upstream dialect and extension, every dialect of Lexon, and the translations to LLVM IR.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers every upstream pass, every pass of Lexon, and the named pipelines.
void registerAllPasses();

} // namespace lexon

#endif // LEXON_INITALL_H
