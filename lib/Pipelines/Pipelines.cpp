//===- Pipelines.cpp - building, listing and registering pipelines --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Pipelines/Pipelines.h"

#include "Stages.h"

#include "lexon/Support/Suggest.h"
#include "lexon/Support/TargetFacts.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace lexon;

ArrayRef<Pipeline> lexon::pipelines() {
  static const SmallVector<Pipeline> all = [] {
    SmallVector<Pipeline> list;
    list.push_back({"midend", "TOSA or linalg on tensors to vectorized, parallel loops on buffers", midendStages()});
    list.push_back({"backend", "loops, vectors and buffers to the LLVM dialect", backendStages()});
    Pipeline onestep{"onestep", "midend and backend at once", midendStages()};
    llvm::append_range(onestep.stages, backendStages());
    list.push_back(onestep);
    list.push_back({"reference",
                    "any stage's IR to the LLVM dialect by the plainest road: one thread, no optimization; what "
                    "`lexon verify` compares against",
                    referenceStages()});
    list.push_back({"c", "an imported C program to the LLVM dialect", cStages()});
    list.push_back({"affine",
                    "an imported C program with affine loops, still of dialects that mlir-opt knows; what "
                    "`lexon-import-c --raise-scf-to-affine` runs",
                    affineStages()});
    return list;
  }();
  return all;
}

ArrayRef<PipelineOptionInfo> lexon::pipelineOptions() {
  static const StringRef matmulValues[] = {"vector", "blas", "naive", "auto"};
  static const StringRef weightsValues[] = {"raw", "prepared"};
  static const StringRef sumsValues[] = {"loops", "kernels"};
  static const StringRef packValues[] = {"auto", "always", "never"};
  static const PipelineOptionInfo options[] = {
      {"matmul",
       "what a matrix multiplication becomes: tiled vector code, OpenBLAS calls (what BLAS cannot do: vector code), "
       "plain loops, or, for each, whichever of vector code and OpenBLAS is expected to be faster",
       matmulValues, "vector"},
      {"threads", "threads of a parallel region; 0: the OpenMP runtime decides, 1: sequential code", {}, "0"},
      {"min-flops", "with matmul=blas: smaller products, in floating-point operations, stay vector code", {}, "0"},
      {"weights",
       "the layout of constant arguments: raw, as in the file, or prepared, as the function F_prepare writes them once",
       weightsValues, "raw"},
      {"pack",
       "which right-hand sides of matrix multiplications that change from call to call are copied into panels in each: "
       "those for which that is expected to be cheaper, all that can be, or none",
       packValues, "auto"},
      {"sums",
       "what adds up the columns of a matrix multiplication for a normalization behind it: loops of their own, or the "
       "kernel that computes them",
       sumsValues, "loops"},
      {"target",
       "CPU to compile for: native, or a name LLVM knows (x86-64, znver4, sapphirerapids, ...)",
       {},
       "native"},
      {"kernels", "a file of kernels that 'lexon tune' measured: used where it has one for a contraction", {}, "none"},
      {"list-kernels",
       "compile the kernels worth measuring instead of the program, and write what they are to this file ('lexon "
       "tune')",
       {},
       "none"},
      {"append", "a pass to run at the end of a stage, as STAGE:PASS", {}, "none"},
  };
  return options;
}

//===----------------------------------------------------------------------===//
// Parsing NAME[{option=value ...}],...
//===----------------------------------------------------------------------===//

