//===- Places.cpp - what lvalues designate --------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "lexon/Analysis/PointerMemRef.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecordLayout.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Which place
//===----------------------------------------------------------------------===//

Place FunctionImporter::pointee(const clang::Expr *pointer, clang::QualType type) {
  Value address = emitScalar(pointer);
  clang::QualType pointed = type;
  if (type->isVariableArrayType())
    pointed = ast.getBaseElementType(type);
  bool hasAlign = !pointed->isVoidType() && !pointed->isFunctionType() && !pointed->isIncompleteType();
  clang::CharUnits align = hasAlign ? ast.getTypeAlignInChars(pointed) : clang::CharUnits::One();
  return {Place::Kind::Address, address, type, align};
}

Place FunctionImporter::placeOfReference(const clang::DeclRefExpr *expr) {
  const clang::ValueDecl *decl = expr->getDecl();
  Location where = loc(static_cast<const clang::Expr *>(expr));
  if (const auto *callee = llvm::dyn_cast<clang::FunctionDecl>(decl)) {
    Value address = importer.addressOf(b, where, importer.functionFor(callee));
    return {Place::Kind::Address, address, expr->getType(), clang::CharUnits::One()};
  }
  const auto *variable = llvm::cast<clang::VarDecl>(decl);
  (void)isMemRef(variable); // the remark, however it is used
  return placeOfVariable(variable, where);
}

Place FunctionImporter::placeOfVariable(const clang::VarDecl *variable, Location where) {
  auto known = places.find(variable);
  if (known != places.end())
    return known->second;
  if (variable->hasGlobalStorage()) {
    LLVM::GlobalOp global =
        variable->isStaticLocal() ? importer.staticLocal(variable, op.getName(), scope) : importer.globalFor(variable);
    Value address = LLVM::AddressOfOp::create(b, where, global);
    if (global.getThreadLocal_())
      address = LLVM::ThreadlocalAddressOp::create(b, where, ptr(), address);
    return {Place::Kind::Address, address, variable->getType(), ast.getDeclAlign(variable)};
  }
  // A jump may pass the declaration.
  Place place = allocate(variable->getType(), variable, loc(variable->getLocation()));
  places[variable] = place;
  return place;
}

