//===- Together.cpp - time threads that start and end together ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Together.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <thread>

namespace {
/// A barrier that spins, then yields: a sleeping one would blur repetitions of a few milliseconds.
class SpinBarrier {
public:
  explicit SpinBarrier(unsigned count) : count(count) {}
  void wait() {
    const unsigned round = rounds.load();
    if (arrived.fetch_add(1) + 1 == count) {
      arrived.store(0);
      rounds.fetch_add(1);
      return;
    }
    for (unsigned spins = 0; rounds.load() == round; ++spins)
      if (spins > 1000)
        std::this_thread::yield();
  }

private:
  const unsigned count;
  std::atomic<unsigned> arrived{0}, rounds{0};
};
} // namespace

std::vector<double> lexon::target::detail::timeTogether(unsigned threads, int repetitions, const PieceOfWork &work,
                                                        const PieceOfWork &prepare) {
  enum Order { Wait, Go, GiveUp };
  using Clock = std::chrono::steady_clock;
  std::atomic<Order> order{Wait};
  SpinBarrier barrier(threads);
  std::vector<double> times;
  auto repeat = [&](unsigned thread) {
    for (int i = 0; i < repetitions; ++i) {
      if (prepare)
        prepare(thread, i);
      barrier.wait();
      const auto start = Clock::now();
      work(thread, i);
      barrier.wait(); // the slowest thread ends the repetition
      if (thread == 0)
        times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
  };
  auto help = [&](unsigned thread) {
    while (order.load() == Wait)
      std::this_thread::yield();
    if (order.load() == Go)
      repeat(thread);
  };
  std::vector<std::thread> helpers;
  try {
    times.reserve(repetitions);
    helpers.reserve(threads);
    for (unsigned i = 1; i < threads; ++i)
      helpers.emplace_back(help, i);
    order.store(Go);
    repeat(0);
  } catch (const std::exception &) { // out of threads or memory: those that started must not wait for the others
    order.store(GiveUp);
  }
  for (std::thread &helper : helpers)
    helper.join();
  return times;
}
