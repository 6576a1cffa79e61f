//===- Failure.cpp - how errors travel inside the runtime -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"

#include <cstring>

using namespace lexon::rt;

namespace {
// A plain array: keeping a message must not need memory, since running out of it is one of the messages.
thread_local char gMessage[4096];
} // namespace

lexon_status lexon::rt::report(lexon_status status, const char *message) noexcept {
  const size_t length = strnlen(message, sizeof gMessage - 1);
  std::memcpy(gMessage, message, length);
  gMessage[length] = 0;
  if (length == sizeof gMessage - 1)
    std::memcpy(gMessage + length - 3, "...", 3);
  return status;
}

const char *lexon::rt::lastMessage() noexcept { return gMessage; }
