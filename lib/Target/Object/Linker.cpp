//===- Linker.cpp - objects to shared libraries and executables -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The C compiler is the link driver: it alone knows start files and library folders of the system.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Object/Linker.h"
#include "lexon/Target/Object/TargetNote.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <csignal>

using namespace llvm;

namespace {
/// Names of the symbols of all inputs, and the CPUs they were compiled for.
struct Symbols {
  StringSet<> defined;
  StringSet<> undefined;
  lexon::TargetNotes notes;

  bool needs(StringRef prefix) const {
    return any_of(undefined, [&](const auto &entry) {
      return entry.getKey().starts_with(prefix) && !defined.contains(entry.getKey());
    });
  }
};

/// A file that goes when this goes, or when the process is interrupted.
class ScratchFile {
public:
  static Expected<ScratchFile> create(StringRef suffix) {
    SmallString<128> path;
    if (std::error_code code = sys::fs::createTemporaryFile("lexon", suffix, path))
      return createStringError("cannot create a temporary file: " + code.message());
    sys::RemoveFileOnSignal(path);
    return ScratchFile(path);
  }
  ScratchFile(ScratchFile &&other) : path(std::exchange(other.path, "")) {}
  ~ScratchFile() {
    if (path.empty())
      return;
    sys::fs::remove(path);
    sys::DontRemoveFileOnSignal(path);
  }
  StringRef getPath() const { return path; }

