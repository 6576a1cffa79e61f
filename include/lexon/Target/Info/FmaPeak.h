//===- FmaPeak.h - the most FLOP/s this machine can do ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The yardstick of every "share of peak": it must be measured where the program runs, because clock, port count and
// neighbours differ from machine to machine.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_INFO_FMAPEAK_H
#define LEXON_TARGET_INFO_FMAPEAK_H

#include <vector>

namespace lexon::target {

struct FmaPeak {
  double gflops = 0;    ///< of all threads together; a fused multiply-add counts as 2
  const char *isa = ""; ///< the kernel that ran: "avx512f", "avx2", "sse", "neon", "generic"; of bf16, as below
  unsigned threads = 0;
};

/// Measures with `threads` threads at once (0: all usable cores) in about `seconds`. The best of many short
/// repetitions is returned: interference only ever makes one slower. Uses the widest kernel of this CPU, or the one
/// named `isa`; `gflops` is 0 if that cannot run here or the system refuses the threads.
FmaPeak measureFmaPeak(unsigned threads = 0, const char *isa = nullptr, double seconds = 0.25);

/// The same for products of bf16 numbers summed in f32: "amx-bf16" or "avx512bf16", the first that this CPU has. On one
/// without such instructions bf16 is widened to f32 first, so it is measureFmaPeak's result.
FmaPeak measureBf16Peak(unsigned threads = 0, double seconds = 0.25);

/// The f32 kernels that can run on this CPU, widest first.
std::vector<const char *> fmaPeakKernels();

} // namespace lexon::target

#endif // LEXON_TARGET_INFO_FMAPEAK_H
