//===- Convention.cpp - types, and how values cross calls -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The calling convention is Clang's own: its code generator classifies every argument.
//
//===----------------------------------------------------------------------===//

#include "Importer.h"

#include "clang/CodeGen/CodeGenABITypes.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace lexon::importc;
using clang::CodeGen::ABIArgInfo;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Type ModuleImporter::scalarType(clang::QualType type) {
  type = type.getCanonicalType();
  MLIRContext *ctx = context();
  if (type->isPointerType() || type->isFunctionType() || type->isArrayType() || type->isNullPtrType())
    return LLVM::LLVMPointerType::get(ctx);
  if (type->isBooleanType())
    return IntegerType::get(ctx, 8);
  if (const auto *atomic = type->getAs<clang::AtomicType>()) {
    clang::QualType value = atomic->getValueType();
    bool fits = value->isScalarType() && ast.getTypeSize(value) <= 64;
    if (fits)
      return scalarType(value);
  }
  if (type->isIntegralOrEnumerationType() && !type->isBitIntType())
    return IntegerType::get(ctx, ast.getIntWidth(type));
  if (type->isRealFloatingType()) {
    const llvm::fltSemantics &semantics = ast.getFloatTypeSemantics(type);
    if (&semantics == &llvm::APFloat::IEEEsingle())
      return Float32Type::get(ctx);
    if (&semantics == &llvm::APFloat::IEEEdouble())
      return Float64Type::get(ctx);
    if (&semantics == &llvm::APFloat::x87DoubleExtended())
      return Float80Type::get(ctx);
    if (&semantics == &llvm::APFloat::IEEEquad())
      return Float128Type::get(ctx);
    if (&semantics == &llvm::APFloat::IEEEhalf())
      return Float16Type::get(ctx);
    if (&semantics == &llvm::APFloat::BFloat())
      return BFloat16Type::get(ctx);
  }
  // Once for each type; the import goes on with another one.
  if (refusedTypes.insert(type.getTypePtr()).second)
    unsupported(lastLocation, "type '" + type.getAsString(ast.getPrintingPolicy()) + "'");
  return IntegerType::get(ctx, 32);
}

Type ModuleImporter::memoryType(clang::QualType type) {
  type = type.getCanonicalType();
  if (const clang::ConstantArrayType *array = ast.getAsConstantArrayType(type))
    return LLVM::LLVMArrayType::get(memoryType(array->getElementType()), array->getSize().getZExtValue());
  if (!type->isRecordType() && !type->isAnyComplexType() && !type->isArrayType())
    return scalarType(type);
  return LLVM::LLVMArrayType::get(IntegerType::get(context(), 8), sizeOf(type));
}

/// True if the program says that objects of `type` may be accessed as others.
static bool hasMayAlias(clang::QualType type) {
  if (const auto *tag = type->getAsTagDecl(); tag && tag->hasAttr<clang::MayAliasAttr>())
    return true;
  while (const auto *name = type->getAs<clang::TypedefType>()) {
    if (name->getDecl()->hasAttr<clang::MayAliasAttr>())
      return true;
    type = name->desugar();
  }
  return false;
}

/// The name of a scalar type's class of accesses; empty for characters, which may be anything.
static StringRef aliasClass(clang::QualType type) {
  type = type.getCanonicalType();
  if (type->isPointerType())
    return "any pointer";
  const auto *enumeration = type->getAs<clang::EnumType>();
  if (enumeration)
    type = enumeration->getDecl()->getDefinitionOrSelf()->getIntegerType().getCanonicalType();
  const auto *builtin = type->getAs<clang::BuiltinType>();
  if (!builtin)
    return "";
  switch (builtin->getKind()) {
  case clang::BuiltinType::Bool:
    return "_Bool";
  case clang::BuiltinType::Short:
  case clang::BuiltinType::UShort:
    return "short";
  case clang::BuiltinType::Int:
  case clang::BuiltinType::UInt:
    return "int";
  case clang::BuiltinType::Long:
  case clang::BuiltinType::ULong:
    return "long";
  case clang::BuiltinType::LongLong:
  case clang::BuiltinType::ULongLong:
    return "long long";
  case clang::BuiltinType::Int128:
  case clang::BuiltinType::UInt128:
    return "__int128";
  case clang::BuiltinType::Float:
    return "float";
  case clang::BuiltinType::Double:
    return "double";
  case clang::BuiltinType::LongDouble:
    return "long double";
  default:
    return "";
  }
}

