//===- TargetSelection.cpp - triple, processor and features ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// LLVM falls back to a generic processor with a warning when a name is unknown. Here that is an error: a model
// compiled for the wrong machine is slow in silence.
//
//===----------------------------------------------------------------------===//

#include "lexon/Support/Suggest.h"
#include "lexon/Target/Object/CodeGen.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace {
Triple getHostTriple() { return Triple(sys::getDefaultTargetTriple()); }

/// Loads the back ends needed and finds the one for `triple`.
Expected<const Target *> findTarget(const Triple &triple) {
  // All back ends at once cost several milliseconds at each start; nearly every run needs the host's only.
  if (triple.getArch() == getHostTriple().getArch()) {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    InitializeNativeTargetAsmParser();
  } else {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
  }
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (target && triple.getArch() != Triple::UnknownArch && target->hasTargetMachine())
    return target;
  SmallVector<StringRef> names;
  for (const Target &known : TargetRegistry::targets())
    names.push_back(known.getName());
  // Triples spell this architecture otherwise than the registry does.
  names.push_back("x86_64");
  return createStringError("unknown target '" + triple.str() + "'" +
                           lexon::suggest(StringRef(triple.str()).split('-').first, names));
}

/// The processor's name, and its features if it is this machine's: a virtual machine may hide some.
Error selectProcessor(const lexon::CodeGenOptions &options, const Triple &triple, std::string &cpu,
                      std::vector<std::string> &features) {
  bool hostArch = triple.getArch() == getHostTriple().getArch();
  cpu = !options.cpu.empty() ? options.cpu : hostArch ? "native" : "generic";
  if (cpu != "native")
    return Error::success();
  if (!hostArch)
    return createStringError("the processor 'native' is not a '" + triple.getArchName() +
                             "'; name one of that architecture");
  cpu = sys::getHostCPUName();
  for (const auto &feature : sys::getHostCPUFeatures())
    features.push_back(((feature.getValue() ? "+" : "-") + feature.getKey()).str());
  sort(features);
  return Error::success();
}

Error checkProcessor(const MCSubtargetInfo &subtarget, StringRef cpu) {
  if (subtarget.isCPUStringValid(cpu))
    return Error::success();
  SmallVector<StringRef> names;
  for (const SubtargetSubTypeKV &known : subtarget.getAllProcessorDescriptions())
    names.push_back(known.Key);
  return createStringError("unknown processor '" + cpu + "' for " + subtarget.getTargetTriple().getArchName() +
                           lexon::suggest(cpu, names));
}

Error checkFeatures(const MCSubtargetInfo &subtarget, ArrayRef<std::string> features) {
  SmallVector<StringRef> names;
  for (const SubtargetFeatureKV &known : subtarget.getAllProcessorFeatures())
    names.push_back(known.Key);
  for (StringRef feature : features) {
    StringRef name = feature.drop_front(feature.empty() ? 0 : 1);
    if (!feature.starts_with("+") && !feature.starts_with("-"))
      return createStringError("processor feature '" + feature + "' must start with '+' or '-'");
    if (!is_contained(names, name))
      return createStringError("unknown processor feature '" + name + "' for " +
                               subtarget.getTargetTriple().getArchName() + lexon::suggest(name, names));
  }
  return Error::success();
}

CodeGenOptLevel getCodeGenLevel(unsigned level) {
  switch (level) {
  case 0:
    return CodeGenOptLevel::None;
  case 1:
    return CodeGenOptLevel::Less;
  case 2:
    return CodeGenOptLevel::Default;
  default:
    return CodeGenOptLevel::Aggressive;
  }
}
} // namespace

/// Keeps instructions in the order of the IR until registers are given out. LLVM's scheduler moves loads up, to where
/// out of order processors find them by themselves; a kernel whose sums fill the registers then spills one in each step
/// (measured: 10.1 instead of 8.6 ms for a transformer block). LLVM has no way to ask for this for one function. Given
/// on the command line, the option stays as it is.
static void keepInstructionOrder() {
  auto found = cl::getRegisteredOptions().find("enable-misched");
  if (found != cl::getRegisteredOptions().end() && found->second->getNumOccurrences() == 0)
    found->second->addOccurrence(/*pos=*/0, "enable-misched", "false");
}

Expected<std::unique_ptr<TargetMachine>> lexon::createTargetMachine(const CodeGenOptions &options) {
  keepInstructionOrder();
  Triple triple = options.triple.empty() ? getHostTriple() : Triple(Triple::normalize(options.triple));
  Expected<const Target *> target = findTarget(triple);
  if (!target)
    return target.takeError();
  std::string cpu;
  std::vector<std::string> features;
  if (Error error = selectProcessor(options, triple, cpu, features))
    return error;

  // Names are checked on a subtarget without processor: one with an unknown name prints a warning of its own.
  std::unique_ptr<MCSubtargetInfo> any((*target)->createMCSubtargetInfo(triple, "", ""));
  if (!any)
    return createStringError("no code generator for target '" + triple.str() + "'");
  if (Error error = checkProcessor(*any, cpu))
    return error;
  if (Error error = checkFeatures(*any, options.features))
    return error;
  append_range(features, options.features);

  TargetOptions codeGen;
  codeGen.UseInitArray = true; // nobody runs the constructors of a .ctors section any more
  std::unique_ptr<TargetMachine> machine((*target)->createTargetMachine(
      triple, cpu, join(features, ","), codeGen, Reloc::PIC_, std::nullopt, getCodeGenLevel(options.optLevel)));
  if (!machine)
    return createStringError("no code generator for target '" + triple.str() + "'");
  return machine;
}
