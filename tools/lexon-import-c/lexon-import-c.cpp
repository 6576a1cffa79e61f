//===- lexon-import-c.cpp - C to MLIR -------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Takes the arguments of a C compiler, writes MLIR.
//
//===----------------------------------------------------------------------===//

#include "lexon/ImportC/ImportC.h"
#include "lexon/Target/Object/Output.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  std::string output = "-";
  std::vector<std::string> arguments;
  bool printsLocations = false;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == "-o" && i + 1 < argc) {
      output = argv[++i];
    } else if (argument != "-S" && argument != "-c") { // the output is MLIR in any case
      printsLocations |= argument == "-g";
      arguments.push_back(argument.str());
    }
  }
  MLIRContext context(MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = lexon::importC(context, arguments);
  if (!module)
    return 1;
  std::string text;
  llvm::raw_string_ostream os(text);
  OpPrintingFlags flags;
  flags.enableDebugInfo(printsLocations);
  module->print(os, flags);
  os << "\n";
  if (llvm::Error error = lexon::writeOutput(output, text)) {
    llvm::WithColor::error(llvm::errs(), "lexon-import-c") << llvm::toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
