//===- Aggregates.cpp - records, arrays and their initialisers ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

void FunctionImporter::copyBytes(Value destination, Value source, int64_t size, Location loc) {
  if (size > 0)
    LLVM::MemcpyOp::create(b, loc, destination, source, constantInt(size, b.getI64Type(), loc), /*isVolatile=*/false);
}

void FunctionImporter::copy(Value destination, clang::CharUnits destinationAlign, Value source,
                            clang::CharUnits sourceAlign, clang::QualType type, Location loc) {
  int64_t size = importer.sizeOf(type);
  if (size == 0 || destination == source)
    return;
  auto copied = LLVM::MemcpyOp::create(b, loc, destination, source, constantInt(size, b.getI64Type(), loc),
                                       /*isVolatile=*/type.isVolatileQualified());
  auto alignment = [&](clang::CharUnits align) -> Attribute {
    return b.getDictionaryAttr(
        b.getNamedAttr(LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(align.getQuantity())));
  };
  copied.setArgAttrsAttr(b.getArrayAttr(
      {alignment(destinationAlign), alignment(sourceAlign), b.getDictionaryAttr({}), b.getDictionaryAttr({})}));
}

void FunctionImporter::clear(Value destination, Value size, Location loc) {
  LLVM::MemsetOp::create(b, loc, destination, constantInt(0, b.getI8Type(), loc), size, /*isVolatile=*/false);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// The value of `expr`, of any type, into `destination`.
void FunctionImporter::emitAny(const clang::Expr *expr, const Place &destination) {
  clang::QualType type = expr->getType();
  if (type->isVoidType())
    return emitIgnored(expr);
  if (type->isAnyComplexType())
    return storeComplex(destination, emitComplex(expr), loc(expr));
  if (type->isRecordType() || type->isArrayType())
    return emitAggregate(expr, addressOf(destination, expr->getExprLoc()), destination.align);
  if (Value value = emitScalar(expr))
    store(destination, value, loc(expr));
}

/// The record that `expr` computes, into memory at `destination`.
void FunctionImporter::emitAggregate(const clang::Expr *expr, Value destination, clang::CharUnits align) {
  expr = expr->IgnoreParens();
  Location where = loc(expr);
  clang::QualType type = expr->getType();
  Place place{Place::Kind::Address, destination, type, align};
  auto copyFrom = [&](const Place &source) { copy(destination, align, source.base, source.align, type, where); };
  if (expr->isGLValue())
    return copyFrom(emitPlace(expr));
  if (const auto *whole = llvm::dyn_cast<clang::FullExpr>(expr))
    return emitAggregate(whole->getSubExpr(), destination, align);
  if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(expr)) {
    const clang::Expr *operand = cast->getSubExpr();
    switch (cast->getCastKind()) {
    case clang::CK_LValueToRValue:
      return copyFrom(emitPlace(operand));
    case clang::CK_LValueToRValueBitCast:
      return copyFrom(emitInMemory(operand));
    case clang::CK_NoOp:
      return emitAggregate(operand, destination, align);
    case clang::CK_ToUnion:
      return emitAny(operand, {Place::Kind::Address, destination, operand->getType(), align});
    default:
      return importer.unsupported(expr->getExprLoc(), llvm::Twine("cast ") + cast->getCastKindName());
    }
  }
  if (const auto *call = llvm::dyn_cast<clang::CallExpr>(expr)) {
    emitCall(call, &place);
    return;
  }
  if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(expr)) {
    if (binary->isCommaOp()) {
      emitIgnored(binary->getLHS());
      return emitAggregate(binary->getRHS(), destination, align);
    }
    // An assignment: what was assigned is also the value. The sides may overlap, so the right one is whole first.
    Value whole = temporary(type, where);
    clang::CharUnits natural = ast.getTypeAlignInChars(type);
    emitAggregate(binary->getRHS(), whole, natural);
    Place assigned = emitPlace(binary->getLHS());
    copy(assigned.base, assigned.align, whole, natural, assigned.type, where);
    return copy(destination, align, whole, natural, type, where);
  }
  if (const auto *conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(expr))
    return emitBranches(conditional, [&](const clang::Expr *side) { emitAggregate(side, destination, align); });
  if (const auto *statement = llvm::dyn_cast<clang::StmtExpr>(expr))
    return emitStatementExpr(statement, [&](const clang::Expr *last) { emitAggregate(last, destination, align); });
  if (const auto *argument = llvm::dyn_cast<clang::VAArgExpr>(expr)) {
    emitVaArg(argument, &place);
    return;
  }
  if (const auto *choose = llvm::dyn_cast<clang::ChooseExpr>(expr))
    return emitAggregate(choose->getChosenSubExpr(), destination, align);
  if (const auto *selection = llvm::dyn_cast<clang::GenericSelectionExpr>(expr))
    return emitAggregate(selection->getResultExpr(), destination, align);
  if (const auto *opaque = llvm::dyn_cast<clang::OpaqueValueExpr>(expr)) {
    auto known = opaquePlaces.find(opaque);
    if (known != opaquePlaces.end())
      return copyFrom(known->second);
  }
  if (llvm::isa<clang::InitListExpr, clang::ImplicitValueInitExpr>(expr))
    return initialize(place, expr);
  if (const auto *literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(expr)) // an argument for a transparent union
    return initialize(place, literal->getInitializer());
  if (const auto *update = llvm::dyn_cast<clang::DesignatedInitUpdateExpr>(expr)) {
    // A whole value, and designators that replace parts of it.
    initialize(place, update->getBase());
    return initializeList(update->getUpdater(), place, /*isUpdate=*/true);
  }
  importer.unsupported(expr->getExprLoc(), llvm::Twine("record of kind ") + expr->getStmtClassName());
}

