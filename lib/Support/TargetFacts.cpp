//===- TargetFacts.cpp - what a CPU offers to generated code --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Support/TargetFacts.h"

#include "lexon/Support/Suggest.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"
#include <unistd.h>

using namespace llvm;

static Triple hostTriple() { return Triple(sys::getDefaultTargetTriple()); }

/// The subtarget of a CPU; null if this LLVM cannot generate code for the host. With `asModel`, "native" stands for the
/// model, with features that the hypervisor hides.
static std::unique_ptr<MCSubtargetInfo> subtargetOf(StringRef cpu, bool asModel = false) {
  static const bool initialized = [] {
    InitializeNativeTarget();
    return true;
  }();
  (void)initialized;
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(hostTriple(), error);
  if (!target)
    return nullptr;
  auto [model, listed] = cpu.split(':');
  SubtargetFeatures features(join(split(listed, ':'), ","));
  std::string name = model.str();
  if (cpu == "native") {
    // The hypervisor may hide features that the model has.
    name = sys::getHostCPUName().str();
    if (!asModel)
      for (const auto &feature : sys::getHostCPUFeatures())
        features.AddFeature(feature.first(), feature.second);
  }
  return std::unique_ptr<MCSubtargetInfo>(target->createMCSubtargetInfo(hostTriple(), name, features.getString()));
}

lexon::TargetFacts lexon::targetFacts(StringRef cpu) {
  TargetFacts facts;
  std::string reason;
  std::unique_ptr<MCSubtargetInfo> subtarget = isKnownTarget(cpu, reason) ? subtargetOf(cpu) : nullptr;
  if (!hostTriple().isX86()) {
    facts.vectorRegisters = 32; // AArch64 has 32 registers of 128 bits
  } else if (subtarget && subtarget->checkFeatures("+avx512vl")) {
    facts.vectorBits = 512;
    facts.vectorRegisters = 32;
    facts.hasLdexp = true;
  } else if (subtarget && subtarget->checkFeatures("+avx")) {
    facts.vectorBits = 256;
  }
  facts.fusesMultiplyAdd = !hostTriple().isX86() || (subtarget && subtarget->checkFeatures("+fma"));
  if (subtarget && hostTriple().isX86()) {
    facts.roundsToBf16 = subtarget->checkFeatures("+avx512bf16,+avx512vl");
    if (subtarget->checkFeatures("+amx-bf16"))
      facts.bf16Products = Bf16Products::Tiles;
    else if (facts.roundsToBf16 && !subtargetOf(cpu, /*asModel=*/true)->checkFeatures("+amx-bf16"))
      facts.bf16Products = Bf16Products::Dot;
  }
  if (long bytes = cpu == "native" ? sysconf(_SC_LEVEL2_CACHE_SIZE) : 0; bytes > 0) // 0 or -1: not known
    facts.cacheBytes = bytes;
  return facts;
}

bool lexon::isKnownTarget(StringRef cpu, std::string &reason) {
  if (cpu == "native" || !hostTriple().isX86())
    return true;
  cpu = cpu.split(':').first;
  SmallVector<StringRef> known;
  X86::fillValidCPUArchList(known, /*Only64Bit=*/true);
  if (is_contained(known, cpu))
    return true;
  known.push_back("native");
  reason = "unknown target CPU '" + cpu.str() + "'" + suggest(cpu, known);
  return false;
}
