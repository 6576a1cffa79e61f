//===- ReadBandwidth.h - how fast this machine reads memory -----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The yardstick of work that is bound by memory, such as one token through a layer with large weights. Measured where
// the program runs, as FmaPeak.h: guests of one host share its memory channels.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_INFO_READBANDWIDTH_H
#define LEXON_TARGET_INFO_READBANDWIDTH_H

#include <cstdint>

namespace lexon::target {

struct ReadBandwidth {
  double best = 0;   ///< bytes per second of all threads together, in the fastest pass
  double median = 0; ///< in the middle one
  int64_t bytes = 0; ///< read in one pass
  unsigned threads = 0;
};

/// Reads memory sequentially with `threads` threads at once (0: all usable cores), each a contiguous part of `bytes`
/// bytes (0: eight times the last-level cache, but 512 MiB to 4 GiB). Huge pages are asked for.
///
/// There are `bursts` bursts of three passes; the first pass of each is not counted, and the threads sleep before it.
/// Hosts limit the bandwidth of their guests over time, so that a short burst can be half as fast again as a long one:
/// compare a computation with bursts of the bytes that it reads. Both figures are 0 if the system refuses the memory or
/// the threads.
ReadBandwidth measureReadBandwidth(unsigned threads = 0, int64_t bytes = 0, int bursts = 15);

} // namespace lexon::target

#endif // LEXON_TARGET_INFO_READBANDWIDTH_H