ArrayAttr ModuleImporter::aliasTags(clang::QualType type) {
  if (options.OptimizationLevel == 0 || options.RelaxedAliasing)
    return {};
  MLIRContext *ctx = context();
  auto root = LLVM::TBAARootAttr::get(ctx, StringAttr::get(ctx, "Simple C/C++ TBAA"));
  auto character = LLVM::TBAATypeDescriptorAttr::get(ctx, "omnipotent char", LLVM::TBAAMemberAttr::get(root, 0));
  StringRef name = hasMayAlias(type) ? "" : aliasClass(type);
  LLVM::TBAATypeDescriptorAttr description = character;
  if (!name.empty())
    description = LLVM::TBAATypeDescriptorAttr::get(ctx, name, LLVM::TBAAMemberAttr::get(character, 0));
  return ArrayAttr::get(ctx, {LLVM::TBAATagAttr::get(description, description, 0)});
}

/// True if an access of type `a` may touch an object of type `b`.
bool ModuleImporter::mayAlias(clang::QualType a, clang::QualType b) {
  if (options.OptimizationLevel == 0 || options.RelaxedAliasing || hasMayAlias(a) || hasMayAlias(b))
    return true;
  StringRef first = aliasClass(a), second = aliasClass(b);
  return first.empty() || second.empty() || first == second;
}

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

SmallVector<Type> Signature::resultTypes() const {
  if (result.kind == PassedValue::Kind::Indirect || result.types.empty())
    return {};
  if (result.types.size() == 1)
    return {result.types.front()};
  return {LLVM::LLVMStructType::getLiteral(result.types.front().getContext(), result.types)};
}

FunctionType Signature::functionType(MLIRContext *context) const {
  SmallVector<Type> inputs;
  if (result.kind == PassedValue::Kind::Indirect)
    inputs.push_back(LLVM::LLVMPointerType::get(context));
  for (const PassedValue &parameter : parameters)
    llvm::append_range(inputs, parameter.types);
  return FunctionType::get(context, inputs, resultTypes());
}

LLVM::LLVMFunctionType Signature::llvmType(MLIRContext *context) const {
  FunctionType type = functionType(context);
  Type output = type.getNumResults() == 0 ? LLVM::LLVMVoidType::get(context) : type.getResult(0);
  return LLVM::LLVMFunctionType::get(output, type.getInputs(), isVariadic);
}

ArrayAttr Signature::argumentAttributes(MLIRContext *context) const {
  SmallVector<Attribute> all;
  bool isPlain = true;
  auto add = [&](const PassedValue &value) {
    DictionaryAttr none = DictionaryAttr::get(context);
    all.push_back(value.attributes ? value.attributes : none);
    isPlain &= all.back() == none;
  };
  if (result.kind == PassedValue::Kind::Indirect)
    add(result);
  for (const PassedValue &parameter : parameters)
    for (size_t i = 0; i < parameter.types.size(); ++i)
      add(parameter);
  return isPlain ? ArrayAttr() : ArrayAttr::get(context, all);
}

ArrayAttr Signature::resultAttributes(MLIRContext *context) const {
  if (result.kind != PassedValue::Kind::Scalar || !result.attributes)
    return {};
  return ArrayAttr::get(context, {result.attributes});
}