Value FunctionImporter::byteOffset(Value base, int64_t offset, Location loc) {
  if (offset == 0)
    return base;
  // A constant index has few bits.
  LLVM::GEPArg index = static_cast<int32_t>(offset);
  if (!llvm::isInt<28>(offset))
    index = constantInt(offset, b.getI64Type(), loc);
  return LLVM::GEPOp::create(b, loc, ptr(), b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{index},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Place FunctionImporter::fieldOf(const Place &record, const clang::FieldDecl *field, Location loc) {
  const clang::ASTRecordLayout &layout = ast.getASTRecordLayout(field->getParent());
  uint64_t bits = layout.getFieldOffset(field->getFieldIndex());
  clang::QualType type = field->getType();
  if (record.type.isVolatileQualified())
    type = type.withVolatile();
  if (!field->isBitField()) {
    clang::CharUnits offset = clang::CharUnits::fromQuantity(bits / 8);
    Place place{Place::Kind::Address, byteOffset(record.base, offset.getQuantity(), loc), type,
                record.align.alignmentAtOffset(offset)};
    // A field may be less aligned than its type (packed), never more than the record allows.
    if (!type->isIncompleteType() && !type->isVariableArrayType() &&
        !field->getParent()->hasAttr<clang::PackedAttr>() && !field->hasAttr<clang::PackedAttr>())
      place.align = std::max(place.align, std::min(ast.getTypeAlignInChars(type), layout.getAlignment()));
    place.mayAlias = record.mayAlias || field->getParent()->isUnion();
    return place;
  }
  Place place{Place::Kind::BitField, record.base, type, record.align};
  place.bitWidth = field->getBitWidthValue();
  // The bytes that hold the bits, and no others: a neighbour may belong to another thread, or to nobody.
  place.base = byteOffset(record.base, bits / 8, loc);
  place.align = record.align.alignmentAtOffset(clang::CharUnits::fromQuantity(bits / 8));
  place.bitOffset = bits % 8;
  return place;
}

Place FunctionImporter::placeOfMember(const clang::MemberExpr *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  Place record;
  if (expr->isArrow())
    record = pointee(expr->getBase(), expr->getBase()->getType()->getPointeeType());
  else
    record = emitPlace(expr->getBase());
  const auto *field = llvm::dyn_cast<clang::FieldDecl>(expr->getMemberDecl());
  if (!field) {
    importer.unsupported(expr->getExprLoc(), "this member");
    return record;
  }
  return fieldOf(record, field, where);
}

Place FunctionImporter::emitPlace(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  Location where = loc(expr);
  if (const auto *reference = llvm::dyn_cast<clang::DeclRefExpr>(expr))
    return placeOfReference(reference);
  if (const auto *member = llvm::dyn_cast<clang::MemberExpr>(expr))
    return placeOfMember(member);
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expr)) {
    switch (unary->getOpcode()) {
    case clang::UO_Deref:
      return pointee(unary->getSubExpr(), unary->getType());
    case clang::UO_Extension:
      return emitPlace(unary->getSubExpr());
    case clang::UO_Real:
    case clang::UO_Imag: {
      Place whole = emitPlace(unary->getSubExpr());
      if (!whole.type->isAnyComplexType() || whole.kind != Place::Kind::Address)
        return whole;
      clang::QualType element = whole.type->castAs<clang::ComplexType>()->getElementType();
      int64_t offset = unary->getOpcode() == clang::UO_Imag ? importer.sizeOf(element) : 0;
      return {Place::Kind::Address, byteOffset(whole.base, offset, where), element,
              whole.align.alignmentAtOffset(clang::CharUnits::fromQuantity(offset))};
    }
    default:
      break;
    }
  }
  if (const auto *subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(expr)) {
    // C evaluates the operands in either order; Clang in that of the text.
    bool indexFirst = subscript->getLHS() == subscript->getIdx();
    Value index, base;
    const clang::Expr *indexExpr = subscript->getIdx();
    auto emitIndex = [&] { index = emitScalar(indexExpr); };
    if (indexFirst)
      emitIndex();
    base = emitScalar(subscript->getBase());
    if (!indexFirst)
      emitIndex();
    bool isSigned = indexExpr->getType()->isSignedIntegerOrEnumerationType();
    clang::QualType type = subscript->getType();
    Value address = movePointer(base, index, type, isSigned, /*backwards=*/false, where);
    clang::QualType element = type->isVariableArrayType() ? ast.getBaseElementType(type) : type;
    return {Place::Kind::Address, address, type, ast.getTypeAlignInChars(element)};
  }
  if (const auto *literal = llvm::dyn_cast<clang::StringLiteral>(expr))
    return {Place::Kind::Address, LLVM::AddressOfOp::create(b, where, importer.stringFor(literal)), expr->getType(),
            clang::CharUnits::One()};
  if (const auto *name = llvm::dyn_cast<clang::PredefinedExpr>(expr))
    return emitPlace(name->getFunctionName());
  if (const auto *literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(expr)) {
    // One object for each execution of the function's scope: initialised anew each time.
    if (literal->isFileScope()) {
      importer.unsupported(expr->getExprLoc(), "this compound literal");
      return {Place::Kind::Address, poison(ptr(), where), expr->getType(), clang::CharUnits::One()};
    }
    clang::CharUnits align = ast.getTypeAlignInChars(expr->getType());
    Place place{Place::Kind::Address, temporary(expr->getType(), where), expr->getType(), align};
    initialize(place, literal->getInitializer());
    return place;
  }
  if (const auto *whole = llvm::dyn_cast<clang::FullExpr>(expr))
    return emitPlace(whole->getSubExpr());
  if (const auto *materialized = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr))
    return emitPlace(materialized->getSubExpr());
  if (const auto *choose = llvm::dyn_cast<clang::ChooseExpr>(expr))
    return emitPlace(choose->getChosenSubExpr());
  if (const auto *selection = llvm::dyn_cast<clang::GenericSelectionExpr>(expr))
    return emitPlace(selection->getResultExpr());
  if (const auto *opaque = llvm::dyn_cast<clang::OpaqueValueExpr>(expr)) {
    auto known = opaquePlaces.find(opaque);
    if (known != opaquePlaces.end())
      return known->second;
  }
  if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(expr)) {
    if (cast->getCastKind() == clang::CK_NoOp || cast->getCastKind() == clang::CK_LValueBitCast) {
      Place place = emitPlace(cast->getSubExpr());
      if (cast->getCastKind() == clang::CK_LValueBitCast)
        place.type = cast->getType();
      return place;
    }
  }
  if (expr->isPRValue() ||
      llvm::isa<clang::StmtExpr, clang::AbstractConditionalOperator, clang::BinaryOperator>(expr)) {
    // A record that an expression computes: its members live in a temporary object.
    Place place{Place::Kind::Address, temporary(expr->getType(), where), expr->getType(),
                ast.getTypeAlignInChars(expr->getType())};
    emitAny(expr, place);
    return place;
  }
  importer.unsupported(expr->getExprLoc(), llvm::Twine("lvalue of kind ") + expr->getStmtClassName());
  return {Place::Kind::Address, poison(ptr(), where), expr->getType(), clang::CharUnits::One()};
}

