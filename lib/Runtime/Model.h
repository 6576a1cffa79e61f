//===- Model.h - a loaded model and its functions ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_MODEL_H
#define LEXON_LIB_RUNTIME_MODEL_H

#include "Library.h"
#include "Signature.h"
#include "Weights.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

/// What a caller needs to call one function. Never changes after it was made, so calls need no lock.
struct lexon_function {
  using Invoke = void (*)(void **);

  std::string name;
  std::string signatureText;
  lexon::rt::Signature signature; ///< without the weights argument
  Invoke invoke = nullptr;
  /// Failed checks so far, of all calls of the module, and what the last one said; null if the module has no checks.
  const uint64_t *failureCount = nullptr;
  const char *const *failureMessage = nullptr;
  const lexon::rt::Weights *weights = nullptr; ///< passed first, if not null
};

struct lexon_model {
  lexon_model(const char *library, const char *weights, const lexon::rt::LoadOptions &options);

  /// Looks the entry up on first use. Thread-safe.
  const lexon_function &function(const std::string &name);

  // Small before large: a wrong library is told before 187 MB of weights are checked.
  const lexon::rt::Library library;
  const std::unique_ptr<const lexon_weights> weights;

private:
  std::unique_ptr<const lexon_function> load(const std::string &name) const;
  [[noreturn]] void failMissing(const std::string &name) const;

  std::mutex mutex;
  std::map<std::string, std::unique_ptr<const lexon_function>> functions;
};

#endif // LEXON_LIB_RUNTIME_MODEL_H
