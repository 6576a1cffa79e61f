//===- TargetFacts.h - what a CPU offers to generated code -------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Pipelines ask here once and hand the answers to passes as options; passes never ask the machine.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_SUPPORT_TARGETFACTS_H
#define LEXON_SUPPORT_TARGETFACTS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace lexon {

/// How products of bf16 numbers are summed fastest.
enum class Bf16Products {
  Widen, // in f32
  Dot,   // pairs of them by AVX512-BF16's vdpbf16ps
  Tiles  // by AMX's tdpbf16ps; in f32 where tiles do not fit
};

/// Facts about one CPU model, from LLVM's tables (or, for "native", from the CPU at hand).
struct TargetFacts {
  /// Bits of the widest vector register worth using for f32 arithmetic.
  unsigned vectorBits = 128;
  /// Number of vector registers of that width.
  unsigned vectorRegisters = 16;
  /// Bytes of a core's second-level cache: the machine's for "native", else what server cores have at least.
  int64_t cacheBytes = 1 << 20;
  /// True if an instruction scales floats by powers of two (AVX-512's vscalefps).
  bool hasLdexp = false;
  /// CPU models with AMX execute vdpbf16ps at half the rate of f32 arithmetic, all others at twice that rate: so the
  /// dot product is for models without AMX only, even if AMX is hidden or switched off.
  Bf16Products bf16Products = Bf16Products::Widen;
  /// True if an instruction multiplies and adds with one rounding.
  bool fusesMultiplyAdd = false;
  /// AVX512-BF16 rounds vectors of f32 to bf16 by one instruction.
  bool roundsToBf16 = false;
};

/// Facts for a CPU name, or "native"; with more features, or without some, as in "x86-64-v2:+avx:-sse4a". Unknown names
/// give the facts of the generic CPU.
TargetFacts targetFacts(llvm::StringRef cpu);

/// True if `cpu` is "native" or known to LLVM for the host's architecture; otherwise sets `reason`, with the nearest
/// known name.
bool isKnownTarget(llvm::StringRef cpu, std::string &reason);

} // namespace lexon

#endif // LEXON_SUPPORT_TARGETFACTS_H
