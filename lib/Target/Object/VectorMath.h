//===- VectorMath.h - vector versions of mathematical functions --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_OBJECT_VECTORMATH_H
#define LEXON_LIB_TARGET_OBJECT_VECTORMATH_H

#include "lexon/Target/Object/CodeGen.h"
#include "llvm/Analysis/TargetLibraryInfo.h"

namespace lexon {

/// What LLVM may assume about the libraries of the target, with the vector functions its registers can take.
llvm::TargetLibraryInfoImpl getLibraryInfo(const llvm::TargetMachine &machine, VectorMath library);

} // namespace lexon

#endif // LEXON_LIB_TARGET_OBJECT_VECTORMATH_H
