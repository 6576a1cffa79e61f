//===- Translate.cpp - MLIR's LLVM dialect to LLVM IR ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/LLVMIR/Translate.h"

#include "EntryPoints.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Target/LLVMIR/LLVMTranslationInterface.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace {
/// A function with its signature, taken from the module before translation.
struct Signature {
  Operation *function;
  StringRef name;
  StringRef text;
};

bool isTranslatable(Operation *op) {
  // Builtin's interface exists for modules; a cast that is left over has no meaning in LLVM IR.
  if (isa<UnrealizedConversionCastOp>(op))
    return false;
  Dialect *dialect = op->getDialect();
  return dialect && dialect->getRegisteredInterface<LLVMTranslationDialectInterface>();
}

/// Reports every kind of operation that is left over, each at its first place: all of them at once, because a user
/// who forgot to lower has many.
LogicalResult checkTranslatable(Operation *module) {
  llvm::StringSet<> seen;
  module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isTranslatable(op) || !seen.insert(op->getName().getStringRef()).second)
      return;
    InFlightDiagnostic diagnostic = op->emitOpError() << "cannot be translated to LLVM IR";
    if (seen.size() == 1)
      diagnostic.attachNote() << "run lexon-opt --pipeline=backend first";
  });
  return success(seen.empty());
}

LogicalResult collect(Operation *module, SmallVectorImpl<Signature> &signatures) {
  WalkResult result = module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    Attribute attribute = op->getDiscardableAttr(lexon::kSignatureAttr);
    if (!attribute)
      return WalkResult::advance();
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    auto text = dyn_cast<StringAttr>(attribute);
    if (!symbol || !isa<FunctionOpInterface>(op) || !text) {
      op->emitError() << "'" << lexon::kSignatureAttr << "' must be a string on a function";
      return WalkResult::interrupt();
    }
    // Lowering a function copies its attributes to its C interface too.
    if (!symbol.getName().starts_with("_mlir_ciface_"))
      signatures.push_back({op, symbol.getName(), text.getValue()});
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// What our passes noted on arguments has done its work; upstream's translation would warn that it knows none of it.
void dropParameterNotes(Operation *module) {
  module->walk([](FunctionOpInterface function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      for (NamedAttribute attribute : llvm::to_vector(function.getArgAttrs(i)))
        if (attribute.getName().strref().starts_with("lexon."))
          function.removeArgAttr(i, attribute.getName());
  });
}

/// MLIR keeps visibility and linkage apart; a private function that is defined here is nobody else's business.
void internalizePrivateFunctions(Operation *module, llvm::Module &translated) {
  for (Region &region : module->getRegions())
    for (auto function : region.getOps<LLVM::LLVMFuncOp>()) {
      llvm::Function *target = translated.getFunction(function.getName());
      if (target && function.isPrivate() && !target->isDeclaration() && target->hasExternalLinkage())
        target->setLinkage(llvm::GlobalValue::InternalLinkage);
    }
}

LogicalResult addEntryPoints(llvm::Module &translated, ArrayRef<Signature> signatures) {
  for (const Signature &signature : signatures) {
    if (!lexon::hasCInterface(translated, signature.name))
      continue;
    if (llvm::Error error = lexon::addEntryPoint(translated, signature.name, signature.text))
      return signature.function->emitError()
             << "'" << lexon::kSignatureAttr << "' " << llvm::toString(std::move(error));
  }
  return success();
}
} // namespace

std::unique_ptr<llvm::Module> lexon::translateModule(Operation *module, llvm::LLVMContext &context, StringRef name) {
  SmallVector<Signature> signatures;
  if (failed(checkTranslatable(module)) || failed(collect(module, signatures)))
    return nullptr;
  dropParameterNotes(module);
  auto translated = translateModuleToLLVMIR(module, context, name, /*disableVerification=*/true);
  if (!translated)
    return nullptr;
  internalizePrivateFunctions(module, *translated);
  if (failed(addEntryPoints(*translated, signatures)))
    return nullptr;
  std::string problem;
  llvm::raw_string_ostream os(problem);
  if (llvm::verifyModule(*translated, &os)) {
    emitError(module->getLoc()) << "invalid LLVM IR after translation: " << StringRef(problem).rtrim();
    return nullptr;
  }
  return translated;
}

FailureOr<std::string> lexon::collectSignatures(Operation *module) {
  SmallVector<Signature> signatures;
  if (failed(collect(module, signatures)))
    return failure();
  // The texts stay as they are written; JSON values would sort their keys.
  std::string text = "[";
  for (const Signature &signature : signatures) {
    if (llvm::Expected<llvm::json::Value> value = llvm::json::parse(signature.text); !value)
      return signature.function->emitError()
             << "'" << kSignatureAttr << "' is not JSON: " << llvm::toString(value.takeError());
    text += (text.size() > 1 ? ",\n " : "\n ") + signature.text.str();
  }
  return text + (signatures.empty() ? "]\n" : "\n]\n");
}

void lexon::registerToLLVMIRTranslation(void (*registerDialects)(DialectRegistry &)) {
  TranslateFromMLIRRegistration registration(
      "mlir-to-llvmir", "Translate the LLVM dialect to LLVM IR, with Lexon's entry points",
      [](Operation *op, raw_ostream &output) -> LogicalResult {
        // The place says enough; a whole function printed as generic text would bury the message.
        op->getContext()->printOpOnDiagnostic(false);
        llvm::LLVMContext context;
        auto module = translateModule(op, context, "LLVMDialectModule");
        if (!module)
          return failure();
        module->print(output, nullptr);
        return success();
      },
      registerDialects);
}
