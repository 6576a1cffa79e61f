//===- Midend.cpp - the stages from tensors to parallel vector code -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "lexon/Support/TargetFacts.h"

using namespace lexon;
using llvm::StringRef;

// Dialects that may stand beside the computation at any stage: functions, scalars, control flow, and whatever a
// program brought along that later stages lower. builtin: memory seen as a memref (keep-arenas).
#define LEXON_COMMON_DIALECTS                                                                                          \
  "affine", "amx", "arith", "bufferization", "builtin", "cf", "complex", "func", "index", "llvm", "math", "memref",    \
      "omp", "scf", "ub", "vector", "x86vector"

static const StringRef tensorDialects[] = {LEXON_COMMON_DIALECTS, "blas",  "lexon", "linalg",
                                           "ml_program",          "shape", "tensor"};
static const StringRef bufferDialects[] = {LEXON_COMMON_DIALECTS, "blas", "lexon", "linalg", "ml_program"};
static const StringRef kernelDialects[] = {LEXON_COMMON_DIALECTS, "linalg", "ml_program"};
static const StringRef loopDialects[] = {LEXON_COMMON_DIALECTS, "ml_program"};

static std::string number(int64_t value) { return std::to_string(value); }

/// What a choice of kernels depends on, as options of a pass; the last brace is left open.
static std::string kernelOptions(const PipelineOptions &options) {
  TargetFacts facts = targetFacts(options.target);
  std::string target = "{vector-bits=" + number(facts.vectorBits) +
                       " vector-registers=" + number(facts.vectorRegisters) +
                       " cache-bytes=" + number(facts.cacheBytes) + " threads=" + number(options.threads);
  if (facts.bf16Products != Bf16Products::Widen)
    target += facts.bf16Products == Bf16Products::Dot ? " bf16-products=dot" : " bf16-products=tiles";
  return target;
}

/// True if contractions become kernels before bufferization: with their epilogues, packed.
static bool makesKernels(const PipelineOptions &options) {
  return options.matmul == MatmulKind::Vector || options.matmul == MatmulKind::Auto;
}

/// The passes that choose kernels, for a target.
std::string lexon::selectKernels(const PipelineOptions &options) {
  std::string target = kernelOptions(options);
  std::string text;
  if (!options.enumerated.empty())
    text = "enumerate-kernels" + target + " list=" + options.enumerated + "},describe-entry-points,";
  text += "func.func(select-matmul-kernel" + target;
  if (!options.kernels.empty())
    text += " kernels=" + options.kernels;
  return text + "})";
}

