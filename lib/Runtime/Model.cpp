//===- Model.cpp - a loaded model and its functions -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "Failure.h"
#include "lexon/Target/Info/CpuInfo.h"

using namespace lexon::rt;

namespace {
/// Takes the weights argument off the signature, after checking that these weights are the function's.
void bindWeights(lexon_function &function, const Weights &weights, const std::string &library) {
  std::vector<Parameter> &arguments = function.signature.arguments;
  const Manifest &manifest = weights.manifest();
  auto refuse = [&](const auto &...parts) {
    fail(LEXON_WRONG_WEIGHTS, manifest.data, ": weights of another model: '", function.name, "' in ", library, " ",
         parts...);
  };
  if (arguments.empty())
    refuse("takes no weights");
  const Parameter &first = arguments.front();
  if (first.kind != LEXON_MEMREF || first.dtype != LEXON_I8 || first.shape.size() != 1 || first.mutated)
    refuse("takes no weights: its first argument is ", describe(first.shape.data(), first.shape.size(), first.dtype));
  if (first.shape[0] != manifest.bytes)
    refuse("wants ", first.shape[0], " bytes of weights, these are ", manifest.bytes);
  arguments.erase(arguments.begin());
  function.weights = &weights;
}
} // namespace

lexon_model::lexon_model(const char *libraryPath, const char *weightsPath, const LoadOptions &options)
    : library(libraryPath),
      weights(weightsPath ? std::make_unique<const lexon_weights>(weightsPath, options) : nullptr) {
  lexon::target::enableAmx(); // compiled code may use tiles; without permission its first one would be a signal
}

void lexon_model::failMissing(const std::string &name) const {
  const std::vector<std::string> &known = library.functions();
  constexpr size_t kMost = 10;
  std::string list;
  for (size_t i = 0; i < known.size() && i < kMost; ++i)
    list += (i ? ", '" : "'") + known[i] + "'";
  if (known.size() > kMost)
    list += " and " + std::to_string(known.size() - kMost) + " more";
  fail(LEXON_NOT_FOUND, library.name(), ": exports no function '", name, "'; ",
       known.empty() ? "it has no lexon_signature_* at all: is it a compiled model?" : "it has " + list);
}

std::unique_ptr<const lexon_function> lexon_model::load(const std::string &name) const {
  const auto *text = static_cast<const char *>(library.symbol("lexon_signature_" + name));
  if (!text)
    failMissing(name);
  auto function = std::make_unique<lexon_function>();
  function->name = name;
  function->signatureText = text;
  function->signature = parseSignature(text, name, library.name());
  function->invoke = reinterpret_cast<lexon_function::Invoke>(library.symbol("lexon_invoke_" + name));
  if (!function->invoke)
    fail(LEXON_BAD_LIBRARY, library.name(), ": has a signature of '", name, "' but no lexon_invoke_", name);
  function->failureCount = static_cast<const uint64_t *>(library.symbol("lexon_failure_count"));
  function->failureMessage = static_cast<const char *const *>(library.symbol("lexon_failure_message"));
  if (weights)
    bindWeights(*function, *weights, library.name());
  return function;
}

const lexon_function &lexon_model::function(const std::string &name) {
  const std::lock_guard<std::mutex> lock(mutex);
  auto &slot = functions[name];
  try {
    if (!slot)
      slot = load(name);
  } catch (...) {
    functions.erase(name);
    throw;
  }
  return *slot;
}
