//===- EntryPoints.cpp - entry points of a compiled module ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A caller that learns a function's type only at run time (the runtime library, Python) cannot spell a C call. Each
// entry therefore also exists with every argument behind a pointer, next to a text that says what the pointers mean.
//
//===----------------------------------------------------------------------===//

#include "EntryPoints.h"

#include "llvm/ADT/Twine.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace {
/// What the signature says about the shape of the call.
struct CallShape {
  unsigned passed = 0;   ///< arguments and out-arguments
  unsigned returned = 0; ///< results the function hands back
};

Function *getCInterface(const Module &module, StringRef function) {
  Function *wrapper = module.getFunction(("_mlir_ciface_" + function).str());
  return wrapper && !wrapper->isDeclaration() ? wrapper : nullptr;
}

Expected<CallShape> readSignature(StringRef text) {
  Expected<json::Value> parsed = json::parse(text);
  if (!parsed)
    return createStringError("is not JSON: " + toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  const json::Array *arguments = object ? object->getArray("arguments") : nullptr;
  const json::Array *results = object ? object->getArray("results") : nullptr;
  if (!arguments || !results)
    return createStringError("lacks the array 'arguments' or 'results'");
  CallShape shape;
  shape.passed = arguments->size();
  for (const json::Value &result : *results) {
    const json::Object *fields = result.getAsObject();
    std::optional<StringRef> passing = fields ? fields->getString("passing") : std::nullopt;
    if (!passing || (*passing != "out" && *passing != "returned"))
      return createStringError("has a result whose 'passing' is neither 'out' nor 'returned'");
    ++(*passing == "out" ? shape.passed : shape.returned);
  }
  return shape;
}

/// Writes the body of the wrapper: one load per parameter of `callee`, whether a descriptor's address or a scalar.
/// The returned values go where the last pointer points: MLIR's C interface stores descriptors and several values
/// through its first parameter, and returns a single scalar as C does.
void buildInvoke(Function &invoke, Function &callee, bool resultByPointer) {
  IRBuilder<> builder(BasicBlock::Create(invoke.getContext(), "", &invoke));
  Value *pack = invoke.getArg(0);
  Type *pointer = builder.getPtrTy();
  auto slot = [&](unsigned index) {
    return builder.CreateLoad(pointer, builder.CreateConstInBoundsGEP1_64(pointer, pack, index));
  };
  unsigned inputs = callee.arg_size() - (resultByPointer ? 1 : 0);
  SmallVector<Value *> arguments;
  if (resultByPointer)
    arguments.push_back(slot(inputs));
  for (unsigned i = 0; i < inputs; ++i)
    arguments.push_back(builder.CreateLoad(callee.getArg(arguments.size())->getType(), slot(i)));
  CallInst *call = builder.CreateCall(callee.getFunctionType(), &callee, arguments);
  if (!callee.getReturnType()->isVoidTy())
    builder.CreateStore(call, slot(inputs));
  builder.CreateRetVoid();
}
} // namespace

bool lexon::hasCInterface(const Module &module, StringRef function) { return getCInterface(module, function); }

Error lexon::addEntryPoint(Module &module, StringRef function, StringRef signature) {
  Expected<CallShape> shape = readSignature(signature);
  if (!shape)
    return shape.takeError();
  Function *original = module.getFunction(function);
  Function *callee = getCInterface(module, function);
  if (!original || !callee)
    return createStringError("describes a function without a C interface");

  // MLIR returns descriptors and several results as a struct, which its C interface takes by pointer.
  bool resultByPointer = original->getReturnType()->isStructTy();
  bool returnsAnything = resultByPointer || !original->getReturnType()->isVoidTy();
  unsigned passed = callee->arg_size() - (resultByPointer ? 1 : 0);
  if (passed != shape->passed || returnsAnything != (shape->returned != 0))
    return createStringError("describes " + Twine(shape->passed) + " passed and " + Twine(shape->returned) +
                             " returned values, but the C interface takes " + Twine(passed) + " and returns " +
                             (returnsAnything ? "some" : "none"));

  std::string invokeName = ("lexon_invoke_" + function).str();
  std::string signatureName = ("lexon_signature_" + function).str();
  for (StringRef name : {StringRef(invokeName), StringRef(signatureName)})
    if (module.getNamedValue(name))
      return createStringError("needs the symbol '" + name + "', which the module uses itself");

  LLVMContext &context = module.getContext();
  auto *type = FunctionType::get(Type::getVoidTy(context), {PointerType::getUnqual(context)}, false);
  buildInvoke(*Function::Create(type, GlobalValue::ExternalLinkage, invokeName, module), *callee, resultByPointer);
  Constant *text = ConstantDataArray::getString(context, signature, /*AddNull=*/true);
  // Owned by the module.
  new GlobalVariable(module, text->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage, text, signatureName);
  return Error::success();
}