namespace {
using ErrorFn = llvm::function_ref<void(const std::string &)>;

LogicalResult setAppended(PipelineOptions &options, StringRef value, ErrorFn error) {
  if (value == "none")
    return success();
  auto [stage, passes] = value.split(':');
  if (stage.empty() || passes.empty()) {
    error("option 'append' takes STAGE:PASS, not '" + value.str() + "'");
    return failure();
  }
  options.appendedTo = stage.str();
  options.appended = passes.str();
  OpPassManager trial(ModuleOp::getOperationName());
  std::string message;
  llvm::raw_string_ostream os(message);
  if (succeeded(parsePassPipeline(passes, trial, os)))
    return success();
  error("option 'append': " + StringRef(message).trim().str());
  return failure();
}

/// Options can name a stage; only now it is known of which pipeline.
LogicalResult checkOptions(const Pipeline &pipeline, const PipelineOptions &options, ErrorFn error) {
  SmallVector<StringRef> names = llvm::to_vector(llvm::map_range(pipeline.stages, [](auto &s) { return s.name; }));
  if (options.appended.empty() || llvm::is_contained(names, options.appendedTo))
    return success();
  error("option 'append': pipeline '" + pipeline.name.str() + "' has no stage '" + options.appendedTo + "'" +
        suggest(options.appendedTo, names));
  return failure();
}

LogicalResult setOption(PipelineOptions &options, StringRef name, StringRef value, ErrorFn error) {
  if (name == "matmul") {
    std::optional<MatmulKind> kind = llvm::StringSwitch<std::optional<MatmulKind>>(value)
                                         .Case("vector", MatmulKind::Vector)
                                         .Case("blas", MatmulKind::Blas)
                                         .Case("naive", MatmulKind::Naive)
                                         .Case("auto", MatmulKind::Auto)
                                         .Default(std::nullopt);
    options.matmul = kind.value_or(options.matmul);
    if (kind)
      return success();
    error("option 'matmul' takes vector, blas, naive or auto, not '" + value.str() + "'" +
          suggest(value, {"vector", "blas", "naive", "auto"}));
    return failure();
  }
  if (name == "threads") {
    if (!value.getAsInteger(10, options.threads) && options.threads >= 0 && options.threads <= 4096)
      return success();
    error("option 'threads' takes a number from 0 to 4096, not '" + value.str() + "'");
    return failure();
  }
  if (name == "min-flops") {
    if (!value.getAsInteger(10, options.minFlops) && options.minFlops >= 0)
      return success();
    error("option 'min-flops' takes a number that is not negative, not '" + value.str() + "'");
    return failure();
  }
  if (name == "weights") {
    options.preparedWeights = value == "prepared";
    if (value == "raw" || value == "prepared")
      return success();
    error("option 'weights' takes raw or prepared, not '" + value.str() + "'" + suggest(value, {"raw", "prepared"}));
    return failure();
  }
  if (name == "pack") {
    options.pack = value.str();
    if (value == "auto" || value == "always" || value == "never")
      return success();
    error("option 'pack' takes auto, always or never, not '" + value.str() + "'" +
          suggest(value, {"auto", "always", "never"}));
    return failure();
  }
  if (name == "sums") {
    options.summingKernels = value == "kernels";
    if (value == "loops" || value == "kernels")
      return success();
    error("option 'sums' takes loops or kernels, not '" + value.str() + "'" + suggest(value, {"loops", "kernels"}));
    return failure();
  }
  if (name == "target") {
    options.target = value.str();
    std::string reason;
    if (isKnownTarget(value, reason))
      return success();
    error(reason);
    return failure();
  }
  if (name == "kernels") {
    options.kernels = value == "none" ? "" : value.str();
    if (options.kernels.empty() || llvm::sys::fs::exists(value))
      return success();
    error("option 'kernels': there is no file '" + value.str() + "'; 'lexon tune' writes one");
    return failure();
  }
  if (name == "list-kernels") {
    options.enumerated = value == "none" ? "" : value.str();
    return success();
  }
  if (name == "append")
    return setAppended(options, value, error);
  SmallVector<StringRef> names = llvm::to_vector(llvm::map_range(pipelineOptions(), [](auto &o) { return o.name; }));
  error("unknown pipeline option '" + name.str() + "'" + suggest(name, names));
  return failure();
}

LogicalResult parseOptions(StringRef text, PipelineOptions &options, ErrorFn error) {
  SmallVector<StringRef> words;
  llvm::SplitString(text, words, " \t,");
  for (StringRef word : words) {
    auto [name, value] = word.split('=');
    if (value.data() == nullptr || !word.contains('=')) {
      error("expected option=value, found '" + word.str() + "'");
      return failure();
    }
    if (failed(setOption(options, name, value, error)))
      return failure();
  }
  return success();
}

struct RequestedPipeline {
  const Pipeline *pipeline;
  PipelineOptions options;
};

const Pipeline *findPipeline(StringRef name, ErrorFn error) {
  for (const Pipeline &pipeline : pipelines())
    if (pipeline.name == name)
      return &pipeline;
  SmallVector<StringRef> names = llvm::to_vector(llvm::map_range(pipelines(), [](auto &p) { return p.name; }));
  error("unknown pipeline '" + name.str() + "'" + suggest(name, names) + "; --list-pipelines shows all");
  return nullptr;
}

LogicalResult parsePipelines(StringRef text, SmallVectorImpl<RequestedPipeline> &list, ErrorFn error) {
  text = text.trim();
  while (!text.empty()) {
    StringRef name = text.take_until([](char c) { return c == ',' || c == '{'; });
    text = text.drop_front(name.size());
    RequestedPipeline requested{findPipeline(name.trim(), error), {}};
    if (!requested.pipeline)
      return failure();
    if (text.consume_front("{")) {
      size_t end = text.find('}');
      if (end == StringRef::npos) {
        error("the options of pipeline '" + name.str() + "' have no closing brace");
        return failure();
      }
      if (failed(parseOptions(text.take_front(end), requested.options, error)))
        return failure();
      text = text.drop_front(end + 1);
    }
    if (failed(checkOptions(*requested.pipeline, requested.options, error)))
      return failure();
    list.push_back(requested);
    if (!text.empty() && !text.consume_front(",")) {
      error("expected ',' between pipelines, found '" + text.str() + "'");
      return failure();
    }
  }
  if (list.empty()) {
    error("--pipeline names no pipeline; --list-pipelines shows all");
    return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// From stages to passes
//===----------------------------------------------------------------------===//

/// The text of a whole stage, with the check of what remains.
std::string stageText(const Stage &stage, const PipelineOptions &options, bool verify) {
  std::string text = stage.passes(options);
  if (!options.appended.empty() && stage.name == options.appendedTo)
    text += (text.empty() ? "" : ",") + options.appended;
  if (!verify)
    return text;
  std::string check = "verify-stage{stage=" + stage.name.str() + " dialects=" + llvm::join(stage.leaves.dialects, ",") +
                      (stage.leaves.tensors ? " tensors=true}" : "}");
  return text.empty() ? check : text + "," + check;
}

LogicalResult addStage(OpPassManager &pm, const Stage &stage, const PipelineOptions &options, bool verify,
                       ErrorFn error) {
  std::string text = stageText(stage, options, verify);
  std::string message;
  llvm::raw_string_ostream os(message);
  if (succeeded(parsePassPipeline(text, pm, os)))
    return success();
  error("internal error in stage '" + stage.name.str() + "': " + message);
  return failure();
}

using RequestedStage = std::pair<const Stage *, const PipelineOptions *>;

/// Index of the stage called `name`, or -1 after reporting the nearest name.
int64_t findStage(ArrayRef<RequestedStage> stages, StringRef name, ErrorFn error) {
  for (auto [index, stage] : llvm::enumerate(stages))
    if (stage.first->name == name)
      return index;
  SmallVector<StringRef> names = llvm::to_vector(llvm::map_range(stages, [](auto &s) { return s.first->name; }));
  error("unknown stage '" + name.str() + "'" + suggest(name, names) + "; --list-pipelines shows the stages");
  return -1;
}

/// The part of the road that a request asks for. `requested` owns the options the stages point to.
LogicalResult selectStages(const PipelineRequest &request, SmallVectorImpl<RequestedPipeline> &requested,
                           SmallVectorImpl<RequestedStage> &selected, ErrorFn error) {
  if (failed(parsePipelines(request.pipelines, requested, error)))
    return failure();
  SmallVector<RequestedStage> stages;
  for (const RequestedPipeline &item : requested)
    for (const Stage &stage : item.pipeline->stages)
      stages.push_back({&stage, &item.options});
  int64_t first = 0, last = static_cast<int64_t>(stages.size()) - 1;
  if (!request.startAfter.empty()) {
    first = findStage(stages, request.startAfter, error) + 1;
    if (first == 0)
      return failure();
  }
  if (!request.stopAfter.empty()) {
    last = findStage(stages, request.stopAfter, error);
    if (last < 0)
      return failure();
    if (last < first) {
      error("stage '" + request.stopAfter + "' does not come after stage '" + request.startAfter + "'");
      return failure();
    }
  }
  llvm::append_range(selected, ArrayRef(stages).slice(first, last - first + 1));
  return success();
}
} // namespace

LogicalResult lexon::buildPipelines(OpPassManager &pm, const PipelineRequest &request, ErrorFn error) {
  SmallVector<RequestedPipeline> requested;
  SmallVector<RequestedStage> stages;
  if (failed(selectStages(request, requested, stages, error)))
    return failure();
  for (auto [stage, options] : stages)
    if (failed(addStage(pm, *stage, *options, request.verifyStages, error)))
      return failure();
  return success();
}

FailureOr<SmallVector<StringRef>> lexon::stageNames(const PipelineRequest &request, ErrorFn error) {
  SmallVector<RequestedPipeline> requested;
  SmallVector<RequestedStage> stages;
  if (failed(selectStages(request, requested, stages, error)))
    return failure();
  return llvm::to_vector(llvm::map_range(stages, [](auto &stage) { return stage.first->name; }));
}

//===----------------------------------------------------------------------===//
// Registration and listing
//===----------------------------------------------------------------------===//

namespace {
/// The options in the form MLIR's own `--pass-pipeline` parses.
struct RegisteredOptions : PassPipelineOptions<RegisteredOptions> {
  Option<std::string> matmul{*this, "matmul", llvm::cl::desc("vector, blas, naive or auto"), llvm::cl::init("vector")};
  Option<int64_t> threads{*this, "threads", llvm::cl::desc("threads of a parallel region"), llvm::cl::init(0)};
  Option<int64_t> minFlops{*this, "min-flops", llvm::cl::desc("products smaller than this stay vector code"),
                           llvm::cl::init(0)};
  Option<std::string> weights{*this, "weights", llvm::cl::desc("raw or prepared"), llvm::cl::init("raw")};
  Option<std::string> pack{*this, "pack", llvm::cl::desc("auto, always or never"), llvm::cl::init("auto")};
  Option<std::string> sums{*this, "sums", llvm::cl::desc("loops or kernels"), llvm::cl::init("loops")};
  Option<std::string> target{*this, "target", llvm::cl::desc("CPU to compile for"), llvm::cl::init("native")};
  Option<std::string> append{*this, "append", llvm::cl::desc("STAGE:PASS, run at the end of a stage"),
                             llvm::cl::init("none")};
};
} // namespace

void lexon::registerPipelines() {
  for (const Pipeline &pipeline : pipelines())
    PassPipelineRegistration<RegisteredOptions>(
        pipeline.name, pipeline.summary, [&pipeline](OpPassManager &pm, const RegisteredOptions &registered) {
          auto report = [](const std::string &message) { llvm::errs() << "error: " << message << "\n"; };
          PipelineOptions options;
          bool valid = succeeded(setOption(options, "matmul", registered.matmul, report)) &&
                       succeeded(setOption(options, "threads", std::to_string(registered.threads), report)) &&
                       succeeded(setOption(options, "min-flops", std::to_string(registered.minFlops), report)) &&
                       succeeded(setOption(options, "weights", registered.weights, report)) &&
                       succeeded(setOption(options, "pack", registered.pack, report)) &&
                       succeeded(setOption(options, "sums", registered.sums, report)) &&
                       succeeded(setOption(options, "target", registered.target, report)) &&
                       succeeded(setOption(options, "append", registered.append, report)) &&
                       succeeded(checkOptions(pipeline, options, report));
          if (!valid)
            exit(1); // this hook of MLIR's has no way to fail
          for (const Stage &stage : pipeline.stages)
            if (failed(addStage(pm, stage, options, /*verify=*/true, report)))
              exit(1);
        });
}

/// What a stage leaves behind, in words.
static std::string remainderText(const Stage &stage) {
  return (stage.leaves.tensors ? "tensors or memrefs; dialects " : "memrefs; dialects ") +
         llvm::join(stage.leaves.dialects, ", ");
}

void lexon::printPipelines(llvm::raw_ostream &os) {
  os << "Options of every pipeline, as NAME{option=value ...}:\n";
  for (const PipelineOptionInfo &option : pipelineOptions())
    os << "  " << llvm::left_justify(option.name, 10) << option.summary << " (default: " << option.defaultValue
       << ")\n";
  for (const Pipeline &pipeline : pipelines()) {
    os << "\n" << pipeline.name << ": " << pipeline.summary << "\n";
    for (const Stage &stage : pipeline.stages)
      os << "  " << llvm::left_justify(stage.name, 30) << stage.summary << "\n";
  }
}

void lexon::printPipelineManifest(llvm::raw_ostream &os) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  auto printOption = [&](const PipelineOptionInfo &option) {
    json.attribute("name", option.name);
    json.attribute("summary", option.summary);
    json.attributeArray("values", [&] {
      for (StringRef value : option.values)
        json.value(value);
    });
    json.attribute("default", option.defaultValue);
  };
  auto printStage = [&](const Stage &stage) {
    json.attribute("name", stage.name);
    json.attribute("summary", stage.summary);
    json.attribute("leaves", remainderText(stage));
    json.attribute("passes", "builtin.module(" + stage.passes(PipelineOptions()) + ")");
  };
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("pipelines", [&] {
      for (const Pipeline &pipeline : pipelines())
        json.object([&] {
          json.attribute("name", pipeline.name);
          json.attribute("summary", pipeline.summary);
          json.attributeArray("options", [&] {
            for (const PipelineOptionInfo &option : pipelineOptions())
              json.object([&] { printOption(option); });
          });
          json.attributeArray("stages", [&] {
            for (const Stage &stage : pipeline.stages)
              json.object([&] { printStage(stage); });
          });
        });
    });
  });
  os << "\n";
}
