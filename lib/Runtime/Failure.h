//===- Failure.h - how errors travel inside the runtime ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Inside, an error is an exception; at the C ABI `guarded` turns every exception, the standard library's own too, into
// a status and this thread's message.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_FAILURE_H
#define LEXON_LIB_RUNTIME_FAILURE_H

#include "lexon/Runtime/lexon.h"

#include <exception>
#include <new>
#include <sstream>
#include <string>
#include <system_error>

namespace lexon::rt {

class Failure : public std::exception {
public:
  Failure(lexon_status status, std::string message) : status(status), message(std::move(message)) {}
  const char *what() const noexcept override { return message.c_str(); }
  const lexon_status status;

private:
  const std::string message;
};

/// Throws a Failure whose message is all parts in a row.
template <typename... Parts> [[noreturn]] void fail(lexon_status status, const Parts &...parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw Failure(status, text.str());
}

/// Keeps the message for lexon_last_error, without allocating, and returns the status.
lexon_status report(lexon_status status, const char *message) noexcept;
const char *lastMessage() noexcept;

/// Runs `work` and turns whatever it throws into a status.
template <typename Work> lexon_status guarded(Work &&work) noexcept {
  try {
    work();
    return LEXON_OK;
  } catch (const Failure &failure) {
    return report(failure.status, failure.what());
  } catch (const std::bad_alloc &) {
    return report(LEXON_OUT_OF_MEMORY, "out of memory");
  } catch (const std::system_error &error) { // what std::thread throws
    return report(LEXON_OUT_OF_MEMORY, error.what());
  } catch (const std::exception &error) {
    return report(LEXON_INTERNAL, error.what());
  } catch (...) {
    return report(LEXON_INTERNAL, "unknown exception");
  }
}

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_FAILURE_H
