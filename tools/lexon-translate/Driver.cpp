//===- Driver.cpp - what --emit does --------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "lexon/InitAll.h"
#include "lexon/Target/Header/Header.h"
#include "lexon/Target/LLVMIR/Translate.h"
#include "lexon/Target/Object/Output.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;

namespace {
/// Prints `error`, if it is one, and tells whether all is well.
bool report(llvm::Error error, const llvm::Twine &prefix = "") {
  if (!error)
    return true;
  lexon::reportError((prefix + llvm::toString(std::move(error))).str());
  return false;
}

enum class InputKind { MLIR, LLVMIR, Object };

InputKind classify(StringRef name, StringRef data) {
  switch (llvm::identify_magic(data)) {
  case llvm::file_magic::bitcode:
    return InputKind::LLVMIR;
  case llvm::file_magic::archive:
  case llvm::file_magic::elf_relocatable:
  case llvm::file_magic::elf_shared_object:
    return InputKind::Object;
  default:
    return name.ends_with(".ll") ? InputKind::LLVMIR : InputKind::MLIR;
  }
}

/// Opens `name`, and refuses what the parsers would report in a confusing way or not at all.
std::unique_ptr<llvm::MemoryBuffer> openInput(StringRef name) {
  std::string message;
  auto buffer = openInputFile(name, llvm::Align(64), &message);
  if (!buffer) {
    lexon::reportError(message);
    return nullptr;
  }
  StringRef data = buffer->getBuffer();
  if (data.trim().empty()) {
    lexon::reportError(("'" + name + "' is empty").str());
    return nullptr;
  }
  bool isText = classify(name, data) != InputKind::Object && !data.starts_with("ML\xefR") && !data.starts_with("BC");
  if (isText && data.take_front(4096).contains('\0')) {
    lexon::reportError(("'" + name + "' is neither MLIR nor LLVM IR, but binary data of another kind").str());
    return nullptr;
  }
  return buffer;
}

/// Parses MLIR and hands the module to `use`, with diagnostics printed at places in the source.
bool withModule(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::function_ref<bool(ModuleOp)> use) {
  DialectRegistry registry;
  lexon::registerAllDialects(registry);
  // One module is parsed and printed: starting threads would cost more than they save.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // The place says enough; a whole function printed as generic text would bury the message.
  context.printOpOnDiagnostic(false);
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  return module && use(*module);
}

/// LLVM IR of an input of either kind, or null after a message.
std::unique_ptr<llvm::Module> load(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::LLVMContext &context) {
  std::string name = buffer->getBufferIdentifier().str();
  std::string baseName = llvm::sys::path::filename(name).str();
  std::unique_ptr<llvm::Module> module;
  InputKind kind = classify(name, buffer->getBuffer());
  if (kind == InputKind::Object) {
    lexon::reportError("'" + name + "' is compiled already; it can be linked (--emit=so, --emit=exe)");
  } else if (kind == InputKind::MLIR) {
    withModule(std::move(buffer), [&](ModuleOp op) {
      module = lexon::translateModule(op, context, baseName);
      return module != nullptr;
    });
  } else {
    llvm::SMDiagnostic diagnostic;
    module = llvm::parseIR(buffer->getMemBufferRef(), diagnostic, context);
    std::string problem;
    llvm::raw_string_ostream os(problem);
    if (!module) {
      diagnostic.print("lexon-translate", llvm::errs());
    } else if (llvm::verifyModule(*module, &os)) {
      lexon::reportError("'" + name + "': invalid LLVM IR: " + problem);
      module = nullptr;
    }
  }
  if (module)
    // An object would name its source: then the same module under two names, or at two stages, gave two objects.
    module->setSourceFileName("");
  return module;
}

/// Compiles one input down to `kind`.
bool compile(std::unique_ptr<llvm::MemoryBuffer> buffer, const lexon::DriverOptions &options, lexon::EmitKind kind,
             llvm::SmallVectorImpl<char> &result) {
  llvm::LLVMContext context;
  std::string name = buffer->getBufferIdentifier().str();
  std::unique_ptr<llvm::Module> module = load(std::move(buffer), context);
  if (!module)
    return false;
  lexon::CodeGenOptions codeGen = options.codeGen;
  if (codeGen.triple.empty())
    codeGen.triple = module->getTargetTriple().str();
  auto machine = lexon::createTargetMachine(codeGen);
  if (!machine)
    return report(machine.takeError());
  lexon::prepareModule(*module, **machine, codeGen);
  llvm::Error error = lexon::optimize(*module, **machine, codeGen);
  if (!error)
    error = lexon::emit(*module, **machine, kind, codeGen, result);
  return report(std::move(error), "'" + name + "': ");
}

/// Functions that can be called but not described: a header without them would be silently short.
void warnAboutUndescribed(ModuleOp module) {
  for (auto function : module.getOps<FunctionOpInterface>()) {
    bool callable = function->hasAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName()) && !function.isExternal();
    if (!callable || function->hasAttr(lexon::kSignatureAttr) || function.getName().starts_with("_mlir_ciface_"))
      continue;
    InFlightDiagnostic diagnostic = function->emitWarning()
                                    << "'" << function.getName() << "' has no signature: the header leaves it out";
    diagnostic.attachNote() << "unranked memrefs, layouts other than row-major and unusual element types have none";
  }
}

