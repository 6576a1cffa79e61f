//===- Main.cpp - the differential test of matrix multiplications ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Random programs, compiled on several paths, are compared with sums in higher precision. See README.md.
//
//===----------------------------------------------------------------------===//

#include "Directed.h"
#include "Driver.h"
#include "Emit.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <thread>

using namespace lexon::differential;
namespace cl = llvm::cl;

namespace {
struct Flags {
  cl::OptionCategory category{"Differential test"};
  cl::opt<uint64_t> seed{"seed", cl::desc("Everything random comes from it"), cl::init(1), cl::cat(category)};
  cl::opt<unsigned> cases{"cases", cl::desc("How many, each on all paths"), cl::init(3000), cl::cat(category)};
  cl::opt<unsigned> jobs{"jobs", cl::desc("Processes at the same time"),
                         cl::init(std::max(1u, std::thread::hardware_concurrency())), cl::cat(category)};
  cl::list<std::string> paths{"paths", cl::desc("What matmuls become: values of the midend's option 'matmul'"),
                              cl::CommaSeparated, cl::cat(category)};
  cl::opt<bool> requireAll{"require-all", cl::desc("Fail if a kind of case does not occur, or never calls OpenBLAS"),
                           cl::cat(category)};
  cl::opt<std::string> only{"only", cl::desc("Run this case only"), cl::value_desc("FUNCTION[.CASE]"),
                            cl::cat(category)};
  cl::opt<std::string> mutate{"mutate", cl::desc("Plant this defect into calls of BLAS (--test-break-blas)"),
                              cl::value_desc("DEFECT"), cl::cat(category)};
  cl::opt<Perturbation> perturb{"perturb", cl::desc("Make one element of each reference wrong"),
                                cl::init(Perturbation::None),
                                cl::values(clEnumValN(Perturbation::None, "none", "not at all"),
                                           clEnumValN(Perturbation::Bound, "bound", "by four times the bound"),
                                           clEnumValN(Perturbation::Term, "term", "by one product that is left out")),
                                cl::cat(category)};
  cl::opt<std::string> keep{"keep", cl::desc("Write all files here and leave them"), cl::value_desc("FOLDER"),
                            cl::cat(category)};
  cl::opt<std::string> tools{"tools",
                             cl::desc("Where lexon-opt and lexon-translate are (default: beside this program)"),
                             cl::value_desc("FOLDER"), cl::cat(category)};
  cl::opt<bool> print{"print", cl::desc("Print the program of --only and end"), cl::cat(category)};
  cl::opt<std::string> directed{"directed", cl::desc("Run the checks made by hand on Inputs/products.mlir, compiled"),
                                cl::value_desc("LIBRARY"), cl::cat(category)};
  cl::opt<std::string> overhead{"overhead", cl::desc("Compare the time of its products with calls by hand"),
                                cl::value_desc("LIBRARY"), cl::cat(category)};
  cl::opt<int> threads{"compiled-threads", cl::desc("What the library of --directed or --overhead was compiled with"),
                       cl::cat(category)};
  cl::opt<double> allowed{"allowed", cl::desc("Largest ratio of times in --overhead"), cl::init(1.03),
                          cl::cat(category)};
  // What the test starts itself with.
  cl::opt<std::string> worker{"worker", cl::Hidden, cl::cat(category)};
  cl::opt<unsigned> first{"first", cl::Hidden, cl::cat(category)}, last{"last", cl::Hidden, cl::cat(category)};
  cl::opt<unsigned> startCase{"start-case", cl::Hidden, cl::cat(category)};
  cl::opt<int> onlyCase{"only-case", cl::init(-1), cl::Hidden, cl::cat(category)};
};
} // namespace

static int fail(const llvm::Twine &message) {
  llvm::errs() << "lexon-differential-test: error: " << message << "\n";
  return 2;
}

static bool parseOnly(llvm::StringRef text, Settings &settings) {
  auto [function, dataCase] = text.split('.');
  if (!dataCase.empty() && dataCase.getAsInteger(10, settings.onlyCase))
    return false;
  return !function.getAsInteger(10, settings.onlyFunction) && settings.onlyFunction >= 0;
}

static int runIn(const Flags &flags, Settings &settings) {
  llvm::SmallString<128> folder;
  std::error_code error;
  if (!flags.keep.empty()) {
    folder = flags.keep;
    error = llvm::sys::fs::create_directories(folder);
  } else {
    error = llvm::sys::fs::createUniqueDirectory("lexon-differential-test", folder);
  }
  if (error)
    return fail("cannot make the folder '" + folder + "': " + error.message());
  settings.folder = folder.str();
  int code = runDifferentialTest(settings);
  if (flags.keep.empty())
    llvm::sys::fs::remove_directories(folder);
  return code;
}

int main(int argc, char **argv) {
  Flags flags;
  cl::HideUnrelatedOptions(flags.category);
  cl::ParseCommandLineOptions(argc, argv, "Randomized differential test of matrix multiplications\n");
  if (!flags.worker.empty())
    return runWorker(
        {flags.worker, flags.seed, flags.first, flags.last, flags.startCase, flags.onlyCase, flags.perturb});
  if (!flags.directed.empty())
    return runDirected(flags.directed, flags.threads);
  if (!flags.overhead.empty())
    return runOverhead(flags.overhead, flags.threads, flags.allowed);
  Settings settings;
  settings.self = llvm::sys::fs::getMainExecutable(argv[0], reinterpret_cast<void *>(&main));
  settings.tools = flags.tools.empty() ? llvm::sys::path::parent_path(settings.self).str() : flags.tools;
  settings.seed = flags.seed;
  settings.cases = flags.cases;
  settings.jobs = std::max(1u, unsigned(flags.jobs));
  settings.requireAll = flags.requireAll;
  settings.mutation = flags.mutate;
  settings.perturbation = flags.perturb;
  settings.paths.assign(flags.paths.begin(), flags.paths.end());
  if (settings.paths.empty())
    settings.paths = {"blas", "vector", "naive"};
  if (!flags.only.empty() && !parseOnly(flags.only, settings))
    return fail("--only=" + flags.only + ": expected FUNCTION or FUNCTION.CASE, both numbers");
  if (flags.print) {
    if (settings.onlyFunction < 0)
      return fail("--print needs --only");
    llvm::outs() << emitModule({generateFunction(settings.seed, settings.onlyFunction)});
    return 0;
  }
  return runIn(flags, settings);
}
