//===- VectorMath.h - vector versions of mathematical functions --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_OBJECT_VECTORMATH_H
#define LEXON_LIB_TARGET_OBJECT_VECTORMATH_H

#include "lexon/Target/Object/CodeGen.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/PassManager.h"

namespace lexon {

/// What LLVM may assume about the libraries of the target, with the vector functions its registers can take.
llvm::TargetLibraryInfoImpl getLibraryInfo(const llvm::Module &module, const llvm::TargetMachine &machine,
                                           VectorMath library);

/// Turns intrinsics on vectors of any length into calls of the functions the library has.
class ExpandVectorMathPass : public llvm::PassInfoMixin<ExpandVectorMathPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace lexon

#endif // LEXON_LIB_TARGET_OBJECT_VECTORMATH_H
