//===- lexon-translate.cpp - MLIR to LLVM IR and machine code -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// With a translation's flag this is MLIR's own translation tool. With --emit it compiles, and then all options below
// apply; the two sets are kept apart so that no option is accepted and ignored.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "lexon/InitAll.h"
#include "lexon/Target/LLVMIR/Translate.h"

#include "mlir/InitAllTranslations.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"

using namespace llvm;
using lexon::EmitKind;

namespace {
/// The command line of --emit. Built only in that mode: MLIR's own driver registers some of the names itself.
struct CommandLine {
  enum class Kind { LLVM, Bitcode, Assembly, Object, SharedLibrary, Executable, Signatures, Header };

  cl::OptionCategory category{"Lexon options"};
  cl::list<std::string> inputs{cl::Positional,
                               cl::desc("<input files: MLIR, LLVM IR, bitcode; objects and archives to link>"),
                               cl::cat(category)};
  cl::opt<Kind> kind{"emit", cl::desc("Compile to:"), cl::Required, cl::cat(category),
                     cl::values(clEnumValN(Kind::LLVM, "llvm", "optimized LLVM IR, text"),
                                clEnumValN(Kind::Bitcode, "bc", "optimized LLVM IR, bitcode"),
                                clEnumValN(Kind::Assembly, "asm", "assembly"),
                                clEnumValN(Kind::Object, "obj", "object file"),
                                clEnumValN(Kind::SharedLibrary, "so", "shared library of all inputs"),
                                clEnumValN(Kind::Executable, "exe", "executable of all inputs"),
                                clEnumValN(Kind::Signatures, "signatures", "signatures of the functions, JSON"),
                                clEnumValN(Kind::Header, "header", "C header to call the functions with"))};
  cl::opt<std::string> output{"o", cl::desc("Output file; '-' is standard output"), cl::value_desc("file"),
                              cl::init("-"), cl::cat(category)};
  cl::opt<unsigned> optLevel{"O",
                             cl::desc("Optimization level, 0 to 3 (default 3)"),
                             cl::Prefix,
                             cl::init(3),
                             cl::value_desc("level"),
                             cl::cat(category)};
  cl::opt<std::string> cpu{"mcpu", cl::desc("Processor: 'native' (default) or a name"), cl::value_desc("name"),
                           cl::cat(category)};
  cl::list<std::string> features{"mattr", cl::desc("Processor features to add or remove"), cl::CommaSeparated,
                                 cl::value_desc("+a,-b"), cl::cat(category)};
  cl::opt<std::string> triple{"target", cl::desc("Target triple (default: this machine's)"), cl::value_desc("triple"),
                              cl::cat(category)};
  cl::opt<unsigned> vectorWidth{"prefer-vector-width",
                                cl::desc("Bits of the vectors LLVM makes of loops (default: 512 with AVX-512)"),
                                cl::value_desc("bits"), cl::init(0), cl::cat(category)};
  cl::opt<lexon::VectorMath> vectorMath{
      "veclib", cl::desc("Vector versions of mathematical functions (default: libmvec on x86-64 Linux):"),
      cl::init(lexon::VectorMath::Automatic), cl::cat(category),
      cl::values(clEnumValN(lexon::VectorMath::Libmvec, "libmvec", "those of the GNU C library"),
                 clEnumValN(lexon::VectorMath::None, "none", "none"))};
  cl::list<std::string> link{"link", cl::desc("Object, archive or library to link, or -lNAME (so, exe)"),
                             cl::value_desc("file"), cl::cat(category)};
  cl::list<std::string> rpaths{"rpath", cl::desc("Folder searched for libraries at run time (so, exe)"),
                               cl::value_desc("folder"), cl::cat(category)};

  bool links() const { return kind == Kind::SharedLibrary || kind == Kind::Executable; }
  bool describes() const { return kind == Kind::Signatures || kind == Kind::Header; }
  bool isText() const { return kind == Kind::LLVM || kind == Kind::Assembly || describes(); }

