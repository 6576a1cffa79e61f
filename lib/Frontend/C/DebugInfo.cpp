//===- DebugInfo.cpp - what a debugger is told ----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "DebugInfo.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "clang/AST/RecordLayout.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace lexon::importc;
namespace dwarf = llvm::dwarf;

DebugInfo::DebugInfo(MLIRContext *context, clang::ASTContext &ast, const clang::CodeGenOptions &options)
    : context(context), ast(ast), optimizes(options.OptimizationLevel > 0) {
  llvm::codegenoptions::DebugInfoKind kind = options.getDebugInfo();
  if (kind == llvm::codegenoptions::NoDebugInfo || kind == llvm::codegenoptions::LocTrackingOnly)
    return;
  const clang::SourceManager &sources = ast.getSourceManager();
  auto emission = kind == llvm::codegenoptions::DebugLineTablesOnly ? LLVM::DIEmissionKind::LineTablesOnly
                                                                    : LLVM::DIEmissionKind::Full;
  unit = LLVM::DICompileUnitAttr::get(DistinctAttr::create(UnitAttr::get(context)), dwarf::DW_LANG_C11,
                                      file(sources.getLocForStartOfFile(sources.getMainFileID())), text("lexon"),
                                      optimizes, emission);
}

StringAttr DebugInfo::text(StringRef value) { return value.empty() ? StringAttr() : StringAttr::get(context, value); }

LLVM::DIFileAttr DebugInfo::file(clang::SourceLocation at) {
  const clang::SourceManager &sources = ast.getSourceManager();
  clang::PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(at));
  SmallString<128> directory;
  (void)llvm::sys::fs::current_path(directory);
  return LLVM::DIFileAttr::get(context, place.isValid() ? place.getFilename() : "<unknown>", directory);
}

unsigned DebugInfo::line(clang::SourceLocation at) {
  const clang::SourceManager &sources = ast.getSourceManager();
  clang::PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(at));
  return place.isValid() ? place.getLine() : 0;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

LLVM::DITypeAttr DebugInfo::derived(unsigned tag, StringRef name, LLVM::DITypeAttr base, uint64_t bits,
                                    uint64_t offset) {
  return LLVM::DIDerivedTypeAttr::get(context, tag, text(name), base, bits, /*alignInBits=*/0, offset, std::nullopt,
                                      LLVM::DINodeAttr());
}

LLVM::DITypeAttr DebugInfo::array(const clang::ArrayType *type) {
  SmallVector<LLVM::DINodeAttr> dimensions;
  clang::QualType element(type, 0);
  while (const clang::ArrayType *inner = ast.getAsArrayType(element)) {
    Attribute count;
    if (const auto *constant = llvm::dyn_cast<clang::ConstantArrayType>(inner))
      count = IntegerAttr::get(IntegerType::get(context, 64), constant->getSize().getZExtValue());
    dimensions.push_back(LLVM::DISubrangeAttr::get(context, count, {}, {}, {}));
    element = inner->getElementType();
  }
  clang::QualType whole(type, 0);
  uint64_t bits = whole->isConstantSizeType() && !whole->isIncompleteType() ? ast.getTypeSize(whole) : 0;
  return LLVM::DICompositeTypeAttr::get(context, dwarf::DW_TAG_array_type, {}, {}, 0, {}, this->type(element),
                                        LLVM::DIFlags::Zero, bits, 0, {}, {}, {}, {}, dimensions);
}

LLVM::DITypeAttr DebugInfo::record(const clang::RecordDecl *decl) {
  if (const clang::RecordDecl *definition = decl->getDefinition())
    decl = definition;
  if (auto self = open.lookup(decl)) {
    referenced.insert(decl);
    return llvm::cast<LLVM::DITypeAttr>(Attribute(LLVM::DICompositeTypeAttr::getRecSelf(self)));
  }
  unsigned tag = decl->isUnion() ? dwarf::DW_TAG_union_type : dwarf::DW_TAG_structure_type;
  auto build = [&](DistinctAttr id, ArrayRef<LLVM::DINodeAttr> members, uint64_t bits, LLVM::DIFlags flags) {
    return LLVM::DICompositeTypeAttr::get(context, id, /*isRecSelf=*/false, tag, text(decl->getName()),
                                          file(decl->getLocation()), line(decl->getLocation()), LLVM::DIScopeAttr(),
                                          LLVM::DITypeAttr(), flags, bits, 0, {}, {}, {}, {}, members);
  };
  if (!decl->isCompleteDefinition())
    return build({}, {}, 0, LLVM::DIFlags::FwdDecl);
  auto id = DistinctAttr::create(UnitAttr::get(context));
  open[decl] = id;
  const clang::ASTRecordLayout &layout = ast.getASTRecordLayout(decl);
  SmallVector<LLVM::DINodeAttr> members;
  for (const clang::FieldDecl *field : decl->fields()) {
    if (field->isUnnamedBitField())
      continue;
    bool isSized = !field->getType()->isIncompleteType();
    uint64_t bits = field->isBitField() ? field->getBitWidthValue() : isSized ? ast.getTypeSize(field->getType()) : 0;
    members.push_back(derived(dwarf::DW_TAG_member, field->getName(), type(field->getType()), bits,
                              layout.getFieldOffset(field->getFieldIndex())));
  }
  open.erase(decl);
  bool isRecursive = referenced.erase(decl);
  return build(isRecursive ? id : DistinctAttr(), members, ast.toBits(layout.getSize()), LLVM::DIFlags::Zero);
}

