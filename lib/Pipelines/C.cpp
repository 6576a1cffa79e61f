//===- C.cpp - the stages from imported C to the LLVM dialect -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "lexon/Support/TargetFacts.h"

using namespace lexon;

llvm::SmallVector<Stage> lexon::cStages() {
  static const llvm::StringRef llvmOnly[] = {"llvm", "omp"};
  // A program may come with linalg in it, from `raise-loops-to-linalg`.
  static const llvm::StringRef imported[] = {"affine", "arith", "builtin", "cf",  "func", "linalg",
                                             "llvm",   "math",  "memref",  "scf", "ub"};
  static const llvm::StringRef raised[] = {"affine", "arith",  "builtin", "cf", "func",  "llvm",
                                           "math",   "memref", "scf",     "ub", "vector"};
  return {
      // From here on an object of C is what its address and its uses say; with memrefs there would be two kinds.
      {"variable-promotion",
       "variables in memory become values, objects addresses",
       [](const PipelineOptions &) -> std::string {
         return "memrefs-to-pointers,promote-variables,canonicalize,cse,widen-indices,cse";
       },
       {imported, false}},
      // An array of pointers is known to be N-dimensional once all of its uses are values of one function.
      {"canonicalize-memrefs",
       "arrays of pointers to rows become N-dimensional memrefs",
       [](const PipelineOptions &) -> std::string {
         // What is a symbol of affine loops in a function need not be one where it is inlined.
         return "lower-affine,inline-array-helpers,split-aggregates,promote-variables,canonicalize,cse,"
                "forward-row-pointers,canonicalize,cse,canonicalize-memrefs,canonicalize,cse";
       },
       {imported, false}},
      {"contraction-raising",
       "loops that contract become kernels, which add in the program's order",
       [](const PipelineOptions &options) -> std::string {
         // In fewer iterations nothing is gained over the loops.
         if (options.matmul == MatmulKind::Naive)
           return "";
         TargetFacts facts = targetFacts(options.target);
         std::string fused = facts.fusesMultiplyAdd ? "true" : "false";
         // The vectors need some of the cache, too.
         std::string block = std::to_string(facts.cacheBytes / 2);
         return "func.func(hoist-invariant-loads),canonicalize,cse,func.func(raise-loops-to-linalg{keep-order=true "
                "min-iterations=512 fuse-multiply-add=" +
                fused + " block-bytes=" + block + "})," + selectKernels(options) +
                ",func.func(lower-matmul-kernels,convert-linalg-to-loops,parallelize-loops{threads=1})";
       },
       {raised, false}},
      {"c-lowering",
       "variables, control flow and arithmetic become the LLVM dialect",
       [](const PipelineOptions &) -> std::string {
         // Functions first: what allocates calls the program's own declaration of malloc. Unoptimized programs begin
         // here.
         return "memrefs-to-pointers,convert-func-to-llvm,expand-strided-metadata,lower-affine,convert-vector-to-scf,"
                "convert-vector-to-"
                "llvm,"
                "finalize-memref-to-llvm,convert-scf-to-cf,convert-vector-to-llvm,convert-to-llvm,"
                "reconcile-unrealized-casts";
       },
       {llvmOnly, false}},
  };
}

llvm::SmallVector<Stage> lexon::affineStages() {
  static const llvm::StringRef imported[] = {"affine", "arith", "builtin", "cf",  "func",
                                             "llvm",   "math",  "memref",  "scf", "ub"};
  return {
      // Bounds and indices are affine if they do not change, which nobody sees of variables in memory.
      {"invariants",
       "variables become values; what does not change leaves its loops",
       [](const PipelineOptions &) -> std::string {
         return "promote-variables,canonicalize,cse,loop-invariant-code-motion";
       },
       {imported, false}},
      {"affine-loops",
       "counted loops and accesses to memrefs become affine ones",
       [](const PipelineOptions &) -> std::string { return "raise-scf-to-affine,canonicalize,cse"; },
       {imported, false}},
  };
}
