//===- C.cpp - the stages from imported C to the LLVM dialect -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

using namespace lexon;

llvm::SmallVector<Stage> lexon::cStages() {
  static const llvm::StringRef llvmOnly[] = {"llvm", "omp"};
  return {
      {"c-lowering",
       "variables, control flow and arithmetic become the LLVM dialect",
       [](const PipelineOptions &) -> std::string {
         return "finalize-memref-to-llvm,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts";
       },
       {llvmOnly, false}},
  };
}