//===----------------------------------------------------------------------===//
// Initialisers
//===----------------------------------------------------------------------===//

void FunctionImporter::initialize(const Place &destination, const clang::Expr *init) {
  init = init->IgnoreParens();
  Location where = loc(init);
  clang::QualType type = destination.type;
  if (const auto *whole = llvm::dyn_cast<clang::FullExpr>(init))
    return initialize(destination, whole->getSubExpr());
  if (const auto *literal = llvm::dyn_cast<clang::StringLiteral>(init); literal && type->isArrayType())
    return initializeString(literal, destination);
  bool isAggregate = type->isRecordType() || type->isArrayType();
  if (const auto *predefined = llvm::dyn_cast<clang::PredefinedExpr>(init); predefined && isAggregate)
    return initializeString(predefined->getFunctionName(), destination);
  if (llvm::isa<clang::ImplicitValueInitExpr>(init) && (isAggregate || type->isAnyComplexType()))
    return clear(destination.base, constantInt(importer.sizeOf(type), b.getI64Type(), where), where);
  const auto *list = llvm::dyn_cast<clang::InitListExpr>(init);
  if (list && isAggregate)
    return initializeList(list, destination);
  if (const auto *literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(init); literal && type->isArrayType()) {
    Place source = emitPlace(literal);
    return copy(destination.base, destination.align, source.base, source.align, type, where);
  }
  emitAny(init, destination);
}

void FunctionImporter::initializeString(const clang::StringLiteral *literal, const Place &destination) {
  Location where = loc(static_cast<const clang::Expr *>(literal));
  int64_t size = importer.sizeOf(destination.type);
  LLVM::GlobalOp global = importer.stringFor(literal);
  int64_t given = std::min<int64_t>(size, importer.sizeOf(literal->getType()));
  Value source = LLVM::AddressOfOp::create(b, where, global);
  copyBytes(destination.base, source, given, where);
  if (given < size)
    clear(byteOffset(destination.base, given, where), constantInt(size - given, b.getI64Type(), where), where);
}

