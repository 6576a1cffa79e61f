//===- Output.cpp - output files that are whole or absent -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Object/Output.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace {
Error outputError(StringRef path, std::error_code code) {
  return createStringError("cannot write '" + path + "': " + code.message());
}

/// True for what cannot be replaced by renaming: standard output, pipes, devices.
bool isStream(StringRef path) {
  sys::fs::file_status status;
  if (path == "-")
    return true;
  return !sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status) &&
         !sys::fs::is_directory(status);
}

Error writeStream(StringRef path, StringRef data) {
  std::error_code code;
  raw_fd_ostream os(path, code);
  if (!code) {
    os << data;
    os.flush();
    code = os.error();
    // Otherwise the destructor reports it again, and ends the process.
    os.clear_error();
  }
  return code ? outputError(path == "-" ? "standard output" : path, code) : Error::success();
}

/// The file a symbolic link stands for, so that the link survives.
std::string followLinks(StringRef path) {
  SmallString<128> target;
  if (sys::fs::is_symlink_file(path) && !sys::fs::real_path(path, target))
    return std::string(target);
  return path.str();
}

/// Fills a new file beside `path` and gives it the place of `path`.
Error replaceFile(StringRef path, function_ref<Error(sys::fs::TempFile &)> fill) {
  if (sys::fs::is_directory(path))
    return outputError(path, std::make_error_code(std::errc::is_a_directory));
  std::string target = followLinks(path);
  Expected<sys::fs::TempFile> temporary = sys::fs::TempFile::create(target + ".tmp-%%%%%%%%");
  if (!temporary)
    return outputError(path, errorToErrorCode(temporary.takeError()));
  if (Error error = fill(*temporary))
    return joinErrors(std::move(error), temporary->discard());
  if (Error error = temporary->keep(target))
    return outputError(path, errorToErrorCode(std::move(error)));
  return Error::success();
}
} // namespace

Error lexon::writeOutput(StringRef path, StringRef data) {
  if (isStream(path))
    return writeStream(path, data);
  return replaceFile(path, [&](sys::fs::TempFile &file) -> Error {
    raw_fd_ostream os(file.FD, /*shouldClose=*/false);
    os << data;
    os.flush();
    std::error_code code = os.error();
    os.clear_error();
    return code ? outputError(path, code) : Error::success();
  });
}

Error lexon::writeOutputWith(StringRef path, function_ref<Error(StringRef)> produce) {
  if (!isStream(path))
    return replaceFile(path, [&](sys::fs::TempFile &file) { return produce(file.TmpName); });
  SmallString<128> model;
  sys::path::system_temp_directory(/*ErasedOnReboot=*/true, model);
  sys::path::append(model, "lexon-%%%%%%%%");
  Expected<sys::fs::TempFile> temporary = sys::fs::TempFile::create(model);
  if (!temporary)
    return outputError(model, errorToErrorCode(temporary.takeError()));
  Error error = produce(temporary->TmpName);
  if (!error) {
    auto buffer = MemoryBuffer::getFile(temporary->TmpName);
    error = buffer ? writeStream(path, (*buffer)->getBuffer()) : outputError(path, buffer.getError());
  }
  return joinErrors(std::move(error), temporary->discard());
}
