//===- Prepare.cpp - weights in the order compiled code wants -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Prepare.h"

#include "Failure.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace lexon::rt;

namespace {
/// Gives back the pages of a mapped file again and again while somebody reads it, so that the file and what is made of
/// it are never in memory together. A page that is read after that comes back from the page cache, sixteen with one
/// fault; code that packs rows into panels reads each once.
class PageDropper {
public:
  explicit PageDropper(const Weights &weights) : weights(weights) {
    try {
      thread = std::thread([this] { work(); });
    } catch (const std::system_error &) {
      // No thread to be had: more memory for a moment.
    }
  }
  ~PageDropper() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      stop = true;
    }
    wake.notify_one();
    if (thread.joinable())
      thread.join();
    weights.dropPages();
  }

private:
  void work() {
    using Clock = std::chrono::steady_clock;
    constexpr Clock::duration kShortest = std::chrono::microseconds(500);
    Clock::duration pause = kShortest;
    std::unique_lock<std::mutex> lock(mutex);
    while (!wake.wait_for(lock, pause, [this] { return stop; })) {
      const auto start = Clock::now();
      weights.dropPages();
      // Code that jumps about in the whole file gets all of it back each time: leave it in peace for longer.
      pause = std::max(kShortest, 4 * (Clock::now() - start));
    }
  }

  const Weights &weights;
  std::mutex mutex;
  std::condition_variable wake;
  bool stop = false;
  std::thread thread;
};

/// A descriptor of bytes, as compiled code takes it: behind a pointer to a pointer.
struct Bytes {
  Bytes(const char *data, int64_t bytes)
      : words{int64_t(reinterpret_cast<uintptr_t>(data)), int64_t(reinterpret_cast<uintptr_t>(data)), 0, bytes, 1} {}
  int64_t words[5];
  void *address = words;
};

/// Whether `signature` is of a function that takes and gives what `constants` says, results in the caller's buffers.
bool prepares(const Signature &signature, const std::vector<Parameter> &constants) {
  auto same = [](const Parameter &a, const Parameter &b) {
    return a.kind == b.kind && a.dtype == b.dtype && a.shape == b.shape;
  };
  const auto &in = signature.arguments, &out = signature.results;
  return std::equal(in.begin(), in.end(), constants.begin(), constants.end(), same) &&
         std::equal(out.begin(), out.end(), constants.begin(), constants.end(), same) &&
         std::all_of(out.begin(), out.end(), [](const Parameter &result) { return result.passing == LEXON_OUT; });
}

void checkPrepare(const Library &library, const Signature &signature) {
  const auto *text = static_cast<const char *>(library.symbol("lexon_signature_" + signature.prepare));
  if (!text)
    fail(LEXON_BAD_LIBRARY, library.name(), ": '", signature.function, "' wants its weights prepared by '",
         signature.prepare, "', which is not there");
  std::vector<Parameter> constants;
  for (const Parameter &argument : signature.arguments)
    if (argument.constant)
      constants.push_back(argument);
  if (!prepares(parseSignature(text, signature.prepare, library.name()), constants))
    fail(LEXON_BAD_LIBRARY, library.name(), ": '", signature.prepare, "' does not take and give the constants of '",
         signature.function, "', which it is to prepare");
}
} // namespace

Code::Code(const Library &library, const std::string &function)
    : invoke(reinterpret_cast<Invoke>(library.symbol("lexon_invoke_" + function))),
      failureCount(static_cast<const uint64_t *>(library.symbol("lexon_failure_count"))),
      failureMessage(static_cast<const char *const *>(library.symbol("lexon_failure_message"))) {
  if (!invoke)
    fail(LEXON_BAD_LIBRARY, library.name(), ": has a signature of '", function, "' but no lexon_invoke_", function);
}

void Code::operator()(void **arguments, const std::string &function) const {
  const auto failures = [&] { return failureCount ? __atomic_load_n(failureCount, __ATOMIC_ACQUIRE) : 0; };
  const uint64_t before = failures();
  invoke(arguments);
  if (failures() == before)
    return;
  const char *message = failureMessage ? __atomic_load_n(failureMessage, __ATOMIC_ACQUIRE) : nullptr;
  fail(LEXON_CHECK_FAILED, function, ": ", message ? message : "a check failed");
}

std::unique_ptr<const HugeBuffer> lexon::rt::prepareWeights(const Library &library, const Signature &signature,
                                                            const Weights &raw) {
  checkPrepare(library, signature);
  const Code prepare(library, signature.prepare);
  const int64_t bytes = raw.manifest().bytes;
  auto buffer = std::make_unique<HugeBuffer>(bytes, raw.manifest().data + ": preparing the weights");
  raw.dropPages(); // checking the file has read all of it
  const PageDropper dropper(raw);
  Bytes from(raw.data(), bytes), to(buffer->data(), bytes);
  void *arguments[] = {&from.address, &to.address};
  prepare(arguments, signature.prepare);
  buffer->seal();
  return buffer;
}
