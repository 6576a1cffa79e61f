//===- lexon-cc.cpp - a C compiler driver ---------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Clang's driver plans the work: what to preprocess, compile, assemble and link, with which arguments. Compilations of
// C to code are done here, through MLIR; all other steps are run as planned.
//
//===----------------------------------------------------------------------===//

#include "lexon/Frontend/C/ImportC.h"
#include "lexon/InitAll.h"
#include "lexon/Pipelines/Pipelines.h"
#include "lexon/Target/LLVMIR/Translate.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "clang/Basic/DiagnosticIDs.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Driver/Tool.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/thread.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

namespace {
/// The named pipeline for C, then LLVM IR.
std::unique_ptr<llvm::Module> lower(ModuleOp module, llvm::LLVMContext &context, const lexon::CodeGeneration &asked) {
  PassManager passes(module.getContext());
  lexon::PipelineRequest request;
  // Kernels are long, and they allocate: a program with an allocator of its own would see it.
  auto defines = [&](StringRef name) {
    auto function = module.lookupSymbol<FunctionOpInterface>(name);
    return function && !function.isExternal();
  };
  bool usesKernels = asked.optimizationLevel >= 2 && !asked.optimizesForSize && asked.hasLibrary &&
                     !defines("malloc") && !defines("free");
  request.pipelines =
      "c{threads=1 matmul=" + std::string(usesKernels ? "vector" : "naive") + " target=" + asked.target + "}";
  if (asked.optimizationLevel == 0)
    request.startAfter = "contraction-raising"; // the last stage that is there for speed
  request.verifyStages = false;
  auto report = [](const std::string &message) { llvm::errs() << "error: " << message << "\n"; };
  if (failed(lexon::buildPipelines(passes, request, report)) || failed(passes.run(module)))
    return nullptr;
  return lexon::translateModule(module, context, "c");
}

/// True if `job` compiles C to code.
bool isCompilation(const clang::driver::Command &job) {
  const llvm::opt::ArgStringList &arguments = job.getArguments();
  if (arguments.empty() || StringRef(arguments.front()) != "-cc1")
    return false;
  bool isC = false, makesCode = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    makesCode |= argument == "-emit-obj" || argument == "-S" || argument == "-emit-llvm" ||
                 argument == "-emit-llvm-bc" || argument == "-fsyntax-only";
    isC |= argument == "-x" && i + 1 < arguments.size() &&
           (StringRef(arguments[i + 1]) == "c" || StringRef(arguments[i + 1]) == "cpp-output");
  }
  return isC && makesCode;
}

bool compile(const clang::driver::Command &job, const DialectRegistry &registry, bool ignoresOpenMP) {
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  return lexon::compileC(context, ArrayRef<const char *>(job.getArguments()).drop_front(), ignoresOpenMP, lower);
}

bool run(clang::driver::Compilation &compilation, const clang::driver::Command &job) {
  const clang::driver::Command *failing = nullptr;
  return compilation.ExecuteCommand(job, failing) == 0;
}
} // namespace

static int runDriver(int argc, char **argv) {
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::InitializeAllAsmParsers();
  std::string clang = lexon::clangExecutable().str();
  SmallVector<const char *> arguments = {clang.c_str()};
  arguments.append(argv + 1, argv + argc);
  llvm::BumpPtrAllocator allocator;
  if (llvm::Error error = clang::driver::expandResponseFiles(arguments, /*ClangCLMode=*/false, allocator)) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
    return 1;
  }

  clang::DiagnosticOptions options;
  clang::DiagnosticsEngine diagnostics(clang::DiagnosticIDs::create(), options,
                                       new clang::TextDiagnosticPrinter(llvm::errs(), options));
  clang::driver::Driver driver(clang, llvm::sys::getDefaultTargetTriple(), diagnostics, "lexon C compiler");
  driver.setTitle("lexon");
  driver.setCheckInputsExist(true);
  std::unique_ptr<clang::driver::Compilation> compilation(driver.BuildCompilation(arguments));
  if (!compilation || diagnostics.hasErrorOccurred())
    return 1;
  if (llvm::any_of(arguments, [](StringRef argument) { return argument == "-###"; })) {
    compilation->getJobs().Print(llvm::errs(), "\n", /*Quote=*/true);
    return 0;
  }
  bool ignoresOpenMP = llvm::any_of(arguments, [](StringRef argument) { return argument == "-fno-openmp"; });
  DialectRegistry registry;
  lexon::registerAllDialects(registry);
  lexon::registerAllPasses();
  bool succeeded = true;
  for (const clang::driver::Command &job : compilation->getJobs()) {
    // As Clang: all files are compiled, so that all errors are seen; linking needs all of them.
    bool dependsOnOthers = !StringRef(job.getArguments().empty() ? "" : job.getArguments().front()).starts_with("-cc1");
    if (dependsOnOthers && !succeeded)
      break;
    succeeded &= isCompilation(job) ? compile(job, registry, ignoresOpenMP) : run(*compilation, job);
  }
  compilation->CleanupFileList(compilation->getTempFiles());
  if (!succeeded)
    compilation->CleanupFileMap(compilation->getResultFiles(), nullptr, false);
  return succeeded ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // Programs nest deeply, those that other programs write above all; pages that are not used cost nothing.
  constexpr std::optional<unsigned> kStackBytes = 1U << 30;
  int result = 1;
  llvm::thread worker(kStackBytes, [&] { result = runDriver(argc, argv); });
  worker.join();
  return result;
}