llvm::SmallVector<Stage> lexon::midendStages() {
  return {
      {"tosa-to-linalg",
       "TOSA operations become linalg, tensor, arith and scf",
       [](const PipelineOptions &) -> std::string {
         // Named operations first: what has a linalg name (matmul, convolution, pooling) keeps its structure.
         return "func.func(tosa-optional-decompositions,canonicalize,tosa-infer-shapes,tosa-make-broadcastable,"
                "tosa-to-linalg-named,canonicalize,tosa-layerwise-constant-fold,tosa-make-broadcastable,"
                "tosa-to-linalg,tosa-to-arith{include-apply-rescale=true},tosa-to-tensor,tosa-to-scf),check-indices,"
                "canonicalize";
       },
       {tensorDialects, true}},
      {"arithmetic-expansion",
       "powers, rounding divisions and other compound arithmetic become simple operations",
       [](const PipelineOptions &) -> std::string { return "expand-arithmetic,fold-empty-tensors,canonicalize"; },
       {tensorDialects, true}},
      {"tensor-optimization",
       "element-wise operations are fused, common ones shared",
       [](const PipelineOptions &options) -> std::string {
         // Layouts first: fused operations would hide transposes that cancel. The first round brings the model's own
         // transposes to the convolutions, the second takes those away that the convolutions' layout made.
         std::string prepared = options.preparedWeights && makesKernels(options) ? "{prepared-weights=true}" : "";
         return "func.func(convert-elementwise-to-linalg,linalg-inline-scalar-operands,propagate-transposes,"
                "normalize-convolutions" +
                prepared + ",propagate-transposes,fuse-elementwise),canonicalize,cse";
       },
       {tensorDialects, true}},
      {"contraction-normalization",
       "softmax attention becomes one operation; transposes, broadcasts and unit dimensions fold into contractions",
       [](const PipelineOptions &) -> std::string {
         // Before transposes of its result fold into the contraction behind it, where heads then stay apart.
         return "func.func(recognize-attention,normalize-contractions),canonicalize,cse";
       },
       {tensorDialects, true}},
      {"contraction-fusion",
       "contractions take the element-wise operations behind them; weights are packed, once, before the first call",
       [](const PipelineOptions &options) -> std::string {
         // BLAS knows no epilogues, and plain loops are to stay plain.
         if (!makesKernels(options))
           return "";
         std::string text = "func.func(fuse-contraction-epilogues)";
         if (options.matmul == MatmulKind::Auto)
           text += ",func.func(choose-blas" + kernelOptions(options) +
                   " blas-vector-bits=" + number(targetFacts("native").vectorBits) +
                   (options.preparedWeights ? " prepared-weights=true" : "") + "},decompose-contract{only-blas=true})";
         if (options.preparedWeights)
           text += ",pack-weights";
         text +=
             ",func.func(pack-operands" + kernelOptions(options) + " pack=" + options.pack + "},widen-contract-rows";
         // Last: packing decides which tiles there will be.
         if (options.summingKernels)
           text += ",fuse-contraction-sums" + kernelOptions(options) + "}";
         return text + "),canonicalize,cse";
       },
       {tensorDialects, true}},
      {"row-fusion",
       "normalizations and softmax become one loop over their rows; parts of concatenations go where they belong",
       [](const PipelineOptions &) -> std::string {
         // After the contractions took what they can compute on the way out of registers.
         // Padding last: sharing equal fillings afterwards would make them copies.
         return "func.func(fuse-rows,decompose-concatenations),canonicalize,cse,func.func(pad-in-place),"
                "convert-tensor-to-linalg";
       },
       {tensorDialects, true}},
      {"bufferization",
       "tensors become buffers; results become out-arguments; buffers are freed",
       [](const PipelineOptions &) -> std::string {
         return "describe-entry-points,separate-initial-values,eliminate-empty-tensors,results-to-out-params,"
                "one-shot-bufferize{allow-return-allocs-from-loops=true bufferize-function-boundaries=true "
                "function-boundary-type-conversion=identity-layout-map unknown-type-conversion=identity-layout-map "
                "buffer-alignment=64},"
                "canonicalize,cse,canonicalize,"
                "expand-realloc{emit-deallocs=false},canonicalize,deallocate-buffers,canonicalize,"
                "buffer-deallocation-simplification,bufferization-lower-deallocations,cse,canonicalize,"
                "convert-bufferization-to-memref,canonicalize,cse,resolve-views";
       },
       {bufferDialects, false}},
      {"matmul-optimization",
       "contractions become tiled kernels of vector code, or OpenBLAS calls",
       [](const PipelineOptions &options) -> std::string {
         std::string text = "convert-blas-to-linalg";
         // On buffers, where strides say what is contiguous. Calls use one thread each: ours call them.
         if (options.matmul == MatmulKind::Blas || options.matmul == MatmulKind::Auto)
           text = "convert-linalg-to-blas{min-flops=" + number(options.minFlops) +
                  (options.matmul == MatmulKind::Auto ? " only-chosen=true" : "") +
                  "},blas-distribute-to-threads{threads=" + number(options.threads) +
                  "},convert-blas-to-func{threads=1}";
         if (options.matmul == MatmulKind::Naive)
           return text + ",func.func(decompose-contract,decompose-attention)";
         // Attention after the calls of BLAS: the products inside are too small for them.
         return text + ",func.func(lower-attention{vector-bits=" + number(targetFacts(options.target).vectorBits) +
                "})," + selectKernels(options) + ",func.func(lower-matmul-kernels,decompose-contract),canonicalize,cse";
       },
       {kernelDialects, false}},
      {"loop-transformation",
       "remaining structured operations become parallel loops; invariant code leaves loops",
       [](const PipelineOptions &options) -> std::string {
         // What has no form on vectors is left to the passes after vectorize-structured, which work element by element.
         std::string text = "func.func(expand-strided-copies,";
         if (options.matmul != MatmulKind::Naive)
           text += "vectorize-structured{vector-bits=" + number(targetFacts(options.target).vectorBits) + "},";
         return text + "lower-reductions,convert-linalg-to-parallel-loops,scf-forall-to-parallel,"
                       "fold-memref-alias-ops,mem2reg),canonicalize,cse,loop-invariant-code-motion";
       },
       {loopDialects, false}},
      {"parallelization",
       "parallel loops with enough work become OpenMP, in one region per function; its buffers get one arena",
       [](const PipelineOptions &options) -> std::string {
         std::string text = "func.func(parallelize-loops{threads=" + number(options.threads) + "})";
         if (options.threads != 1)
           text += ",convert-scf-to-openmp";
         // One-element buffers that are values by now are gone; what is left must not take stack in each iteration.
         // Failed checks leave a function early: only what is planned behind them is given back in any case. The plan
         // before the region: two loops whose buffers share memory must not overlap in time.
         text += ",func.func(hoist-stack-buffers),canonicalize,cse,guard-assertions,func.func(plan-memory)";
         if (options.threads != 1)
           // Again: buffers of regions that are one now share their memory.
           text += ",merge-parallel-regions{threads=" + number(options.threads) + "},func.func(hoist-stack-buffers)";
         return text + ",canonicalize,cse";
       },
       {loopDialects, false}},
      {"vector-optimization",
       "vectors of any rank become vectors of rank one",
       [](const PipelineOptions &) -> std::string {
         return "func.func(lower-vector-mask,lower-vector-multi-reduction,convert-vector-to-scf{full-unroll=true "
                "target-rank=1}),canonicalize,cse";
       },
       {loopDialects, false}},
  };
}
