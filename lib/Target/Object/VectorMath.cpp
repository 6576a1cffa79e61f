//===- VectorMath.cpp - vector versions of mathematical functions ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// LLVM's own table for glibc's libmvec ends at 256 bits and lists functions without asking for the registers they
// take: on a processor without AVX2 a call with eight floats would break the calling convention. This table has all
// widths, and only those the target has are offered.
//
// Largest error of any width against a more precise result, in units in the last place, with glibc 2.36 (a seventh to
// a two-hundred-fiftieth of all f32 values, 2 to 20 million f64 values, infinities, NaN and denormal numbers):
// exp 2.9, exp2 1.6, exp10 3.8, log 3.9, log2 2.1, log10 2.9, sin 3.2, cos 3.5, tan 3.7, asin 3.0, acos 2.2, atan 2.4,
// sinh 2.0, cosh 2.3, tanh 2.2, pow 1.0, atan2 3.5, expm1 2.9, log1p 1.9, cbrt 2.9. Only functions below 4 are listed.
//
//===----------------------------------------------------------------------===//

#include "VectorMath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace {
struct VectorFunction {
  StringLiteral scalar;
  StringLiteral vector;
  unsigned lanes;
  unsigned bits;
  StringLiteral abi;
};

// The vector ABI of x86-64 glibc: letter b is SSE, d AVX2, e AVX-512; N unmasked; lanes; one v for each argument.
#define LEXON_WIDTHS(SCALAR64, SCALAR32, NAME, ARGS)                                                                   \
  {SCALAR64, "_ZGVbN2" ARGS "_" NAME, 2, 128, "_ZGV_LLVM_N2" ARGS},                                                    \
      {SCALAR64, "_ZGVdN4" ARGS "_" NAME, 4, 256, "_ZGV_LLVM_N4" ARGS},                                                \
      {SCALAR64, "_ZGVeN8" ARGS "_" NAME, 8, 512, "_ZGV_LLVM_N8" ARGS},                                                \
      {SCALAR32, "_ZGVbN4" ARGS "_" NAME "f", 4, 128, "_ZGV_LLVM_N4" ARGS},                                            \
      {SCALAR32, "_ZGVdN8" ARGS "_" NAME "f", 8, 256, "_ZGV_LLVM_N8" ARGS}, {                                          \
    SCALAR32, "_ZGVeN16" ARGS "_" NAME "f", 16, 512, "_ZGV_LLVM_N16" ARGS                                              \
  }
#define LEXON_LIBRARY(NAME, ARGS) LEXON_WIDTHS(NAME, NAME "f", NAME, ARGS)
#define LEXON_INTRINSIC(NAME, ARGS)                                                                                    \
  LEXON_LIBRARY(NAME, ARGS), LEXON_WIDTHS("llvm." NAME ".f64", "llvm." NAME ".f32", NAME, ARGS)

constexpr VectorFunction kLibmvec[] = {
    LEXON_INTRINSIC("exp", "v"),  LEXON_INTRINSIC("exp2", "v"),   LEXON_INTRINSIC("exp10", "v"),
    LEXON_INTRINSIC("log", "v"),  LEXON_INTRINSIC("log2", "v"),   LEXON_INTRINSIC("log10", "v"),
    LEXON_INTRINSIC("sin", "v"),  LEXON_INTRINSIC("cos", "v"),    LEXON_INTRINSIC("tan", "v"),
    LEXON_INTRINSIC("asin", "v"), LEXON_INTRINSIC("acos", "v"),   LEXON_INTRINSIC("atan", "v"),
    LEXON_INTRINSIC("sinh", "v"), LEXON_INTRINSIC("cosh", "v"),   LEXON_INTRINSIC("tanh", "v"),
    LEXON_INTRINSIC("pow", "vv"), LEXON_INTRINSIC("atan2", "vv"), LEXON_LIBRARY("expm1", "v"),
    LEXON_LIBRARY("log1p", "v"),  LEXON_LIBRARY("erf", "v"),      LEXON_LIBRARY("cbrt", "v"),
};

/// True if a function is compiled for another processor than the rest: the table holds for one only.
bool hasOtherTargets(const Module &module, const TargetMachine &machine) {
  auto differs = [](const Function &function, StringRef name, StringRef value) {
    Attribute attribute = function.getFnAttribute(name);
    return attribute.isValid() && attribute.getValueAsString() != value;
  };
  return any_of(module, [&](const Function &function) {
    return !function.isDeclaration() && (differs(function, "target-cpu", machine.getTargetCPU()) ||
                                         differs(function, "target-features", machine.getTargetFeatureString()));
  });
}

/// Width of the widest vector argument a function can take on `machine`.
unsigned getRegisterBits(const TargetMachine &machine) {
  const MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  if (subtarget.checkFeatures("+avx512f"))
    return 512;
  return subtarget.checkFeatures("+avx2") ? 256 : 128;
}
} // namespace

TargetLibraryInfoImpl lexon::getLibraryInfo(const Module &module, const TargetMachine &machine, VectorMath library) {
  const Triple &triple = machine.getTargetTriple();
  TargetLibraryInfoImpl info(triple);
  bool available = triple.getArch() == Triple::x86_64 && triple.isOSLinux() && triple.isGNUEnvironment();
  if (library == VectorMath::None || !available || hasOtherTargets(module, machine))
    return info;
  unsigned bits = getRegisterBits(machine);
  std::vector<VecDesc> functions;
  for (const VectorFunction &function : kLibmvec)
    if (function.bits <= bits)
      functions.emplace_back(function.scalar, function.vector, ElementCount::getFixed(function.lanes),
                             /*Masked=*/false, function.abi, std::nullopt);
  info.addVectorizableFunctions(functions);
  return info;
}
