//===- CodeGen.h - LLVM IR to machine code -----------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// LLVM's optimizer and code generator in this process, with what clang sets up around them.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_OBJECT_CODEGEN_H
#define LEXON_TARGET_OBJECT_CODEGEN_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace lexon {

enum class EmitKind { LLVM, Bitcode, Assembly, Object, SharedLibrary, Executable };

/// Vector versions of mathematical functions. Automatic: libmvec where glibc has it (x86-64 Linux).
enum class VectorMath { Automatic, None, Libmvec };

struct CodeGenOptions {
  std::string triple;                ///< empty: this machine's
  std::string cpu;                   ///< empty: `native` for this machine's architecture, else `generic`
  std::vector<std::string> features; ///< each `+name` or `-name`
  unsigned optLevel = 3;             ///< 0 to 3
  unsigned preferVectorWidth = 0;    ///< in bits; 0: 512 if the processor has AVX-512
  VectorMath vectorMath = VectorMath::Automatic;
};

/// The target machine for `options`. An unknown triple, processor or feature is an error that suggests the nearest.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const CodeGenOptions &options);

/// Gives `module` the triple, data layout and flags of `machine`, and its functions the attributes clang would: the
/// processor and its features, so that later tools generate the same code. Attributes that are there stay.
void prepareModule(llvm::Module &module, const llvm::TargetMachine &machine, const CodeGenOptions &options);

/// Runs LLVM's optimization pipeline of `options.optLevel`.
llvm::Error optimize(llvm::Module &module, llvm::TargetMachine &machine, const CodeGenOptions &options);

/// Writes `module` as LLVM IR, bitcode, assembly or an object, which gets a note of the CPU it is for (TargetNote.h).
/// May change `module`.
llvm::Error emit(llvm::Module &module, llvm::TargetMachine &machine, EmitKind kind, const CodeGenOptions &options,
                 llvm::SmallVectorImpl<char> &result);

} // namespace lexon

#endif // LEXON_TARGET_OBJECT_CODEGEN_H
