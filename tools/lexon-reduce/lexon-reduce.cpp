//===- lexon-reduce.cpp - makes a program small that shows a defect --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Runs reduction passes: `reduce-program`, MLIR's `reduction-tree` and `opt-reduction-pass`. It takes the flags of
// mlir-reduce, whose own main function opens the output before it knows of an input, and aborts if there is no test.
//
//===----------------------------------------------------------------------===//

#include "lexon/InitAll.h"
#include "lexon/Reducer/Passes.h"
#include "lexon/Support/Debug.h"
#include "lexon/Target/Object/Output.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Reducer/Passes.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/ParseUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/SourceMgr.h"
#include <cstdlib>

using namespace mlir;
namespace cl = llvm::cl;

namespace {
struct Flags {
  cl::OptionCategory category{"Lexon options"};
  cl::opt<std::string> input{cl::Positional, cl::desc("<input file>"), cl::init("-"), cl::cat(category)};
  cl::opt<std::string> output{"o", cl::desc("Where the reduced program goes"), cl::value_desc("FILE"), cl::init("-"),
                              cl::cat(category)};
  cl::opt<bool> noImplicitModule{"no-implicit-module", cl::desc("The file itself says what its top operation is"),
                                 cl::cat(category)};
  cl::opt<bool> allowUnregistered{"allow-unregistered-dialect", cl::desc("Accept operations of unknown dialects"),
                                  cl::cat(category)};
  cl::opt<std::string> debugOnly{"debug-only", cl::desc("Print debug output of these passes of Lexon"),
                                 cl::value_desc("PASS[,PASS...]"), cl::cat(category)};
  PassPipelineCLParser passes{"", "Reduction passes to run"};
};

int fail(const llvm::Twine &message) {
  llvm::errs() << "lexon-reduce: error: " << message << "\n";
  return 1;
}

/// MLIR's reducers know no other way to report a test that cannot be run than to abort.
void endOnFatalError(void *, const char *reason, bool) {
  fail(reason);
  llvm::errs() << "lexon-reduce: note: a test is an executable file (chmod +x) that starts with '#!' and its shell\n";
  llvm::sys::RunInterruptHandlers(); // removes temporary files
  std::_Exit(1);
}

int reduce(const Flags &flags, MLIRContext &context) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(flags.input, &message);
  if (!input)
    return fail(message);
  if (input->getBuffer().trim(StringRef(" \t\n\v\f\r\0", 7)).empty())
    return fail("'" + flags.input + "' is empty");
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, &context);
  OwningOpRef<Operation *> program = parseSourceFileForTool(sources, &context, !flags.noImplicitModule);
  if (!program)
    return 1;
  PassManager pm(&context, program->getName().getStringRef());
  auto report = [](const Twine &text) { return LogicalResult::failure(fail(text)); };
  if (failed(flags.passes.addToPipeline(pm, report)))
    return 1;
  if (pm.size() == 0)
    return fail("no reduction pass; give --reduce-program='test=PROGRAM'");
  if (failed(pm.run(*program)))
    return 1;
  std::string text;
  llvm::raw_string_ostream os(text);
  program->print(os);
  os << "\n";
  if (llvm::Error error = lexon::writeOutput(flags.output, text))
    return fail(llvm::toString(std::move(error)));
  return 0;
}
} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  lexon::registerAllPasses();
  registerReducerPasses();
  lexon::registerReducerPasses();
  registerMLIRContextCLOptions();
  Flags flags;
  cl::ParseCommandLineOptions(argc, argv, "Makes a program small that shows a defect\n");
  llvm::install_fatal_error_handler(endOnFatalError);
  lexon::setDebugTypes(flags.debugOnly);

  DialectRegistry registry;
  lexon::registerAllDialects(registry);
  MLIRContext context(registry);
  context.allowUnregisteredDialects(flags.allowUnregistered);
  context.printOpOnDiagnostic(false);
  // Reductions run passes inside a pass, where no dialect may be loaded any more.
  context.loadAllAvailableDialects();
  return reduce(flags, context);
}
