//===- Suggest.h - "did you mean" --------------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_SUPPORT_SUGGEST_H
#define LEXON_SUPPORT_SUGGEST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace lexon {

/// "; did you mean 'NAME'?" for the known name nearest to `given`, or an empty text if none is near.
inline std::string suggest(llvm::StringRef given, llvm::ArrayRef<llvm::StringRef> known) {
  unsigned best = std::max<unsigned>(2, given.size() / 2) + 1;
  llvm::StringRef nearest;
  for (llvm::StringRef name : known) {
    unsigned distance = given.edit_distance(name, /*AllowReplacements=*/true, best);
    if (distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest.empty() ? std::string() : "; did you mean '" + nearest.str() + "'?";
}

} // namespace lexon

#endif // LEXON_SUPPORT_SUGGEST_H