bool emitDescription(const lexon::DriverOptions &options) {
  const std::string &input = options.inputs.front();
  auto buffer = openInput(input);
  if (buffer && classify(input, buffer->getBuffer()) != InputKind::MLIR) {
    lexon::reportError("'" + input + "' is not MLIR, which signatures are read from");
    return false;
  }
  return buffer && withModule(std::move(buffer), [&](ModuleOp module) {
           FailureOr<std::string> text = lexon::collectSignatures(module);
           if (failed(text) || options.product == lexon::Product::Signatures)
             return succeeded(text) && report(lexon::writeOutput(options.output, *text));
           warnAboutUndescribed(module);
           llvm::Expected<std::string> header = lexon::emitHeader(*text);
           return header ? report(lexon::writeOutput(options.output, *header))
                         : report(header.takeError(), "'" + input + "': ");
         });
}

bool emitLinked(const lexon::DriverOptions &options) {
  std::vector<lexon::MemoryObject> objects;
  lexon::LinkOptions link = options.link;
  link.shared = options.kind == lexon::EmitKind::SharedLibrary;
  link.triple = options.codeGen.triple;
  for (const std::string &input : options.inputs) {
    auto buffer = openInput(input);
    if (!buffer)
      return false;
    if (classify(input, buffer->getBuffer()) == InputKind::Object) {
      link.inputs.push_back(input);
      continue;
    }
    lexon::MemoryObject &object = objects.emplace_back();
    object.name = input;
    if (!compile(std::move(buffer), options, lexon::EmitKind::Object, object.data))
      return false;
  }
  return report(lexon::writeOutputWith(options.output,
                                       [&](StringRef temporary) { return lexon::link(objects, link, temporary); }));
}
} // namespace

void lexon::reportError(StringRef message) {
  SmallVector<StringRef> lines;
  message.split(lines, '\n');
  llvm::WithColor::error(llvm::errs(), "lexon-translate") << lines.front() << "\n";
  for (StringRef line : ArrayRef(lines).drop_front())
    llvm::errs() << line << "\n";
}

bool lexon::runDriver(const DriverOptions &options) {
  if (options.product != Product::Code)
    return emitDescription(options);
  if (options.kind == EmitKind::SharedLibrary || options.kind == EmitKind::Executable)
    return emitLinked(options);
  auto buffer = openInput(options.inputs.front());
  llvm::SmallVector<char, 0> result;
  return buffer && compile(std::move(buffer), options, options.kind, result) &&
         report(lexon::writeOutput(options.output, StringRef(result.data(), result.size())));
}
