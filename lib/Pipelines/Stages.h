//===- Stages.h - the stage tables -------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_PIPELINES_STAGES_H
#define LEXON_LIB_PIPELINES_STAGES_H

#include "lexon/Pipelines/Pipelines.h"

namespace lexon {
llvm::SmallVector<Stage> midendStages();
llvm::SmallVector<Stage> backendStages();
llvm::SmallVector<Stage> referenceStages();
llvm::SmallVector<Stage> cStages();
llvm::SmallVector<Stage> affineStages();
/// The pass that chooses kernels, with the target's options.
std::string selectKernels(const PipelineOptions &options);
} // namespace lexon

#endif // LEXON_LIB_PIPELINES_STAGES_H
