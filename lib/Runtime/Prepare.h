//===- Prepare.h - weights in the order compiled code wants -----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A function may want its weights in another order than their file has (docs/formats.md, "Prepared weights"). The
// module brings the native code that makes it; here it is run once, into memory of its own.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_PREPARE_H
#define LEXON_LIB_RUNTIME_PREPARE_H

#include "HugeBuffer.h"
#include "Library.h"
#include "Signature.h"
#include "Weights.h"

#include <memory>

namespace lexon::rt {

/// What a caller of a module's code needs, without its signature.
struct Code {
  using Invoke = void (*)(void **);
  Invoke invoke = nullptr; ///< lexon_invoke_f
  /// Failed checks so far, of all calls of the module, and what the last one said; null if the module has no checks.
  const uint64_t *failureCount = nullptr;
  const char *const *failureMessage = nullptr;

  /// Throws a Failure if the module has no such entry.
  Code(const Library &library, const std::string &function);
  Code() = default;
  /// Calls, and throws a Failure (LEXON_CHECK_FAILED) that names `function` if a check inside failed. Of two calls at
  /// once in one module, where one fails, both may say so.
  void operator()(void **arguments, const std::string &function) const;
};

/// Runs `signature.prepare` of `library` on all bytes of `raw`. The raw file's pages do not stay in memory, neither
/// during the work nor after it. Throws a Failure if there is no such entry, it does not fit, or memory runs out.
std::unique_ptr<const HugeBuffer> prepareWeights(const Library &library, const Signature &signature,
                                                 const Weights &raw);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_PREPARE_H
