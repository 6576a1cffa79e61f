//===- Model.h - a loaded model and its functions ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_MODEL_H
#define LEXON_LIB_RUNTIME_MODEL_H

#include "Prepare.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

/// What a caller needs to call one function. Never changes after it was made, so calls need no lock.
struct lexon_function {
  std::string name;
  std::string signatureText;
  lexon::rt::Signature signature; ///< without the weights argument
  lexon::rt::Code code;
  /// Passed first, if not null: `weightsBytes` bytes, in the order that the function wants.
  const char *weights = nullptr;
  int64_t weightsBytes = 0;
};

struct lexon_model {
  lexon_model(const char *library, const char *weights, const lexon::rt::LoadOptions &options);

  /// Looks the entry up on first use. Thread-safe.
  const lexon_function &function(const std::string &name);

  // Small before large: a wrong library is told before 187 MB of weights are checked.
  const lexon::rt::Library library;
  const std::unique_ptr<const lexon_weights> weights;

private:
  std::unique_ptr<const lexon_function> load(const std::string &name);
  void bindWeights(lexon_function &function);
  const char *prepared(const lexon::rt::Signature &signature);
  [[noreturn]] void failMissing(const std::string &name) const;

  const lexon::rt::LoadOptions options; ///< for what is loaded later; without the progress callback

  std::mutex mutex;
  std::map<std::string, std::unique_ptr<const lexon_function>> functions;
  /// By layout: functions that want the same order share one buffer.
  std::map<std::string, std::unique_ptr<const lexon::rt::HugeBuffer>> buffers;
};

#endif // LEXON_LIB_RUNTIME_MODEL_H
