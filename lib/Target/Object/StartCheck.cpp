//===- StartCheck.cpp - an executable looks at its CPU before main --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What __builtin_cpu_supports compiles to: libgcc and compiler-rt fill __cpu_model and __cpu_features2 with the
// features that both the CPU has and the system saves the registers of. Their bits are LLVM's
// (llvm/TargetParser/X86TargetParser.def).
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Object/CodeGen.h"
#include "lexon/Target/Object/TargetNote.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/X86TargetParser.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace {
/// Constructors before this priority are the C library's.
constexpr int kPriority = 101;
constexpr unsigned kStandardError = 2;
// Linux on x86-64: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA).
constexpr uint64_t kArchPrctl = 158, kRequestPermission = 0x1023, kTileData = 18;

/// Whether the C runtime's tables have a bit for this feature.
bool hasBit(StringRef feature) {
  return StringSwitch<bool>(feature)
#define X86_FEATURE_COMPAT(ENUM, STR, PRIORITY, ...) .Case(STR, true)
#include "llvm/TargetParser/X86TargetParser.def"
      .Default(false);
}

class CheckBuilder {
public:
  CheckBuilder(Module &module, const lexon::TargetNotes &notes)
      : module(module), notes(notes), builder(module.getContext()) {}

  void build() {
    auto *type = FunctionType::get(builder.getVoidTy(), false);
    check = Function::Create(type, GlobalValue::InternalLinkage, "lexon_check_cpu", module);
    builder.SetInsertPoint(newBlock());
    builder.CreateCall(declare("__cpu_indicator_init", builder.getInt32Ty(), {}));
    for (StringRef feature : notes.features)
      if (hasBit(feature))
        requireFeature(feature);
    if (is_contained(notes.features, "amx-tile"))
      requestTiles();
    builder.CreateRetVoid();
    appendToGlobalCtors(module, check, kPriority);
  }

private:
  BasicBlock *newBlock() { return BasicBlock::Create(module.getContext(), "", check); }

  FunctionCallee declare(StringRef name, Type *result, ArrayRef<Type *> parameters, bool variadic = false) {
    return module.getOrInsertFunction(name, FunctionType::get(result, parameters, variadic));
  }

  Constant *table(StringRef name, ArrayRef<Type *> fields) {
    return module.getOrInsertGlobal(name, StructType::get(module.getContext(), fields));
  }

  /// The word of the tables with features 32 `index` to 32 `index` + 31.
  Value *featureWord(unsigned index) {
    Type *word = builder.getInt32Ty();
    // {vendor, type, subtype, features 0 to 31}; the others are an array of their own.
    Constant *first = table("__cpu_model", {word, word, word, ArrayType::get(word, 1)});
    Constant *others = table("__cpu_features2", {ArrayType::get(word, 3)});
    Value *address = index == 0 ? builder.CreateConstInBoundsGEP1_32(word, first, 3)
                                : builder.CreateConstInBoundsGEP1_32(word, others, index - 1);
    return builder.CreateLoad(word, address);
  }

  /// Goes on if `good`, else ends the program with a message.
  void require(Value *good, const std::string &message) {
    BasicBlock *next = newBlock(), *bad = newBlock();
    builder.CreateCondBr(good, next, bad);
    builder.SetInsertPoint(bad);
    std::string text = "error: " + message + "\n";
    Type *size = builder.getInt64Ty();
    // Not through stdio and exit: nothing of the program has started yet.
    builder.CreateCall(
        declare("write", size, {builder.getInt32Ty(), builder.getPtrTy(), size}),
        {builder.getInt32(kStandardError), builder.CreateGlobalString(text), builder.getInt64(text.size())});
    builder.CreateCall(declare("_exit", builder.getVoidTy(), {builder.getInt32Ty()}), {builder.getInt32(1)});
    builder.CreateUnreachable();
    builder.SetInsertPoint(next);
  }

  void requireFeature(StringRef feature) {
    std::array<uint32_t, 4> mask = X86::getCpuSupportsMask({feature});
    for (auto [index, bits] : enumerate(mask)) {
      if (bits == 0)
        continue;
      Value *set = builder.CreateAnd(featureWord(index), bits);
      require(builder.CreateICmpNE(set, builder.getInt32(0)),
              ("this program needs the CPU feature " + feature + ", which this CPU lacks: it was compiled for " +
               join(notes.cpus, ", ") + "; compile it again with --mcpu=native, or for a CPU like this one")
                  .str());
    }
  }

  /// Linux wants to be asked before the first tile instruction.
  void requestTiles() {
    Type *number = builder.getInt64Ty();
    Value *answer = builder.CreateCall(
        declare("syscall", number, {number}, /*variadic=*/true),
        {builder.getInt64(kArchPrctl), builder.getInt64(kRequestPermission), builder.getInt64(kTileData)});
    require(builder.CreateICmpEQ(answer, builder.getInt64(0)),
            "this program needs AMX tiles, which the system refuses to it");
  }

  Module &module;
  const lexon::TargetNotes &notes;
  IRBuilder<> builder;
  Function *check = nullptr;
};
} // namespace

Expected<SmallVector<char, 0>> lexon::makeStartCheck(const TargetNotes &notes, StringRef triple) {
  CodeGenOptions options;
  options.triple = triple.str();
  options.cpu = "generic";
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(options);
  if (!machine)
    return machine.takeError();
  SmallVector<char, 0> object;
  const Triple &target = (*machine)->getTargetTriple();
  if (target.getArch() != Triple::x86_64 || !target.isOSLinux() || none_of(notes.features, hasBit))
    return object;
  LLVMContext context;
  Module module("lexon-start-check", context);
  prepareModule(module, **machine, options);
  CheckBuilder(module, notes).build();
  if (Error error = emit(module, **machine, EmitKind::Object, options, object))
    return error;
  return object;
}
