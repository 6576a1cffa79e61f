//===- Backend.cpp - the stages from loops to the LLVM dialect ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "lexon/Support/TargetFacts.h"

using namespace lexon;
using llvm::StringRef;

// builtin: the memory that an arena is, seen as a memref.
static const StringRef lowered[] = {"amx",  "arith",  "builtin", "cf",  "complex", "func",   "index",    "llvm",
                                    "math", "memref", "omp",     "scf", "ub",      "vector", "x86vector"};
static const StringRef llvmOnly[] = {"llvm", "omp"};

static const std::string extendArithmetic = "arith-emulate-unsupported-floats{source-types=bf16 target-type=f32},"
                                            "math-extend-to-supported-types{target-type=f32},";
static const std::string expandArithmetic = "expand-arithmetic{bf16=true},canonicalize,";

// convert-math-to-llvm stands first: convert-math-to-libm would otherwise take exp and friends, for which LLVM has
// intrinsics that its loop vectorizer knows.
static const std::string convertMath =
    "convert-cancelling-math,convert-math-to-llvm,convert-math-to-funcs,convert-math-to-libm,"
    "convert-complex-to-standard,convert-complex-to-libm,convert-cancelling-math,convert-math-to-llvm,"
    "convert-math-to-libm";

llvm::SmallVector<Stage> lexon::backendStages() {
  return {
      {"memory-expansion",
       "views, strided metadata and affine maps become address arithmetic",
       [](const PipelineOptions &) -> std::string {
         return "describe-entry-points,keep-arenas,guard-assertions,expand-strided-copies,convert-linalg-to-loops,"
                "memref-expand,"
                "lower-affine,fold-"
                "memref-alias-ops,expand-strided-metadata,lower-affine,canonicalize,"
                "cse";
       },
       {lowered, false}},
      {"arithmetic-lowering",
       "bf16 and f16 arithmetic happens in f32; functions of f32 become arithmetic, what is left calls libm",
       [](const PipelineOptions &options) -> std::string {
         std::string ldexp = targetFacts(options.target).hasLdexp ? "true" : "false";
         // After powers by constants have become products, and after f16 and bf16 have become f32.
         // Before conversions to bf16 become integer arithmetic.
         std::string packed = targetFacts(options.target).roundsToBf16 ? "pack-bf16-rounding," : "";
         return extendArithmetic + packed + expandArithmetic + "expand-math{ldexp=" + ldexp + "},canonicalize,cse," +
                convertMath;
       },
       {lowered, false}},
      {"llvm-lowering",
       "everything becomes the LLVM dialect (and omp)",
       [](const PipelineOptions &) -> std::string {
         // Buffers before control flow: memref.alloca_scope verifies only while it is in structured control flow.
         return "convert-vector-to-llvm{enable-amx=true "
                "enable-x86vector=true},finalize-memref-to-llvm,convert-scf-to-cf,"
                "convert-vector-to-llvm{enable-amx=true enable-x86vector=true},convert-to-llvm,convert-openmp-to-llvm,"
                "reconcile-unrealized-casts,canonicalize,cse";
       },
       {llvmOnly, false}},
  };
}

llvm::SmallVector<Stage> lexon::referenceStages() {
  // The same rows as everywhere else, less everything that optimizes.
  llvm::SmallVector<Stage> stages;
  for (Stage stage : midendStages()) {
    if (stage.name == "tosa-to-linalg") {
      // First of all: what operations of our dialects mean is said in linalg, for this road and for the bounds of
      // `lexon verify`.
      static const Stage original = stage;
      stage.passes = [](const PipelineOptions &options) -> std::string {
        return "convert-blas-to-linalg,func.func(decompose-contract,decompose-attention)," + original.passes(options);
      };
    } else if (stage.name == "tensor-optimization")
      stage.passes = [](const PipelineOptions &) -> std::string {
        return "func.func(convert-elementwise-to-linalg),convert-tensor-to-linalg";
      };
    else if (stage.name == "contraction-normalization" || stage.name == "contraction-fusion" ||
             stage.name == "row-fusion" || stage.name == "matmul-optimization")
      continue;
    else if (stage.name == "loop-transformation")
      stage.passes = [](const PipelineOptions &) -> std::string {
        return "func.func(expand-strided-copies,convert-linalg-to-loops,scf-forall-to-parallel),canonicalize,cse";
      };
    else if (stage.name == "parallelization")
      stage.passes = [](const PipelineOptions &) -> std::string {
        return "func.func(parallelize-loops{threads=1},hoist-stack-buffers)";
      };
    stages.push_back(stage);
  }
  for (Stage stage : backendStages()) {
    if (stage.name == "arithmetic-lowering") {
      // The libraries' functions, not ours: what is compared must not err alike.
      stage.summary = "bf16 and f16 arithmetic happens in f32; what LLVM has no operation for calls libm";
      stage.passes = [](const PipelineOptions &) -> std::string { return extendArithmetic + convertMath; };
    }
    stages.push_back(stage);
  }
  return stages;
}
