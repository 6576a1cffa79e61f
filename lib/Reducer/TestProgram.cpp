//===- TestProgram.cpp - the program that finds a candidate interesting -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace lexon;

static llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Expected<TestProgram> TestProgram::find(StringRef name, ArrayRef<std::string> arguments) {
  if (name.empty())
    return error("no test; give --reduce-program='test=PROGRAM'");
  std::string path = name.str();
  if (!name.contains('/') && !llvm::sys::fs::exists(path))
    if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name))
      path = *found;
  if (std::error_code reason = llvm::sys::fs::access(path, llvm::sys::fs::AccessMode::Exist))
    return error("cannot run the test '" + name + "': " + reason.message());
  if (!llvm::sys::fs::can_execute(path))
    return error("cannot run the test '" + name + "': it is not an executable file (chmod +x)");
  return TestProgram(path, arguments);
}

llvm::Expected<bool> TestProgram::isInteresting(ModuleOp candidate, bool loud) const {
  int descriptor;
  SmallString<128> file;
  if (std::error_code reason = llvm::sys::fs::createTemporaryFile("lexon-reduce", "mlir", descriptor, file))
    return error("cannot make a temporary file: " + reason.message());
  llvm::FileRemover remover(file);
  llvm::sys::RemoveFileOnSignal(file);
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  candidate.print(os);
  os.close();
  llvm::Expected<bool> interesting =
      os.has_error() ? error("cannot write '" + file.str() + "': " + os.error().message()) : run(file, loud);
  os.clear_error();
  llvm::sys::DontRemoveFileOnSignal(file);
  return interesting;
}

llvm::Expected<bool> TestProgram::run(StringRef file, bool loud) const {
  SmallVector<StringRef> command{path};
  llvm::append_range(command, arguments);
  command.push_back(file);
  // An empty name stands for /dev/null, none for what we have ourselves.
  std::optional<StringRef> nowhere = StringRef(), output = loud ? std::nullopt : nowhere;
  std::string message;
  int code = llvm::sys::ExecuteAndWait(path, command, /*Env=*/std::nullopt, {nowhere, output, output},
                                       /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  // Also when a shell ends with 126 or 127: it could not run a command, or found none.
  if (code == -1)
    return error("cannot run the test '" + path + "' or a command in it: " + message +
                 " (a script starts with '#!' and its shell)");
  return code != 0;
}
