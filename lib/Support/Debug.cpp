//===- Debug.cpp - debug output that works in a release build -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Support/Debug.h"

#include "llvm/ADT/StringSet.h"

namespace {
struct DebugTypes {
  bool all = false;
  llvm::StringSet<> names;
};
DebugTypes &debugTypes() {
  static DebugTypes types;
  return types;
}
} // namespace

void lexon::setDebugTypes(llvm::StringRef commaSeparated) {
  llvm::SmallVector<llvm::StringRef> names;
  commaSeparated.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    debugTypes().all |= name == "all";
    debugTypes().names.insert(name);
  }
}

bool lexon::isDebugTypeEnabled(const char *type) { return debugTypes().all || debugTypes().names.contains(type); }