PassedValue ModuleImporter::passed(clang::QualType type, const ABIArgInfo &info, bool isResult) {
  MLIRContext *ctx = context();
  PassedValue value;
  value.type = type;
  NamedAttrList attributes;
  switch (info.getKind()) {
  case ABIArgInfo::Ignore:
    value.kind = PassedValue::Kind::Ignored;
    return value;
  case ABIArgInfo::Extend:
    value.types = {scalarType(type)};
    attributes.set(info.isSignExt() ? LLVM::LLVMDialect::getSExtAttrName() : LLVM::LLVMDialect::getZExtAttrName(),
                   UnitAttr::get(ctx));
    value.attributes = attributes.getDictionary(ctx);
    return value;
  case ABIArgInfo::Direct: {
    bool isMemory = type->isRecordType() || type->isAnyComplexType();
    llvm::Type *coerced = info.getCoerceToType();
    if (!isMemory || !coerced) {
      value.types = {scalarType(type)};
      return value;
    }
    value.kind = PassedValue::Kind::Coerced;
    auto *record = llvm::dyn_cast<llvm::StructType>(coerced);
    if (record && (info.getCanBeFlattened() || isResult)) {
      const llvm::StructLayout *layout = abi.GetModule()->getDataLayout().getStructLayout(record);
      for (auto [i, element] : llvm::enumerate(record->elements())) {
        value.types.push_back(convert(element));
        value.offsets.push_back(info.getDirectOffset() + layout->getElementOffset(i).getFixedValue());
      }
    } else {
      value.types = {convert(coerced)};
      value.offsets = {static_cast<int64_t>(info.getDirectOffset())};
    }
    return value;
  }
  case ABIArgInfo::Indirect: {
    value.kind = PassedValue::Kind::Indirect;
    value.types = {LLVM::LLVMPointerType::get(ctx)};
    auto align = IntegerAttr::get(IntegerType::get(ctx, 64), info.getIndirectAlign().getQuantity());
    if (isResult)
      attributes.set(LLVM::LLVMDialect::getStructRetAttrName(), TypeAttr::get(memoryType(type)));
    else if (info.getIndirectByVal())
      attributes.set(LLVM::LLVMDialect::getByValAttrName(), TypeAttr::get(memoryType(type)));
    if (isResult || info.getIndirectByVal())
      attributes.set(LLVM::LLVMDialect::getAlignAttrName(), align);
    value.attributes = attributes.getDictionary(ctx);
    return value;
  }
  default:
    value.kind = PassedValue::Kind::Ignored;
    return value;
  }
}

Signature ModuleImporter::signatureOf(const clang::FunctionType *type, ArrayRef<clang::QualType> arguments) {
  Signature signature;
  const auto *prototype = llvm::dyn_cast<clang::FunctionProtoType>(type);
  signature.isVariadic = prototype && prototype->isVariadic();
  SmallVector<clang::CanQualType> canonical;
  for (clang::QualType argument : arguments)
    canonical.push_back(ast.getCanonicalParamType(argument));
  unsigned required = prototype ? prototype->getNumParams() : arguments.size();
  clang::CodeGen::RequiredArgs requiredArgs =
      signature.isVariadic ? clang::CodeGen::RequiredArgs(required) : clang::CodeGen::RequiredArgs::All;
  const clang::CodeGen::CGFunctionInfo &info = clang::CodeGen::arrangeFreeFunctionCall(
      abi.CGM(), ast.getCanonicalType(type->getReturnType()).getUnqualifiedType(), canonical, type->getExtInfo(),
      requiredArgs);
  if (type->getReturnType()->isVoidType())
    signature.result.kind = PassedValue::Kind::Ignored;
  else
    signature.result = passed(type->getReturnType(), info.getReturnInfo(), /*isResult=*/true);
  signature.result.type = type->getReturnType();
  for (auto [argument, original] : llvm::zip(info.arguments(), arguments))
    signature.parameters.push_back(passed(original, argument.info, /*isResult=*/false));
  return signature;
}

clang::QualType ModuleImporter::passedType(const clang::ParmVarDecl *parameter) {
  clang::QualType type = parameter->getType();
  if (!parameter->isKNRPromoted())
    return type;
  if (type->isSpecificBuiltinType(clang::BuiltinType::Float))
    return ast.DoubleTy;
  return ast.isPromotableIntegerType(type) ? ast.getPromotedIntegerType(type) : type;
}

Signature ModuleImporter::signatureOf(const clang::FunctionDecl *function) {
  SmallVector<clang::QualType> parameters;
  for (const clang::ParmVarDecl *parameter : function->parameters())
    parameters.push_back(passedType(parameter));
  Signature signature = signatureOf(function->getType()->castAs<clang::FunctionType>(), parameters);
  for (auto [parameter, passed] : llvm::zip(function->parameters(), signature.parameters))
    if (passed.kind == PassedValue::Kind::Scalar && parameter->getType().isRestrictQualified()) {
      NamedAttrList attributes(passed.attributes);
      attributes.set(LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(context()));
      passed.attributes = attributes.getDictionary(context());
    }
  return signature;
}
