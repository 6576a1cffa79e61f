//===- EntryPoints.h - entry points of a compiled module ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_LLVMIR_ENTRYPOINTS_H
#define LEXON_LIB_TARGET_LLVMIR_ENTRYPOINTS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace llvm {
class Module;
} // namespace llvm

namespace lexon {

/// Adds `lexon_invoke_<function>` and `lexon_signature_<function>` to `module`, which defines `function` and its C
/// interface. Fails, without a change, if `signature` (JSON text) does not describe that interface.
llvm::Error addEntryPoint(llvm::Module &module, llvm::StringRef function, llvm::StringRef signature);

/// True if `module` defines the C interface of `function`.
bool hasCInterface(const llvm::Module &module, llvm::StringRef function);

} // namespace lexon

#endif // LEXON_LIB_TARGET_LLVMIR_ENTRYPOINTS_H
