//===- Together.h - time threads that start and end together ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What FmaPeak and ReadBandwidth have in common: several threads repeat a piece of work at the same time.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TARGET_INFO_TOGETHER_H
#define LEXON_LIB_TARGET_INFO_TOGETHER_H

#include <functional>
#include <vector>

namespace lexon::target::detail {

using PieceOfWork = std::function<void(unsigned thread, int repetition)>;

/// Runs `work` on `threads` threads (this one is number 0), `repetitions` times. Each repetition starts on all of them
/// at once, after each has run `prepare` if there is one. Returns the seconds of each repetition, until the last thread
/// ended; none if the system refuses a thread.
std::vector<double> timeTogether(unsigned threads, int repetitions, const PieceOfWork &work,
                                 const PieceOfWork &prepare = nullptr);

} // namespace lexon::target::detail

#endif // LEXON_LIB_TARGET_INFO_TOGETHER_H