  Error write(ArrayRef<char> data) const {
    std::error_code code;
    raw_fd_ostream os(path, code);
    if (!code) {
      os.write(data.data(), data.size());
      os.flush();
      code = os.error();
      os.clear_error();
    }
    return code ? createStringError("cannot write '" + path + "': " + code.message()) : Error::success();
  }

private:
  explicit ScratchFile(StringRef path) : path(path) {}
  std::string path;
};

Error addSymbols(const object::SymbolicFile &file, Symbols &symbols) {
  for (const object::BasicSymbolRef &symbol : file.symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    if (!(*flags & object::SymbolRef::SF_Global))
      continue;
    std::string name;
    raw_string_ostream os(name);
    if (Error error = symbol.printName(os))
      return error;
    ((*flags & object::SymbolRef::SF_Undefined) ? symbols.undefined : symbols.defined).insert(name);
  }
  auto *machineCode = dyn_cast<object::ObjectFile>(&file);
  return machineCode ? lexon::readTargetNotes(*machineCode, symbols.notes) : Error::success();
}

Error addSymbols(MemoryBufferRef buffer, Symbols &symbols) {
  Expected<std::unique_ptr<object::Binary>> binary = object::createBinary(buffer);
  if (!binary)
    return binary.takeError();
  if (auto *file = dyn_cast<object::SymbolicFile>(binary->get()))
    return addSymbols(*file, symbols);
  auto *archive = dyn_cast<object::Archive>(binary->get());
  if (!archive)
    return createStringError("not an object file, archive or shared library");
  Error iteration = Error::success();
  for (const object::Archive::Child &child : archive->children(iteration)) {
    Expected<MemoryBufferRef> member = child.getMemoryBufferRef();
    Error error = member ? addSymbols(*member, symbols) : member.takeError();
    if (error)
      return joinErrors(std::move(error), std::move(iteration));
  }
  return iteration;
}

Expected<Symbols> collectSymbols(ArrayRef<lexon::MemoryObject> objects, ArrayRef<std::string> inputs) {
  Symbols symbols;
  for (const lexon::MemoryObject &object : objects)
    if (Error error =
            addSymbols(MemoryBufferRef(StringRef(object.data.data(), object.data.size()), object.name), symbols))
      return createStringError("'" + object.name + "': " + toString(std::move(error)));
  for (StringRef input : inputs) {
    if (input.starts_with("-l"))
      continue;
    auto buffer = MemoryBuffer::getFile(input, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return createStringError("cannot open '" + input + "': " + buffer.getError().message());
    if (Error error = addSymbols((*buffer)->getMemBufferRef(), symbols))
      return createStringError("cannot link '" + input + "': " + toString(std::move(error)));
  }
  return symbols;
}

/// `name` beside LLVM's own tools, else on the search path.
std::string findProgram(StringRef name) {
  if (auto program = sys::findProgramByName(name, {LEXON_LLVM_TOOLS_DIR}))
    return *program;
  auto program = sys::findProgramByName(name);
  return program ? *program : "";
}

Expected<std::vector<std::string>> startCommand(const lexon::LinkOptions &options) {
  std::vector<std::string> command;
  for (StringRef name : {"clang-22", "clang", "cc"}) {
    std::string program = findProgram(name);
    if (program.empty())
      continue;
    command.push_back(program);
    if (name != "cc" && !options.triple.empty())
      command.push_back("--target=" + options.triple);
    break;
  }
  if (command.empty())
    return createStringError("linking needs a C compiler: install clang-22");
  if (!findProgram("ld.lld").empty())
    command.push_back("-fuse-ld=lld");
  if (options.shared)
    // Two models in one process may use the same names: each library binds to its own.
    append_range(command, ArrayRef<StringRef>{"-shared", "-Wl,-z,defs", "-Wl,-Bsymbolic"});
  else
    command.push_back("-rdynamic");
  return command;
}

/// Libraries that compiled code calls by itself.
Error addLibraries(const Symbols &symbols, std::vector<std::string> &command) {
  if (symbols.needs("__kmpc_") || symbols.needs("omp_") || symbols.needs("kmp_")) {
    SmallString<128> library(LEXON_LLVM_LIBRARY_DIR);
    sys::path::append(library, "libomp.so");
    if (!sys::fs::exists(library))
      return createStringError("the OpenMP runtime '" + library + "' is missing: install libomp-22-dev");
    command.push_back(library.str().str());
    command.push_back("-Wl,-rpath," LEXON_LLVM_LIBRARY_DIR ":$ORIGIN");
  }
  command.push_back("-Wl,--as-needed");
  if (symbols.needs("cblas_") || symbols.needs("openblas_"))
    command.push_back("-lopenblas");
  if (symbols.needs("_ZGV"))
    command.push_back("-lmvec");
  command.push_back("-lm");
  return Error::success();
}

/// What the linker said, in the user's terms: undefined symbols by name, everything else as it is.
Error explain(StringRef output) {
  // lld says the first, GNU ld the second.
  for (StringRef missing : {"unable to find library -lopenblas", "cannot find -lopenblas"})
    if (output.contains(missing))
      return createStringError("OpenBLAS is missing: install libopenblas-dev, or compile with matmul=vector");
  std::vector<std::string> messages;
  SmallVector<StringRef> lines;
  output.split(lines, '\n');
  for (StringRef line : lines)
    for (StringRef marker : {"undefined symbol: ", "undefined reference to `", "undefined hidden symbol: "}) {
      size_t at = line.find(marker);
      if (at == StringRef::npos)
        continue;
      StringRef name = line.substr(at + marker.size()).take_until([](char c) { return c == '\'' || c == '\r'; });
      std::string message = ("'" + name + "' is called but defined in no input").str();
      if (!is_contained(messages, message))
        messages.push_back(message);
    }
  if (messages.empty())
    return createStringError("linking failed:\n" + output.rtrim());
  return createStringError(join(messages, "\n"));
}

// The linker's process group while it runs, for the signal handler, which has no other way to know it.
std::atomic<pid_t> linkerGroup = 0;
std::atomic<bool> interrupted = false;

/// Runs a program and waits. An interrupt ends it with all it started: left alone it would finish, and write its output
/// after ours has been removed. Returns its exit code; `message` says why it could not run.
int runInterruptibly(StringRef program, ArrayRef<StringRef> arguments, ArrayRef<std::optional<StringRef>> redirects,
                     std::string &message) {
  bool failed = false;
  sys::ProcessInfo process = sys::ExecuteNoWait(program, arguments, std::nullopt, redirects, /*MemoryLimit=*/0,
                                                &message, &failed, /*AffinityMask=*/nullptr, /*DetachProcess=*/true);
  if (failed)
    return -1;
  linkerGroup = process.Pid;
  sys::SetInterruptFunction([] {
    interrupted = true;
    kill(-linkerGroup, SIGTERM);
  });
  process = sys::Wait(process, /*SecondsToWait=*/std::nullopt, &message);
  sys::SetInterruptFunction(nullptr);
  return process.ReturnCode;
}

Error runLinker(ArrayRef<std::string> command, ArrayRef<std::pair<std::string, std::string>> names) {
  Expected<ScratchFile> log = ScratchFile::create("log");
  if (!log)
    return log.takeError();
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::string message;
  std::optional<StringRef> redirects[] = {StringRef(), log->getPath(), log->getPath()};
  int status = runInterruptibly(command.front(), arguments, redirects, message);
  if (status == 0)
    return Error::success();
  if (interrupted)
    return createStringError("interrupted");
  if (!message.empty())
    return createStringError("cannot run '" + command.front() + "': " + message);
  auto output = MemoryBuffer::getFile(log->getPath());
  std::string text = output ? (*output)->getBuffer().str() : "";
  // The user knows the module, not the temporary object made from it.
  for (const auto &[temporary, name] : names)
    for (size_t at; (at = text.find(temporary)) != std::string::npos;)
      text.replace(at, temporary.size(), name);
  return explain(text);
}
} // namespace

Error lexon::link(ArrayRef<MemoryObject> objects, const LinkOptions &options, StringRef path) {
  Expected<Symbols> symbols = collectSymbols(objects, options.inputs);
  if (!symbols)
    return symbols.takeError();
  if (!options.shared && !symbols->defined.contains("main"))
    return createStringError("an executable needs 'main', which no input defines; use --emit=so for a library");
  Expected<std::vector<std::string>> command = startCommand(options);
  if (!command)
    return command.takeError();

  std::vector<ScratchFile> files;
  std::vector<std::pair<std::string, std::string>> names;
  auto add = [&](ArrayRef<char> data, const std::string &name) -> Error {
    Expected<ScratchFile> file = ScratchFile::create("o");
    if (!file)
      return file.takeError();
    if (Error error = file->write(data))
      return error;
    names.emplace_back(file->getPath(), name);
    command->push_back(file->getPath().str());
    files.push_back(std::move(*file));
    return Error::success();
  };
  // A library is loaded by a program that must live on: whoever loads it looks at the note. The check comes first, so
  // that equal programs are equal bytes, from modules or from objects.
  if (!options.shared) {
    Expected<SmallVector<char, 0>> check = makeStartCheck(symbols->notes, options.triple);
    if (!check)
      return check.takeError();
    if (!check->empty())
      if (Error error = add(*check, "the check of the CPU"))
        return error;
  }
  for (const MemoryObject &object : objects)
    if (Error error = add(object.data, object.name))
      return error;
  append_range(*command, options.inputs);
  if (Error error = addLibraries(*symbols, *command))
    return error;
  for (StringRef rpath : options.rpaths)
    command->push_back(("-Wl,-rpath," + rpath).str());
  append_range(*command, ArrayRef<StringRef>{"-o", path});
  return runLinker(*command, names);
}
