//===- Linker.h - objects to shared libraries and executables ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_OBJECT_LINKER_H
#define LEXON_TARGET_OBJECT_LINKER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace lexon {

struct LinkOptions {
  bool shared = true;
  std::string triple;              ///< of the objects
  std::vector<std::string> inputs; ///< object files, archives, shared libraries, and `-lNAME`
  std::vector<std::string> rpaths; ///< searched at run time, besides the folder of the result
};

/// An object that exists in memory only, and the name of what it was compiled from.
struct MemoryObject {
  std::string name;
  llvm::SmallVector<char, 0> data;
};

/// Links `objects` and `options.inputs` into `path`, which must not be a stream (see writeOutputWith). A function that
/// is called but defined nowhere is an error that names it. libomp and the mathematical libraries are linked if they
/// are used.
llvm::Error link(llvm::ArrayRef<MemoryObject> objects, const LinkOptions &options, llvm::StringRef path);

} // namespace lexon

#endif // LEXON_TARGET_OBJECT_LINKER_H
