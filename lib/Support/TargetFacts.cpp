//===- TargetFacts.cpp - what a CPU offers to generated code --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Support/TargetFacts.h"

#include "lexon/Support/Suggest.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;

static bool hostIsX86() { return Triple(sys::getDefaultTargetTriple()).isX86(); }

static StringSet<> featuresOf(StringRef cpu) {
  StringSet<> features;
  if (cpu == "native") {
    for (const auto &feature : sys::getHostCPUFeatures())
      if (feature.second)
        features.insert(feature.first());
    return features;
  }
  std::string reason;
  if (!hostIsX86() || !lexon::isKnownTarget(cpu, reason))
    return features;
  SmallVector<StringRef> list;
  X86::getFeaturesForCPU(cpu, list);
  for (StringRef feature : list)
    features.insert(feature);
  return features;
}

lexon::TargetFacts lexon::targetFacts(StringRef cpu) {
  StringSet<> features = featuresOf(cpu);
  TargetFacts facts;
  if (features.contains("avx512f") && features.contains("avx512vl")) {
    facts.vectorBits = 512;
    facts.vectorRegisters = 32;
  } else if (features.contains("avx")) {
    facts.vectorBits = 256;
  } else if (!hostIsX86()) {
    facts.vectorRegisters = 32; // AArch64 has 32 registers of 128 bits
  }
  return facts;
}

bool lexon::isKnownTarget(StringRef cpu, std::string &reason) {
  if (cpu == "native" || !hostIsX86())
    return true;
  SmallVector<StringRef> known;
  X86::fillValidCPUArchList(known, /*Only64Bit=*/true);
  if (is_contained(known, cpu))
    return true;
  known.push_back("native");
  reason = "unknown target CPU '" + cpu.str() + "'" + suggest(cpu, known);
  return false;
}