/// The object `expr`, or a copy of it if it has no address.
Place FunctionImporter::emitInMemory(const clang::Expr *expr) {
  Place place = emitPlace(expr);
  if (place.kind == Place::Kind::Address)
    return place;
  clang::QualType type = place.type.getUnqualifiedType();
  Place copied{Place::Kind::Address, temporary(type, loc(expr)), type, ast.getTypeAlignInChars(type)};
  store(copied, load(place, loc(expr)), loc(expr));
  return copied;
}

Value FunctionImporter::addressOf(const Place &place, clang::SourceLocation at) {
  if (place.kind == Place::Kind::Address)
    return place.base;
  importer.unsupported(at, "the address of this object");
  return poison(ptr(), loc(at));
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

Value FunctionImporter::load(const Place &place, Location loc) {
  switch (place.kind) {
  case Place::Kind::Value:
    return place.base;
  case Place::Kind::Variable:
    return memref::LoadOp::create(b, loc, place.base, ValueRange());
  case Place::Kind::Element: {
    auto loaded = memref::LoadOp::create(b, loc, place.base, place.indices);
    if (ArrayAttr tags = importer.aliasTags(place.type))
      loaded->setAttr(lexon::kAliasTags, tags);
    return loaded;
  }
  case Place::Kind::BitField:
    return loadBitField(place, loc);
  case Place::Kind::Address:
    break;
  }
  Type type = importer.scalarType(place.type);
  if (place.type->isAtomicType())
    return LLVM::LoadOp::create(b, loc, type, place.base, static_cast<unsigned>(place.align.getQuantity()),
                                place.type.isVolatileQualified(), false, false, false, LLVM::AtomicOrdering::seq_cst);
  auto loaded = LLVM::LoadOp::create(b, loc, type, place.base, static_cast<unsigned>(place.align.getQuantity()),
                                     place.type.isVolatileQualified());
  loaded.setTbaaAttr(importer.aliasTags(place.mayAlias ? ast.CharTy : place.type));
  return loaded;
}

void FunctionImporter::store(const Place &place, Value value, Location loc) {
  switch (place.kind) {
  case Place::Kind::Value:
    return;
  case Place::Kind::Variable:
    memref::StoreOp::create(b, loc, value, place.base, ValueRange());
    return;
  case Place::Kind::Element: {
    auto stored = memref::StoreOp::create(b, loc, value, place.base, place.indices);
    if (ArrayAttr tags = importer.aliasTags(place.type))
      stored->setAttr(lexon::kAliasTags, tags);
    return;
  }
  case Place::Kind::BitField:
    storeBitField(place, value, loc);
    return;
  case Place::Kind::Address:
    break;
  }
  if (place.type->isAtomicType()) {
    LLVM::StoreOp::create(b, loc, value, place.base, static_cast<unsigned>(place.align.getQuantity()),
                          place.type.isVolatileQualified(), false, false, LLVM::AtomicOrdering::seq_cst);
    return;
  }
  auto stored = LLVM::StoreOp::create(b, loc, value, place.base, static_cast<unsigned>(place.align.getQuantity()),
                                      place.type.isVolatileQualified());
  stored.setTbaaAttr(importer.aliasTags(place.mayAlias ? ast.CharTy : place.type));
}

/// The integer that covers a bit-field's bytes.
static IntegerType storageOf(MLIRContext *context, const Place &place) {
  return IntegerType::get(context, llvm::alignTo(place.bitOffset + place.bitWidth, 8));
}

Value FunctionImporter::loadBitField(const Place &place, Location loc) {
  IntegerType storage = storageOf(b.getContext(), place);
  auto declared = llvm::cast<IntegerType>(importer.scalarType(place.type));
  Value all = LLVM::LoadOp::create(b, loc, storage, place.base, static_cast<unsigned>(place.align.getQuantity()),
                                   place.type.isVolatileQualified());
  bool isSigned = place.type->isSignedIntegerOrEnumerationType();
  unsigned above = storage.getWidth() - place.bitOffset - place.bitWidth;
  if (above > 0)
    all = arith::ShLIOp::create(b, loc, all, constantInt(above, storage, loc));
  unsigned down = above + place.bitOffset;
  if (down > 0) {
    Value amount = constantInt(down, storage, loc);
    all = isSigned ? arith::ShRSIOp::create(b, loc, all, amount).getResult()
                   : arith::ShRUIOp::create(b, loc, all, amount).getResult();
  }
  if (storage.getWidth() > declared.getWidth())
    return arith::TruncIOp::create(b, loc, declared, all);
  if (storage.getWidth() < declared.getWidth())
    return isSigned ? arith::ExtSIOp::create(b, loc, declared, all).getResult()
                    : arith::ExtUIOp::create(b, loc, declared, all).getResult();
  return all;
}

Value FunctionImporter::storeBitField(const Place &place, Value value, Location loc) {
  IntegerType storage = storageOf(b.getContext(), place);
  auto declared = llvm::cast<IntegerType>(value.getType());
  auto resize = [&](Value number, IntegerType type, bool isSigned) -> Value {
    unsigned from = llvm::cast<IntegerType>(number.getType()).getWidth(), to = type.getWidth();
    if (from == to)
      return number;
    if (from > to)
      return arith::TruncIOp::create(b, loc, type, number);
    return isSigned ? arith::ExtSIOp::create(b, loc, type, number).getResult()
                    : arith::ExtUIOp::create(b, loc, type, number).getResult();
  };
  unsigned align = place.align.getQuantity();
  bool isVolatile = place.type.isVolatileQualified();
  llvm::APInt mask = llvm::APInt::getLowBitsSet(storage.getWidth(), place.bitWidth);
  Value bits = resize(value, storage, /*isSigned=*/false);
  bits = arith::AndIOp::create(b, loc, bits, arith::ConstantOp::create(b, loc, b.getIntegerAttr(storage, mask)));
  // What the assignment is worth: the bits that were kept.
  unsigned unused = declared.getWidth() - std::min(declared.getWidth(), place.bitWidth);
  Value kept = value;
  if (unused > 0) {
    Value amount = constantInt(unused, declared, loc);
    Value shifted = arith::ShLIOp::create(b, loc, value, amount);
    kept = place.type->isSignedIntegerOrEnumerationType() ? arith::ShRSIOp::create(b, loc, shifted, amount).getResult()
                                                          : arith::ShRUIOp::create(b, loc, shifted, amount).getResult();
  }
  if (place.bitOffset != 0)
    bits = arith::ShLIOp::create(b, loc, bits, constantInt(place.bitOffset, storage, loc));
  if (place.bitOffset != 0 || place.bitWidth != storage.getWidth()) {
    llvm::APInt others = ~mask.shl(place.bitOffset);
    Value old = LLVM::LoadOp::create(b, loc, storage, place.base, align, isVolatile);
    old = arith::AndIOp::create(b, loc, old, arith::ConstantOp::create(b, loc, b.getIntegerAttr(storage, others)));
    bits = arith::OrIOp::create(b, loc, old, bits);
  }
  LLVM::StoreOp::create(b, loc, bits, place.base, align, isVolatile);
  return kept;
}

/// Stores, and returns the value of the assignment.
Value FunctionImporter::storeAndReload(const Place &place, Value value, Location loc) {
  if (place.kind == Place::Kind::BitField)
    return storeBitField(place, value, loc);
  store(place, value, loc);
  return value;
}
