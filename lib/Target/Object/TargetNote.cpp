//===- TargetNote.cpp - the CPU that code was compiled for ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The form of notes: System V ABI, chapter 5. The linker puts those of all objects into one segment, so that a library
// of several objects says all that any of them needs.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Object/TargetNote.h"

#include "lexon/Target/Info/CpuInfo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace {
constexpr StringLiteral kSection = ".note.lexon.target", kOwner = "Lexon";
constexpr uint32_t kType = 1;
constexpr int64_t kVersion = 1;

/// Tiles are touched by intrinsics only, never by what LLVM makes of ordinary code: a model compiled on a CPU that has
/// them runs on one without if it does not use them.
bool usesTiles(const Module &module) {
  return any_of(module.functions(), [](const Function &function) {
    StringRef name = function.getName();
    return name.starts_with("llvm.x86.tile") || name.starts_with("llvm.x86.tdp") ||
           name.starts_with("llvm.x86.ldtilecfg");
  });
}

json::Array neededFeatures(const Module &module, const TargetMachine &machine) {
  json::Array names;
  if (!machine.getTargetTriple().isX86())
    return names;
  const MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  bool tiles = usesTiles(module);
  for (const auto &[name, unused] : lexon::target::listFeatures({}))
    if (subtarget.checkFeatures((Twine("+") + name).str()) && (tiles || !StringRef(name).starts_with("amx-")))
      names.push_back(name);
  return names;
}

void addNew(std::vector<std::string> &list, StringRef item) {
  if (!is_contained(list, item))
    list.push_back(item.str());
}

Error readNote(StringRef text, lexon::TargetNotes &notes) {
  Expected<json::Value> parsed = json::parse(text);
  if (!parsed)
    return createStringError("its note of the CPU is not JSON: " + toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  const json::Array *features = object ? object->getArray("features") : nullptr;
  std::optional<StringRef> cpu = object ? object->getString("cpu") : std::nullopt;
  if (!features || !cpu || object->getInteger("version") != kVersion)
    return createStringError("its note of the CPU is not of version " + Twine(kVersion));
  addNew(notes.cpus, *cpu);
  for (const json::Value &feature : *features)
    if (std::optional<StringRef> name = feature.getAsString())
      addNew(notes.features, *name);
  return Error::success();
}

Error readSection(StringRef content, bool isLittleEndian, lexon::TargetNotes &notes) {
  auto word = [&](size_t at) {
    return support::endian::read32(content.data() + at, isLittleEndian ? endianness::little : endianness::big);
  };
  for (size_t at = 0; at + 12 <= content.size();) {
    uint64_t name = at + 12, text = name + alignTo<4>(uint64_t(word(at))),
             end = text + alignTo<4>(uint64_t(word(at + 4)));
    if (end > content.size())
      return createStringError("its note of the CPU is truncated");
    if (word(at + 8) == kType && content.substr(name, word(at)) == StringRef("Lexon\0", 6))
      if (Error error = readNote(content.substr(text, word(at + 4)), notes))
        return error;
    at = end;
  }
  return Error::success();
}
} // namespace

void lexon::addTargetNote(Module &module, const TargetMachine &machine) {
  if (!machine.getTargetTriple().isOSBinFormatELF())
    return;
  json::Object note{
      {"version", kVersion}, {"cpu", machine.getTargetCPU()}, {"features", neededFeatures(module, machine)}};
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(note));
  uint32_t length = text.size();
  std::string owner = kOwner.str();
  owner.resize(alignTo<4>(kOwner.size() + 1));
  text.resize(alignTo<4>(length));

  LLVMContext &context = module.getContext();
  auto number = [&](uint32_t value) { return ConstantInt::get(Type::getInt32Ty(context), value); };
  Constant *content = ConstantStruct::getAnon({number(kOwner.size() + 1), number(length), number(kType),
                                               ConstantDataArray::getString(context, owner, /*AddNull=*/false),
                                               ConstantDataArray::getString(context, text, /*AddNull=*/false)});
  auto *global = new GlobalVariable(module, content->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                    content, "lexon.target.note"); // owned by the module
  global->setSection(kSection);
  global->setAlignment(Align(4));
  appendToUsed(module, {global});
}

Error lexon::readTargetNotes(const object::ObjectFile &object, TargetNotes &notes) {
  for (const object::SectionRef &section : object.sections()) {
    Expected<StringRef> name = section.getName();
    if (!name)
      return name.takeError();
    if (*name != kSection)
      continue;
    Expected<StringRef> content = section.getContents();
    if (!content)
      return content.takeError();
    if (Error error = readSection(*content, object.isLittleEndian(), notes))
      return error;
  }
  return Error::success();
}