/// With `isUpdate`, what the list does not name stays as it is.
void FunctionImporter::initializeList(const clang::InitListExpr *list, const Place &destination, bool isUpdate) {
  constexpr int64_t kCopiedFrom = 128; // bytes from which a constant is copied whole
  Location where = loc(static_cast<const clang::Expr *>(list));
  if (const clang::InitListExpr *semantic = list->isSemanticForm() ? nullptr : list->getSemanticForm())
    list = semantic;
  clang::QualType type = destination.type;
  int64_t size = importer.sizeOf(type);
  if (list->isTransparent())
    return initialize(destination, list->getInit(0));
  clang::Expr::EvalResult constant;
  if (!isUpdate && size >= kCopiedFrom && const_cast<clang::InitListExpr *>(list)->isConstantInitializer(ast, false) &&
      list->EvaluateAsConstantExpr(constant, ast) && !constant.HasSideEffects) {
    Value source = LLVM::AddressOfOp::create(
        b, where, importer.constantFor(type.getUnqualifiedType(), constant.Val, list->getExprLoc()));
    return copyBytes(destination.base, source, size, where);
  }
  auto clearAll = [&] {
    if (!isUpdate)
      clear(destination.base, constantInt(size, b.getI64Type(), where), where);
  };
  auto initializePart = [&](const Place &part, const clang::Expr *init) {
    const auto *inner = llvm::dyn_cast<clang::InitListExpr>(init);
    if (llvm::isa<clang::NoInitExpr>(init))
      return;
    if (isUpdate && inner && (part.type->isRecordType() || part.type->isArrayType()))
      initializeList(inner, part, isUpdate);
    else
      initialize(part, init);
  };
  if (type->isArrayType()) {
    clang::QualType element = ast.getAsArrayType(type)->getElementType();
    if (list->isStringLiteralInit())
      return initialize(destination, list->getInit(0));
    int64_t stride = importer.sizeOf(element), count = size / std::max<int64_t>(stride, 1);
    if (static_cast<int64_t>(list->getNumInits()) < count)
      clearAll();
    for (unsigned i = 0; i < list->getNumInits(); ++i) {
      const clang::Expr *init = list->getInit(i);
      if (!init)
        continue;
      clang::CharUnits offset = clang::CharUnits::fromQuantity(i * stride);
      initializePart({Place::Kind::Address, byteOffset(destination.base, i * stride, where), element,
                      destination.align.alignmentAtOffset(offset)},
                     init);
    }
    // A filler that is not zero comes from a designated range of records, say.
    const clang::Expr *filler = list->getArrayFiller();
    if (filler && !llvm::isa<clang::ImplicitValueInitExpr>(filler) && !llvm::isa<clang::NoInitExpr>(filler))
      for (int64_t i = list->getNumInits(); i < count; ++i)
        initialize({Place::Kind::Address, byteOffset(destination.base, i * stride, where), element,
                    destination.align.alignmentAtOffset(clang::CharUnits::fromQuantity(i * stride))},
                   filler);
    return;
  }
  const clang::RecordDecl *record = type->castAs<clang::RecordType>()->getDecl()->getDefinitionOrSelf();
  bool hasBitFields = llvm::any_of(record->fields(), [](const clang::FieldDecl *field) { return field->isBitField(); });
  if (record->isUnion() || hasBitFields)
    clearAll();
  if (record->isUnion()) {
    if (const clang::FieldDecl *field = list->getInitializedFieldInUnion(); field && list->getNumInits() > 0)
      initializePart(fieldOf(destination, field, where), list->getInit(0));
    return;
  }
  unsigned next = 0;
  for (const clang::FieldDecl *field : record->fields()) {
    if (field->isUnnamedBitField())
      continue;
    if (next >= list->getNumInits() || field->getType()->isIncompleteArrayType())
      break;
    if (const clang::Expr *init = list->getInit(next))
      initializePart(fieldOf(destination, field, where), init);
    ++next;
  }
}
