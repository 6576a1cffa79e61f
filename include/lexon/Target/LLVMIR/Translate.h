//===- Translate.h - MLIR's LLVM dialect to LLVM IR --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Upstream's translation, plus what docs/formats.md asks of a compiled module: entry points that take every argument
// behind a pointer, and signatures as data.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_LLVMIR_TRANSLATE_H
#define LEXON_TARGET_LLVMIR_TRANSLATE_H

#include "lexon/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mlir {
class DialectRegistry;
class Operation;
} // namespace mlir

namespace lexon {

/// The attribute on a function that holds its signature as JSON text (docs/formats.md, "Entry points").
constexpr llvm::StringLiteral kSignatureAttr = "lexon.signature";

/// Translates `module` to LLVM IR. Adds `lexon_invoke_f` and `lexon_signature_f` for each function `f` that has a C
/// interface and a signature, and makes private functions internal. Returns null after a diagnostic at the offending
/// operation; the result is verified. Takes `lexon.*` attributes off the arguments of `module`.
std::unique_ptr<llvm::Module> translateModule(Operation *module, llvm::LLVMContext &context, StringRef name);

/// Collects the signatures of all functions of `module`, at any stage of lowering, as one JSON array in module order.
FailureOr<std::string> collectSignatures(Operation *module);

/// Registers `--mlir-to-llvmir`: upstream's flag, done by translateModule. `registerDialects` adds what the input may
/// contain: also what cannot be translated, so that it is reported as that and not as unknown.
void registerToLLVMIRTranslation(void (*registerDialects)(DialectRegistry &));

} // namespace lexon

#endif // LEXON_TARGET_LLVMIR_TRANSLATE_H
