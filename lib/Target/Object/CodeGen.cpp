//===- CodeGen.cpp - LLVM IR to machine code ------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Object/CodeGen.h"
#include "lexon/Target/Object/TargetNote.h"

#include "VectorMath.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace {
/// While it lives, errors of LLVM's back end are collected; LLVM itself would end the process at the first.
class DiagnosticScope {
public:
  explicit DiagnosticScope(LLVMContext &context) : context(context), previous(context.getDiagnosticHandler()) {
    context.setDiagnosticHandler(std::make_unique<Handler>(errors));
  }
  ~DiagnosticScope() { context.setDiagnosticHandler(std::move(previous)); }

  Error takeError() { return errors.empty() ? Error::success() : createStringError(StringRef(errors).rtrim()); }

private:
  struct Handler : DiagnosticHandler {
    explicit Handler(std::string &errors) : errors(errors) {}
    bool handleDiagnostics(const DiagnosticInfo &info) override {
      if (info.getSeverity() != DS_Error)
        return false;
      raw_string_ostream os(errors);
      DiagnosticPrinterRawOStream printer(os);
      info.print(printer);
      os << "\n";
      return true;
    }
    std::string &errors;
  };
  LLVMContext &context;
  std::unique_ptr<DiagnosticHandler> previous;
  std::string errors;
};

unsigned getVectorWidth(const TargetMachine &machine, unsigned preferred) {
  if (preferred || !machine.getTargetTriple().isX86())
    return preferred;
  // Processors whose tuning says 256 lower their clock for long 512-bit sequences; dense kernels still gain.
  return machine.getMCSubtargetInfo()->checkFeatures("+avx512f") ? 512 : 0;
}

OptimizationLevel getOptimizationLevel(unsigned level) {
  switch (level) {
  case 0:
    return OptimizationLevel::O0;
  case 1:
    return OptimizationLevel::O1;
  case 2:
    return OptimizationLevel::O2;
  default:
    return OptimizationLevel::O3;
  }
}
} // namespace

void lexon::prepareModule(Module &module, const TargetMachine &machine, const CodeGenOptions &options) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  module.setPICLevel(PICLevel::BigPIC);
  // Unwind tables cost no time and let debuggers and profilers walk the stack.
  module.setUwtable(UWTableKind::Async);

  unsigned width = getVectorWidth(machine, options.preferVectorWidth);
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    auto add = [&](StringRef name, StringRef value) {
      if (!value.empty() && !function.hasFnAttribute(name))
        function.addFnAttr(name, value);
    };
    add("target-cpu", machine.getTargetCPU());
    add("target-features", machine.getTargetFeatureString());
    add("frame-pointer", "none");
    if (width)
      add("prefer-vector-width", std::to_string(width));
    function.addFnAttr(Attribute::NoUnwind);
    if (!function.hasUWTable())
      function.setUWTableKind(UWTableKind::Async);
  }
}

Error lexon::optimize(Module &module, TargetMachine &machine, const CodeGenOptions &options) {
  // As clang: the vectorizers run from -O2 on.
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = options.optLevel > 1;
  tuning.SLPVectorization = options.optLevel > 1;
  tuning.LoopInterleaving = options.optLevel > 0;
  tuning.LoopUnrolling = options.optLevel > 0;
  PassBuilder builder(&machine, tuning);

  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  TargetLibraryInfoImpl library = getLibraryInfo(module, machine, options.vectorMath);
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  // Late, because LLVM knows the intrinsics and not the functions.
  if (options.optLevel > 0)
    builder.registerOptimizerLastEPCallback([](ModulePassManager &passes, OptimizationLevel, ThinOrFullLTOPhase) {
      passes.addPass(createModuleToFunctionPassAdaptor(ExpandVectorMathPass()));
    });
  OptimizationLevel level = getOptimizationLevel(options.optLevel);
  ModulePassManager passes =
      options.optLevel == 0 ? builder.buildO0DefaultPipeline(level) : builder.buildPerModuleDefaultPipeline(level);
  DiagnosticScope diagnostics(module.getContext());
  passes.run(module, modules);
  return diagnostics.takeError();
}

Error lexon::emit(Module &module, TargetMachine &machine, EmitKind kind, const CodeGenOptions &options,
                  SmallVectorImpl<char> &result) {
  raw_svector_ostream os(result);
  if (kind == EmitKind::LLVM) {
    module.print(os, nullptr);
    return Error::success();
  }
  if (kind == EmitKind::Bitcode) {
    WriteBitcodeToFile(module, os);
    return Error::success();
  }
  // Not into assembly, which is there to be read.
  if (kind == EmitKind::Object)
    addTargetNote(module, machine);
  legacy::PassManager passes;
  passes.add(new TargetLibraryInfoWrapperPass(getLibraryInfo(module, machine, options.vectorMath)));
  passes.add(createTargetTransformInfoWrapperPass(machine.getTargetIRAnalysis()));
  auto type = kind == EmitKind::Assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type))
    return createStringError("target '" + machine.getTargetTriple().str() + "' cannot emit " +
                             (type == CodeGenFileType::AssemblyFile ? "assembly" : "objects"));
  DiagnosticScope diagnostics(module.getContext());
  passes.run(module);
  return diagnostics.takeError();
}