LLVM::DISubroutineTypeAttr DebugInfo::subroutine(const clang::FunctionType *function) {
  SmallVector<LLVM::DITypeAttr> types = {type(function->getReturnType())};
  if (const auto *prototype = llvm::dyn_cast<clang::FunctionProtoType>(function))
    for (clang::QualType parameter : prototype->getParamTypes())
      types.push_back(type(parameter));
  // Nothing stands for `void`, which the attribute says by a null type of its own.
  for (LLVM::DITypeAttr &each : types)
    if (!each)
      each = LLVM::DINullTypeAttr::get(context);
  return LLVM::DISubroutineTypeAttr::get(context, types);
}

LLVM::DITypeAttr DebugInfo::build(clang::QualType qualified) {
  if (qualified.isConstQualified() || qualified.isVolatileQualified()) {
    clang::QualType inner = qualified;
    bool isConst = qualified.isConstQualified();
    isConst ? inner.removeLocalConst() : inner.removeLocalVolatile();
    if (inner == qualified)
      return type(qualified.getCanonicalType().getUnqualifiedType());
    return derived(isConst ? dwarf::DW_TAG_const_type : dwarf::DW_TAG_volatile_type, "", type(inner), 0);
  }
  if (const auto *name = qualified->getAs<clang::TypedefType>())
    return derived(dwarf::DW_TAG_typedef, name->getDecl()->getName(), type(name->desugar()), 0);
  clang::QualType canonical = qualified.getCanonicalType().getUnqualifiedType();
  if (canonical->isVoidType())
    return {};
  if (canonical->isPointerType())
    return derived(dwarf::DW_TAG_pointer_type, "", type(qualified->getPointeeType()), ast.getTypeSize(canonical));
  if (const clang::ArrayType *arrayType = ast.getAsArrayType(qualified))
    return array(arrayType);
  if (const auto *recordType = canonical->getAs<clang::RecordType>())
    return record(recordType->getDecl());
  if (const auto *function = canonical->getAs<clang::FunctionType>())
    return subroutine(function);
  unsigned encoding = dwarf::DW_ATE_signed;
  if (canonical->isBooleanType())
    encoding = dwarf::DW_ATE_boolean;
  else if (canonical->isAnyComplexType())
    encoding = dwarf::DW_ATE_complex_float;
  else if (canonical->isRealFloatingType())
    encoding = dwarf::DW_ATE_float;
  else if (canonical->isCharType())
    encoding = canonical->isSignedIntegerType() ? dwarf::DW_ATE_signed_char : dwarf::DW_ATE_unsigned_char;
  else if (canonical->isUnsignedIntegerOrEnumerationType())
    encoding = dwarf::DW_ATE_unsigned;
  return LLVM::DIBasicTypeAttr::get(context, dwarf::DW_TAG_base_type, canonical.getAsString(ast.getPrintingPolicy()),
                                    ast.getTypeSize(canonical), encoding);
}

LLVM::DITypeAttr DebugInfo::type(clang::QualType qualified) {
  auto found = known.find(qualified);
  if (found != known.end())
    return found->second;
  LLVM::DITypeAttr built = build(qualified);
  if (referenced.empty())
    known[qualified] = built;
  return built;
}

//===----------------------------------------------------------------------===//
// Functions and variables
//===----------------------------------------------------------------------===//

LLVM::DISubprogramAttr DebugInfo::function(const clang::FunctionDecl *decl, StringRef symbol) {
  auto flags = LLVM::DISubprogramFlags::Definition;
  if (optimizes)
    flags = flags | LLVM::DISubprogramFlags::Optimized;
  if (decl->getFormalLinkage() != clang::Linkage::External)
    flags = flags | LLVM::DISubprogramFlags::LocalToUnit;
  LLVM::DIFileAttr where = file(decl->getLocation());
  const clang::Stmt *body = decl->getBody();
  return LLVM::DISubprogramAttr::get(context, DistinctAttr::create(UnitAttr::get(context)), unit, where,
                                     text(decl->getName()), symbol == decl->getName() ? StringAttr() : text(symbol),
                                     where, line(decl->getLocation()),
                                     line(body ? body->getBeginLoc() : decl->getLocation()), flags,
                                     subroutine(decl->getType()->castAs<clang::FunctionType>()), {}, {});
}

LLVM::DILexicalBlockAttr DebugInfo::block(LLVM::DIScopeAttr parent, clang::SourceLocation at) {
  clang::PresumedLoc place = ast.getSourceManager().getPresumedLoc(ast.getSourceManager().getExpansionLoc(at));
  return LLVM::DILexicalBlockAttr::get(parent, file(at), line(at), place.isValid() ? place.getColumn() : 0);
}

LLVM::DILocalVariableAttr DebugInfo::variable(const clang::VarDecl *decl, unsigned argument, LLVM::DIScopeAttr scope) {
  return LLVM::DILocalVariableAttr::get(scope, decl->getName(), file(decl->getLocation()), line(decl->getLocation()),
                                        argument, /*alignInBits=*/0, type(decl->getType()), LLVM::DIFlags::Zero);
}

LLVM::DIGlobalVariableExpressionAttr DebugInfo::global(const clang::VarDecl *decl, LLVM::DIScopeAttr scope,
                                                       StringRef symbol) {
  if (!scope)
    scope = unit;
  auto variable = LLVM::DIGlobalVariableAttr::get(
      context, scope, text(decl->getName()), symbol == decl->getName() ? StringAttr() : text(symbol),
      file(decl->getLocation()), line(decl->getLocation()), type(decl->getType()),
      decl->getFormalLinkage() != clang::Linkage::External, /*isDefined=*/true, /*alignInBits=*/0);
  return LLVM::DIGlobalVariableExpressionAttr::get(context, variable, LLVM::DIExpressionAttr::get(context));
}