  /// What is wrong with the combination of options, or nothing.
  std::string check() const {
    if (optLevel > 3)
      return "-O" + std::to_string(optLevel) + " does not exist; levels are 0 to 3";
    if (vectorWidth != 0 && (vectorWidth < 64 || vectorWidth > 2048 || !isPowerOf2_32(vectorWidth)))
      return "--prefer-vector-width must be a power of two from 64 to 2048";
    if (inputs.size() > 1 && !links())
      return "several inputs need --emit=so or --emit=exe";
    if (!links() && (link.getNumOccurrences() || rpaths.getNumOccurrences()))
      return "--link and --rpath need --emit=so or --emit=exe";
    if (output == "-" && !isText() && sys::Process::StandardOutIsDisplayed())
      return "this output is binary: name a file with -o, or redirect standard output";
    return "";
  }

  lexon::DriverOptions get() const {
    lexon::DriverOptions options;
    if (describes())
      options.product = kind == Kind::Header ? lexon::Product::Header : lexon::Product::Signatures;
    else
      options.kind = static_cast<EmitKind>(Kind(kind));
    options.codeGen.triple = triple;
    options.codeGen.cpu = cpu;
    options.codeGen.features = {features.begin(), features.end()};
    options.codeGen.optLevel = optLevel;
    options.codeGen.preferVectorWidth = vectorWidth;
    options.codeGen.vectorMath = vectorMath;
    options.link.inputs = {link.begin(), link.end()};
    options.link.rpaths = {rpaths.begin(), rpaths.end()};
    options.inputs = {inputs.begin(), inputs.end()};
    if (options.inputs.empty())
      options.inputs.push_back("-");
    options.output = output;
    return options;
  }
};

bool hasOption(ArrayRef<char *> arguments, StringRef name) {
  return any_of(arguments, [&](StringRef argument) {
    return argument.consume_front("-") && (argument.consume_front("-"), argument.split('=').first == name);
  });
}

int emitMain(int argc, char **argv) {
  CommandLine commandLine;
  // Listed by --help; given together with --emit they are refused by 'check'.
  cl::list<const mlir::Translation *, bool, mlir::TranslationParser> translations{
      "", cl::desc("Instead of --emit, a translation:"), cl::cat(commandLine.category)};
  cl::HideUnrelatedOptions(commandLine.category);
  cl::ParseCommandLineOptions(argc, argv, "Lexon: MLIR to LLVM IR and machine code\n");
  std::string problem = translations.empty() ? commandLine.check() : "--emit and a translation exclude each other";
  if (!problem.empty()) {
    lexon::reportError(problem);
    return 1;
  }
  return lexon::runDriver(commandLine.get()) ? 0 : 1;
}

/// The file named with -o, or standard output.
std::string findOutput(ArrayRef<char *> arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (argument.consume_front("-o=") || argument.consume_front("--o="))
      return argument.str();
    if ((argument == "-o" || argument == "--o") && i + 1 < arguments.size())
      return arguments[i + 1];
  }
  return "standard output";
}

/// LLVM reports some errors by ending the process; let that be an exit code and not a signal. A full disk is one of
/// them in MLIR's own driver, and the message lacks the file's name.
void handleFatalError(void *arguments, const char *reason, bool) {
  StringRef text(reason);
  if (text.consume_front("IO failure on output stream: "))
    lexon::reportError("cannot write '" + findOutput(*static_cast<ArrayRef<char *> *>(arguments)) + "': " + text.str());
  else
    lexon::reportError(text);
  sys::RunInterruptHandlers();
  exit(1); // NOLINT(concurrency-mt-unsafe)
}
} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  ArrayRef<char *> arguments(argv + 1, argc - 1);
  install_fatal_error_handler(handleFatalError, &arguments);
  cl::AddExtraVersionPrinter([](raw_ostream &os) { os << "Lexon " LEXON_VERSION "\n"; });

  mlir::registerFromLLVMIRTranslation();
  mlir::registerFromSPIRVTranslation();
  mlir::registerIRDLToCppTranslation();
  mlir::registerFromWasmTranslation();
  mlir::registerToCppTranslation();
  mlir::registerToSPIRVTranslation();
  mlir::smt::registerExportSMTLIBTranslation();
  lexon::registerToLLVMIRTranslation(lexon::registerAllDialects);

  if (hasOption(arguments, "emit") || hasOption(arguments, "help"))
    return emitMain(argc, argv);
  if (none_of(arguments, [](StringRef argument) { return argument.size() > 1 && argument.starts_with("-"); })) {
    lexon::reportError("say what to make: --emit=KIND, or a translation such as --mlir-to-llvmir (see --help)");
    return 1;
  }
  return mlir::failed(mlir::mlirTranslateMain(argc, argv, "Lexon: MLIR translation tool"));
}
