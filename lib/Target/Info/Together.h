//===- Together.h - time threads that start and end together ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What FmaPeak and ReadBandwidth have in common: several threads repeat a piece of work at the same time, and the
// shortest repetition counts, because interference only ever makes one longer.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_INFO_TOGETHER_H
#define LEXON_LIB_TARGET_INFO_TOGETHER_H

#include <functional>

namespace lexon::target::detail {

/// Runs `work(thread)` on `threads` threads (this one is number 0), `repetitions` times, all starting each repetition
/// at once. Returns the seconds of the shortest one, until the last thread ended; infinity if the system refuses a
/// thread.
double shortestTogether(unsigned threads, int repetitions, const std::function<void(unsigned thread)> &work);

} // namespace lexon::target::detail

#endif // LEXON_LIB_TARGET_INFO_TOGETHER_H
