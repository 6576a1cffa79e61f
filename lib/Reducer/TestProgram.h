//===- TestProgram.h - the program that finds a candidate interesting -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// MLIR's Tester aborts if the test cannot be run, and takes a shell that finds no command for an interested one.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_REDUCER_TESTPROGRAM_H
#define LEXON_LIB_REDUCER_TESTPROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace lexon {

class TestProgram {
public:
  /// Finds `name` as a shell does: in PATH if there is no slash in it.
  static llvm::Expected<TestProgram> find(llvm::StringRef name, llvm::ArrayRef<std::string> arguments);

  /// Whether the test finds `candidate` interesting: it ends with another code than 0, or crashes. An error if it
  /// cannot be run. Only if `loud` does it print where we print.
  llvm::Expected<bool> isInteresting(mlir::ModuleOp candidate, bool loud = false) const;

private:
  TestProgram(std::string path, llvm::ArrayRef<std::string> arguments) : path(std::move(path)), arguments(arguments) {}
  llvm::Expected<bool> run(llvm::StringRef file, bool loud) const;

  std::string path;
  std::vector<std::string> arguments;
};

} // namespace lexon

#endif // LEXON_LIB_REDUCER_TESTPROGRAM_H
