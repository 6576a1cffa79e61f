//===- lexon-opt.cpp - runs passes and named pipelines --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// MLIR's own opt tool with Lexon's dialects, passes and pipelines. Beyond MLIR's flags: named pipelines, and output
// that is either whole or not there.
//
//===----------------------------------------------------------------------===//

#include "lexon/InitAll.h"
#include "lexon/Pipelines/Pipelines.h"
#include "lexon/Support/Debug.h"
#include "lexon/Target/Object/Output.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#ifdef LEXON_INCLUDE_TESTS
#include "TestPasses.h"
#endif

using namespace mlir;
namespace cl = llvm::cl;

namespace {
/// Lexon's own flags.
struct Flags {
  cl::OptionCategory category{"Lexon options"};
  cl::opt<std::string> pipeline{"pipeline", cl::desc("Run named pipelines, in order"),
                                cl::value_desc("NAME[{option=value ...}][,NAME...]"), cl::cat(category)};
  cl::opt<std::string> stopAfter{"stop-after", cl::desc("Run the pipelines up to this stage"), cl::value_desc("STAGE"),
                                 cl::cat(category)};
  cl::opt<std::string> startAfter{"start-after", cl::desc("Run the pipelines from the stage after this one"),
                                  cl::value_desc("STAGE"), cl::cat(category)};
  cl::opt<bool> verifyStages{"verify-stages", cl::desc("Check after each stage that only what may remain does"),
                             cl::init(true), cl::cat(category)};
  cl::opt<bool> listPipelines{"list-pipelines", cl::desc("List the named pipelines with their options and stages"),
                              cl::cat(category)};
  cl::opt<bool> manifest{"print-pipeline-manifest", cl::desc("Print the named pipelines as JSON"), cl::cat(category)};
  cl::opt<std::string> debugOnly{"debug-only", cl::desc("Print debug output of these passes of Lexon"),
                                 cl::value_desc("PASS[,PASS...]"), cl::cat(category)};
  cl::opt<bool> remarks{"remarks", cl::desc("Print what passes did and why they did not (--remarks-filter=.*)"),
                        cl::cat(category)};
};

/// LLVM's code generator registers flags of these names for its own passes, which this tool never runs.
void freeFlagNames() {
  auto &&options = cl::getRegisteredOptions();
  for (StringRef name : {"stop-after", "start-after"})
    if (cl::Option *option = options.lookup(name))
      option->removeArgument();
}

int fail(const llvm::Twine &message) {
  llvm::errs() << "lexon-opt: error: " << message << "\n";
  return 1;
}

int write(StringRef outputName, StringRef text) {
  if (llvm::Error error = lexon::writeOutput(outputName, text))
    return fail(llvm::toString(std::move(error)));
  return 0;
}

/// `--remarks` stands for MLIR's own filter that lets everything pass.
SmallVector<const char *> expandRemarks(int argc, char **argv) {
  SmallVector<const char *> arguments(argv, argv + argc);
  for (const char *argument : ArrayRef(arguments).drop_front())
    if (StringRef(argument) == "--remarks" || StringRef(argument) == "-remarks") {
      arguments.push_back("--remarks-filter=.*");
      break;
    }
  return arguments;
}

/// Says in which stage a pass failed: MLIR's own passes do not know of stages. `verify-stage` ends each stage.
struct NameFailedStage final : PassInstrumentation {
  explicit NameFailedStage(SmallVector<StringRef> stages) : stages(std::move(stages)) {}
  void runAfterPass(Pass *pass, Operation *op) override { finished += pass->getArgument() == "verify-stage"; }
  void runAfterPassFailed(Pass *pass, Operation *op) override {
    // A nested failure is reported once more for the pass manager around it; verify-stage names its stage itself.
    if (!op->getParentOp() && pass->getArgument() != "verify-stage" && finished < stages.size())
      fail("stage '" + stages[finished] + "' failed");
  }
  const SmallVector<StringRef> stages;
  size_t finished = 0;
};

/// Makes the configuration run the named pipelines. Fails if they do not exist, before any file is read.
LogicalResult usePipelines(MlirOptMainConfig &config, const lexon::PipelineRequest &request) {
  auto report = [](const std::string &message) { fail(message); };
  bool dump = config.shouldDumpPassPipeline();
  MLIRContext context;
  PassManager flags(&context), trial(&context);
  if (!dump && failed(config.setupPassPipeline(flags))) // it would dump, too
    return failure();
  if (flags.size() != 0)
    return LogicalResult::failure(fail("--pipeline cannot be combined with pass flags or --pass-pipeline; "
                                       "run lexon-opt twice"));
  FailureOr<SmallVector<StringRef>> stages = lexon::stageNames(request, report);
  if (failed(stages) || failed(lexon::buildPipelines(trial, request, report)))
    return failure();
  config.setPassPipelineSetupFn([=, stages = *stages](PassManager &pm) -> LogicalResult {
    if (failed(lexon::buildPipelines(pm, request, report)))
      return failure();
    if (request.verifyStages)
      pm.addInstrumentation(std::make_unique<NameFailedStage>(stages));
    if (dump) {
      pm.dump();
      llvm::errs() << "\n";
    }
    return success();
  });
  return success();
}

int runOpt(StringRef inputName, StringRef outputName, DialectRegistry &registry, const MlirOptMainConfig &config) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputName, &message);
  if (!input)
    return fail(message);
  // MLIR's lexer takes zero bytes for white space.
  if (input->getBuffer().trim(StringRef(" \t\n\v\f\r\0", 7)).empty())
    return fail("'" + inputName + "' is empty");
  std::string text;
  llvm::raw_string_ostream os(text);
  if (failed(MlirOptMain(os, std::move(input), registry, config)))
    return 1;
  return write(outputName, text);
}
} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  lexon::registerAllPasses();
#ifdef LEXON_INCLUDE_TESTS
  lexon::test::registerTestPasses();
#endif
  DialectRegistry registry;
  lexon::registerAllDialects(registry);
  freeFlagNames();
  Flags flags;
  SmallVector<const char *> arguments = expandRemarks(argc, argv);
  auto [inputName, outputName] = registerAndParseCLIOptions(
      static_cast<int>(arguments.size()), const_cast<char **>(arguments.data()), "Lexon optimizer", registry);

  if (flags.listPipelines || flags.manifest) {
    std::string text;
    llvm::raw_string_ostream os(text);
    (flags.manifest ? lexon::printPipelineManifest : lexon::printPipelines)(os);
    return write("-", text);
  }
  lexon::setDebugTypes(flags.debugOnly);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(MlirOptMain(argc, argv, inputName, outputName, registry));
  if (!flags.pipeline.getNumOccurrences() && !(flags.stopAfter.empty() && flags.startAfter.empty()))
    return fail("--stop-after and --start-after need --pipeline");
  if (flags.pipeline.getNumOccurrences()) {
    lexon::PipelineRequest request{flags.pipeline, flags.stopAfter, flags.startAfter, flags.verifyStages};
    if (failed(usePipelines(config, request)))
      return 1;
  }
  return runOpt(inputName, outputName, registry, config);
}
