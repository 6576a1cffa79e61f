//===- lexon-import-c.cpp - C to MLIR -------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Takes the command line of a C compiler, and lets Clang's driver read it; where a compiler writes code, this writes
// MLIR.
//
//===----------------------------------------------------------------------===//

#include "lexon/Frontend/C/ImportC.h"
#include "lexon/InitAll.h"
#include "lexon/Pipelines/Pipelines.h"
#include "lexon/Target/Object/Output.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassManager.h"
#include "clang/Basic/DiagnosticIDs.h"
#include "clang/Basic/Version.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/WithColor.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

namespace {
constexpr char kHelp[] = R"(lexon-import-c: C to MLIR

usage: lexon-import-c FILE.c... [-o FILE.mlir] [--raise-scf-to-affine] [flags of a C compiler]

One file goes to standard output; several become one .mlir each, in the current folder.

  -o FILE                write one file's MLIR to FILE; - is standard output
  --raise-scf-to-affine  loops and memory accesses as affine ones where they provably are
  --remarks              say of each array and pointer whether it is a memref, of each loop and access whether it was
                         raised, and why not
  -g                     locations of lines and columns in the MLIR
  -I -D -U -include -std= -O -W -f -m and the like: as Clang has them
  -S -c -l -L            accepted, and change nothing
  -fno-openmp            OpenMP's pragmas are no errors but ignored
  -                      read standard input, after -x c
  --help, --version      print this, or the version

exit code: 0, or 1 after an error; an output file is whole or not there.
)";

void printError(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "lexon-import-c") << message << "\n";
}

bool raiseToAffine(ModuleOp module) {
  lexon::registerAllPasses();
  PassManager passes(module.getContext());
  lexon::PipelineRequest request;
  request.pipelines = "affine";
  auto report = [](const std::string &message) { printError(message); };
  return succeeded(lexon::buildPipelines(passes, request, report)) && succeeded(passes.run(module));
}

/// What the user asked for beyond Clang's flags.
struct Request {
  SmallVector<const char *> clangArguments;
  bool namesOutput = false, printsLocations = false, raises = false, remarks = false, ignoresOpenMP = false;
};

Request readArguments(ArrayRef<const char *> arguments) {
  Request request;
  // Clang's own name first, then what makes its driver plan one compilation for each file, and say nothing of flags
  // that only matter later.
  request.clangArguments = {lexon::clangExecutable().data(), "-S", "-Qunused-arguments"};
  bool isFlag = true;
  for (StringRef argument : arguments) {
    if (isFlag && argument == "--raise-scf-to-affine") {
      request.raises = true;
      continue;
    }
    if (isFlag && argument == "--remarks") {
      request.remarks = true;
      continue;
    }
    isFlag &= argument != "--";
    request.namesOutput |= isFlag && argument.starts_with("-o");
    request.printsLocations |= isFlag && argument.starts_with("-g") && argument != "-g0";
    request.ignoresOpenMP |= isFlag && argument == "-fno-openmp";
    request.clangArguments.push_back(argument.data());
  }
  return request;
}

/// Imports what `job` would compile; false after an error.
bool importFile(const clang::driver::Command &job, const Request &request, StringRef output) {
  ArrayRef<const char *> arguments = job.getArguments();
  MLIRContext context(MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  std::optional<SourceMgrDiagnosticHandler> printer;
  if (request.remarks)
    printer.emplace(sources, &context);
  remark::RemarkCategories all{std::nullopt, ".*", ".*", ".*", ".*"};
  if (request.remarks && failed(remark::enableOptimizationRemarks(
                             context, nullptr, std::make_unique<remark::RemarkEmittingPolicyAll>(), all,
                             /*printAsEmitRemarks=*/true)))
    return false;
  OwningOpRef<ModuleOp> module = lexon::importC(context, arguments.drop_front(), request.ignoresOpenMP);
  if (!module || (request.raises && !raiseToAffine(*module)))
    return false;
  if (llvm::is_contained(arguments, StringRef("-fsyntax-only")))
    return true;
  std::string text;
  llvm::raw_string_ostream os(text);
  OpPrintingFlags flags;
  flags.enableDebugInfo(request.printsLocations);
  module->print(os, flags);
  os << "\n";
  if (llvm::Error error = lexon::writeOutput(output, text)) {
    printError(llvm::toString(std::move(error)));
    return false;
  }
  return true;
}

/// Where the MLIR for `job` goes: where `-o` says, else beside where Clang would write, under our ending.
std::string outputOf(const clang::driver::Command &job, bool namesOutput, bool isOnly) {
  if (job.getOutputFilenames().empty() || (!namesOutput && isOnly))
    return "-";
  SmallString<128> name(job.getOutputFilenames().front());
  if (!namesOutput)
    llvm::sys::path::replace_extension(name, "mlir");
  return name.str().str();
}
} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::setBugReportMsg("This is a defect of Lexon; the C file and the command line show it.\n");
  SmallVector<const char *> words(argv, argv + argc);
  llvm::BumpPtrAllocator allocator;
  if (llvm::Error error = clang::driver::expandResponseFiles(words, /*ClangCLMode=*/false, allocator)) {
    printError(llvm::toString(std::move(error)));
    return 1;
  }
  ArrayRef<const char *> arguments = ArrayRef(words).drop_front();
  for (StringRef argument : arguments) {
    if (argument == "--help" || argument == "-help") {
      llvm::outs() << kHelp;
      return 0;
    }
    if (argument == "--version") {
      llvm::outs() << "lexon-import-c, " << clang::getClangFullVersion() << ", LLVM version " LLVM_VERSION_STRING "\n";
      return 0;
    }
    if (argument == "--")
      break;
  }
  Request request = readArguments(arguments);

  clang::DiagnosticOptions options;
  clang::DiagnosticsEngine diagnostics(clang::DiagnosticIDs::create(), options,
                                       new clang::TextDiagnosticPrinter(llvm::errs(), options));
  clang::driver::Driver driver(request.clangArguments.front(), llvm::sys::getDefaultTargetTriple(), diagnostics,
                               "lexon C importer");
  driver.setTitle("lexon");
  std::unique_ptr<clang::driver::Compilation> compilation(driver.BuildCompilation(request.clangArguments));
  if (!compilation || diagnostics.hasErrorOccurred())
    return 1;
  const clang::driver::JobList &jobs = compilation->getJobs();
  if (llvm::is_contained(request.clangArguments, StringRef("-###"))) {
    jobs.Print(llvm::errs(), "\n", /*Quote=*/true);
    return 0;
  }
  if (jobs.empty()) {
    printError("there is no C file to import");
    return 1;
  }
  for (const clang::driver::Command &job : jobs)
    if (!llvm::is_contained(job.getArguments(), StringRef("-S")) &&
        !llvm::is_contained(job.getArguments(), StringRef("-fsyntax-only"))) {
      printError("only MLIR is written; 'lexon-cc' does anything else that a C compiler does");
      return 1;
    }
  std::vector<std::string> outputs;
  llvm::StringSet<> written;
  for (const clang::driver::Command &job : jobs) {
    outputs.push_back(outputOf(job, request.namesOutput, jobs.size() == 1));
    if (outputs.back() != "-" && !written.insert(outputs.back()).second) {
      printError("two files would be written as '" + outputs.back() + "'");
      return 1;
    }
  }
  bool succeeded = true; // as Clang: all files are read, so that all errors are seen
  for (auto [job, output] : llvm::zip_equal(jobs, outputs))
    succeeded &= importFile(job, request, output);
  return succeeded ? 0 : 1;
}
