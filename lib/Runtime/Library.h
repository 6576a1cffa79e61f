//===- Library.h - a loaded module and its exported functions ---*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_LIBRARY_H
#define LEXON_LIB_RUNTIME_LIBRARY_H

#include <string>
#include <vector>

namespace lexon::rt {

/// A shared library (or the running program, if the path is null), open until this object ends.
class Library {
public:
  explicit Library(const char *path);
  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  /// Address of an exported symbol, or null.
  void *symbol(const std::string &name) const;
  /// The path, or "this program".
  const std::string &name() const { return displayName; }
  /// The CPUs it was compiled for, as LLVM names them, separated by commas; empty if it does not say.
  const std::string &cpu() const { return target; }
  /// Names of the functions that have an exported signature, sorted.
  const std::vector<std::string> &functions() const { return exported; }

private:
  void *handle = nullptr;
  std::string displayName, target;
  std::vector<std::string> exported;
};

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_LIBRARY_H
