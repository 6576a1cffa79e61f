//===- Model.cpp - a loaded model and its functions -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "Failure.h"

#include <algorithm>
#include <dlfcn.h>
#include <sstream>

using namespace lexon::rt;

namespace {
/// The progress is told to whoever opens the model, and to nobody after that.
LoadOptions withoutProgress(LoadOptions options) {
  options.progress = nullptr;
  options.progressUser = nullptr;
  return options;
}

/// The names of the functions whose layouts `text` refers to, as "@NAME[".
std::vector<std::string> referredFunctions(const std::string &text) {
  std::vector<std::string> names;
  for (size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    const size_t end = text.find('[', at);
    const std::string name = end == std::string::npos ? "" : text.substr(at + 1, end - at - 1);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  return names;
}

/// Whether a layout that pack-weights wrote says of each constant that it is raw, or another function's.
bool isOwnRaw(const std::string &text) {
  std::istringstream words(text);
  std::string word;
  if (!(words >> word) || word != "lexon-1;")
    return false;
  while (words >> word) {
    word.erase(0, word.find_first_not_of("0123456789:")); // the place in a buffer
    if (word.compare(0, 1, "@") != 0 && word != "raw" && word != "raw;")
      return false;
  }
  return true;
}

/// A caller brings a weak prepare for callees that have none. The linker drops it for a callee's own, the loader does
/// not: found in another file than the callee's signature, it would hand on constants as they are.
void checkLinkedTogether(const Library &library, const char *signature, const std::string &prepare) {
  Dl_info described = {}, found = {};
  void *symbol = library.symbol(prepare);
  if (symbol && dladdr(signature, &described) != 0 && dladdr(symbol, &found) != 0 &&
      described.dli_fbase != found.dli_fbase)
    fail(LEXON_BAD_LIBRARY, library.name(), ": brings a '", prepare, "' that stands in the way of the one in ",
         described.dli_fname, ": link both into one file, or compile with weights=raw");
}

/// A module compiled apart decides about its constants itself; whoever passes them on says so by its name only. Here
/// all modules are together, and the text comes to stand for the bytes. Empty if all constants are read as imported.
std::string completeLayout(const Library &library, const std::string &text) {
  std::string complete = text;
  bool isRaw = isOwnRaw(text);
  std::vector<std::string> names = referredFunctions(text);
  for (size_t i = 0; i < names.size(); ++i) {
    const auto *signature = static_cast<const char *>(library.symbol("lexon_signature_" + names[i]));
    const Signature callee = signature ? parseSignature(signature, names[i], library.name()) : Signature();
    const std::string &layout = callee.preparedLayout;
    if (!callee.prepare.empty())
      checkLinkedTogether(library, signature, callee.prepare);
    complete += "; @" + names[i] + ": " + (layout.empty() ? "raw" : layout);
    isRaw &= layout.empty() || isOwnRaw(layout);
    for (const std::string &name : referredFunctions(layout))
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  }
  return isRaw ? "" : complete;
}

/// The index of the only constant argument is 0: it is the buffer of weights.
bool onlyFirstIsConstant(const Signature &signature) {
  bool only = !signature.arguments.empty();
  for (size_t i = 0; i < signature.arguments.size(); ++i)
    only &= signature.arguments[i].constant == (i == 0);
  return only;
}

template <typename... Parts>
[[noreturn]] void refuseWeights(const Manifest &manifest, const std::string &function, const std::string &library,
                                const Parts &...parts) {
  fail(LEXON_WRONG_WEIGHTS, manifest.data, ": weights of another model: '", function, "' in ", library, " ", parts...);
}
} // namespace

lexon_model::lexon_model(const char *libraryPath, const char *weightsPath, const LoadOptions &options)
    : library(libraryPath),
      weights(weightsPath ? std::make_unique<const lexon_weights>(weightsPath, options) : nullptr),
      options(withoutProgress(options)) {}

/// Takes the weights argument off the signature, after checking that these weights are the function's.
void lexon_model::bindWeights(lexon_function &function) {
  const Manifest &manifest = weights->manifest();
  Signature &signature = function.signature;
  auto refuse = [&](const auto &...parts) { refuseWeights(manifest, function.name, library.name(), parts...); };
  if (signature.arguments.empty())
    refuse("takes no weights");
  const Parameter &first = signature.arguments.front();
  if (first.kind != LEXON_MEMREF || first.dtype != LEXON_I8 || first.shape.size() != 1 || first.mutated)
    refuse("takes no weights: its first argument is ", describe(first.shape.data(), first.shape.size(), first.dtype));
  if (first.shape[0] != manifest.bytes)
    refuse("wants ", first.shape[0], " bytes of weights, these are ", manifest.bytes);
  function.weights = signature.prepare.empty() ? nullptr : prepared(signature);
  if (!function.weights) {
    if (manifest.prepared)
      fail(LEXON_WRONG_WEIGHTS, manifest.data, ": these weights are prepared (", manifest.prepared->layout, "), but '",
           function.name, "' in ", library.name(), " takes weights as they were imported",
           manifest.prepared->raw.empty() ? "" : ": " + manifest.prepared->raw);
    function.weights = weights->data();
  }
  function.weightsBytes = manifest.bytes;
  signature.arguments.erase(signature.arguments.begin());
}

/// The weights in the order that `signature` wants, made on first use.
const char *lexon_model::prepared(const Signature &signature) {
  const Manifest &manifest = weights->manifest();
  if (!onlyFirstIsConstant(signature))
    fail(LEXON_UNSUPPORTED, library.name(), ": '", signature.function,
         "' wants other constants prepared than a "
         "buffer of weights; call '",
         signature.prepare, "' on them, and open the model without weights");
  // From the file itself, shared with other processes: a copy on large pages of this process' own was no faster.
  // Measured on the block with 187 MB of weights (two threads, AMD EPYC family 26, Linux 6.18, ext4), mapped and
  // copied, minimum and median: 1 token 3.59 and 4.04 ms, 3.59 and 3.93 ms; 40 tokens 15.5 and 16.1, 16.0 and 16.7 ms.
  if (manifest.prepared && manifest.prepared->layout == signature.preparedLayout)
    return weights->data();
  auto &buffer = buffers[signature.preparedLayout];
  if (buffer)
    return buffer->data();
  if (!manifest.prepared) {
    buffer = prepareWeights(library, signature, *weights);
  } else if (!manifest.prepared->raw.empty()) {
    const Weights raw(manifest.prepared->raw, options);
    if (raw.manifest().prepared || raw.manifest().bytes != manifest.bytes)
      fail(LEXON_WRONG_WEIGHTS, raw.manifest().data, ": are not the weights that ", manifest.data, " was made of");
    buffer = prepareWeights(library, signature, raw);
  } else {
    fail(LEXON_WRONG_WEIGHTS, manifest.data, ": prepared for another kind of CPU, or by another version: they are ",
         manifest.prepared->layout, " (for ", manifest.prepared->cpu, "), '", signature.function, "' in ",
         library.name(), " wants ", signature.preparedLayout,
         "; give the weights as they were imported, or compile and save the model again");
  }
  return buffer->data();
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

std::unique_ptr<const lexon_function> lexon_model::load(const std::string &name) {
  const auto *text = static_cast<const char *>(library.symbol("lexon_signature_" + name));
  if (!text)
    failMissing(name);
  auto function = std::make_unique<lexon_function>();
  function->name = name;
  function->signatureText = text;
  function->signature = parseSignature(text, name, library.name());
  function->signature.preparedLayout = completeLayout(library, function->signature.preparedLayout);
  if (function->signature.preparedLayout.empty())
    function->signature.prepare.clear();
  function->code = Code(library, name);
  if (weights)
    bindWeights(*function);
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
