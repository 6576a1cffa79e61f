//===- Globals.cpp - variables with static storage ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// An initial value is what Clang's constant evaluator makes of the initialiser, laid out as bytes and addresses.
//
//===----------------------------------------------------------------------===//

#include "Importer.h"

#include "clang/AST/RecordLayout.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Endian.h"

#include <map>

using namespace mlir;
using namespace lexon::importc;

namespace lexon::importc {
/// Lays a constant out in memory.
class GlobalInitializer {
public:
  GlobalInitializer(ModuleImporter &importer, clang::SourceLocation at, int64_t size)
      : importer(importer), ast(importer.ast), at(at), bytes(size, 0) {}

  void write(const clang::APValue &value, clang::QualType type, int64_t offset);
  /// A record whose last member is an array of no given size, which the constant evaluator does not know.
  void writeFlexible(const clang::InitListExpr *list, clang::QualType type);

  bool isZero() const {
    return addresses.empty() && llvm::all_of(bytes, [](uint8_t byte) { return byte == 0; });
  }

  struct Address {
    Operation *symbol;
    int64_t offset;
  };

  ModuleImporter &importer;
  clang::ASTContext &ast;
  clang::SourceLocation at;
  std::vector<uint8_t> bytes;
  std::map<int64_t, Address> addresses; ///< by place; each of 8 bytes

private:
  void writeBits(llvm::APInt value, int64_t bitOffset, unsigned width);
  void writeInt(const llvm::APInt &value, clang::QualType type, int64_t offset);
  void writeFloat(const llvm::APFloat &value, int64_t offset);
  void writeAddress(const clang::APValue &value, clang::QualType type, int64_t offset);
  void writeArray(const clang::APValue &value, clang::QualType type, int64_t offset);
  void writeRecord(const clang::APValue &value, clang::QualType type, int64_t offset);
};
} // namespace lexon::importc

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

void GlobalInitializer::writeBits(llvm::APInt value, int64_t bitOffset, unsigned width) {
  for (unsigned bit = 0; bit < width; ++bit) {
    int64_t place = bitOffset + bit;
    if (place / 8 >= static_cast<int64_t>(bytes.size()))
      return;
    if (bit < value.getBitWidth() && value[bit])
      bytes[place / 8] |= 1U << (place % 8);
  }
}

void GlobalInitializer::writeInt(const llvm::APInt &value, clang::QualType type, int64_t offset) {
  unsigned width = ast.getTypeSize(type);
  writeBits(value.zextOrTrunc(width), offset * 8, width);
}

void GlobalInitializer::writeFloat(const llvm::APFloat &value, int64_t offset) {
  llvm::APInt bits = value.bitcastToAPInt();
  writeBits(bits, offset * 8, bits.getBitWidth());
}

void GlobalInitializer::writeAddress(const clang::APValue &value, clang::QualType type, int64_t offset) {
  clang::APValue::LValueBase base = value.getLValueBase();
  int64_t distance = value.getLValueOffset().getQuantity();
  if (!base) {
    int64_t number = value.isNullPointer() ? static_cast<int64_t>(ast.getTargetNullPointerValue(type)) : distance;
    return writeInt(llvm::APInt(64, static_cast<uint64_t>(number)), type, offset);
  }
  Operation *symbol = nullptr;
  if (const auto *decl = base.dyn_cast<const clang::ValueDecl *>()) {
    if (const auto *function = llvm::dyn_cast<clang::FunctionDecl>(decl))
      symbol = importer.functionFor(function);
    else if (const auto *variable = llvm::dyn_cast<clang::VarDecl>(decl))
      symbol = variable->isLocalVarDecl() ? importer.staticLocals.lookup(variable) : importer.globalFor(variable);
  } else if (const auto *expr = base.dyn_cast<const clang::Expr *>()) {
    expr = expr->IgnoreParens();
    if (const auto *literal = llvm::dyn_cast<clang::StringLiteral>(expr)) {
      symbol = importer.stringFor(literal);
    } else if (const auto *predefined = llvm::dyn_cast<clang::PredefinedExpr>(expr)) {
      symbol = importer.stringFor(predefined->getFunctionName());
    } else if (const auto *label = llvm::dyn_cast<clang::AddrLabelExpr>(expr)) {
      int64_t number = importer.labelNumbers.lookup(label->getLabel()) + distance;
      return writeInt(llvm::APInt(64, static_cast<uint64_t>(number)), type, offset);
    } else if (const auto *compound = llvm::dyn_cast<clang::CompoundLiteralExpr>(expr)) {
      LLVM::GlobalOp &global = importer.literals[compound];
      if (!global) {
        clang::Expr::EvalResult result;
        if (compound->getInitializer()->EvaluateAsConstantExpr(result, ast)) {
          LLVM::GlobalOp created = importer.constantFor(compound->getType(), result.Val, at);
          created.setConstant(compound->getType().isConstQualified());
          importer.literals[compound] = created;
        }
      }
      symbol = importer.literals.lookup(compound);
    }
  }
  if (!symbol || ast.getTypeSize(type) != 64)
    return importer.unsupported(at, "this address in an initializer");
  addresses[offset] = {symbol, distance};
}

void GlobalInitializer::writeArray(const clang::APValue &value, clang::QualType type, int64_t offset) {
  clang::QualType element = ast.getAsArrayType(type)->getElementType();
  int64_t stride = importer.sizeOf(element);
  for (unsigned i = 0; i < value.getArraySize(); ++i) {
    bool isGiven = i < value.getArrayInitializedElts();
    if (!isGiven && !value.hasArrayFiller())
      break;
    write(isGiven ? value.getArrayInitializedElt(i) : value.getArrayFiller(), element, offset + i * stride);
  }
}

void GlobalInitializer::writeRecord(const clang::APValue &value, clang::QualType type, int64_t offset) {
  const clang::RecordDecl *record = type->castAs<clang::RecordType>()->getDecl()->getDefinitionOrSelf();
  const clang::ASTRecordLayout &layout = ast.getASTRecordLayout(record);
  auto writeField = [&](const clang::FieldDecl *field, const clang::APValue &part) {
    int64_t bits = layout.getFieldOffset(field->getFieldIndex());
    if (field->isBitField()) {
      if (part.isInt())
        writeBits(part.getInt(), offset * 8 + bits, field->getBitWidthValue());
      return;
    }
    write(part, field->getType(), offset + bits / 8);
  };
  if (value.isUnion()) {
    if (const clang::FieldDecl *field = value.getUnionField())
      writeField(field, value.getUnionValue());
    return;
  }
  unsigned i = 0;
  for (const clang::FieldDecl *field : record->fields()) {
    if (!field->isUnnamedBitField() && i < value.getStructNumFields())
      writeField(field, value.getStructField(i));
    ++i;
  }
}

void GlobalInitializer::writeFlexible(const clang::InitListExpr *list, clang::QualType type) {
  const clang::RecordDecl *record = type->castAs<clang::RecordType>()->getDecl()->getDefinitionOrSelf();
  const clang::ASTRecordLayout &layout = ast.getASTRecordLayout(record);
  auto writeExpr = [&](const clang::Expr *init, clang::QualType type, int64_t offset) {
    clang::Expr::EvalResult result;
    if (!llvm::isa<clang::ImplicitValueInitExpr>(init) && init->EvaluateAsConstantExpr(result, ast))
      write(result.Val, type, offset);
    else if (!llvm::isa<clang::ImplicitValueInitExpr>(init))
      importer.unsupported(init->getExprLoc(), "an initializer that is not constant");
  };
  unsigned next = 0;
  for (const clang::FieldDecl *field : record->fields()) {
    if (field->isUnnamedBitField())
      continue;
    if (next >= list->getNumInits())
      break;
    const clang::Expr *init = list->getInit(next++)->IgnoreParens();
    if (const auto *inner = llvm::dyn_cast<clang::InitListExpr>(init); inner && inner->isStringLiteralInit())
      init = inner->getInit(0)->IgnoreParens(); // a string in braces
    int64_t offset = layout.getFieldOffset(field->getFieldIndex()) / 8;
    if (field->isBitField()) {
      importer.unsupported(init->getExprLoc(), "bit-fields beside a flexible array member");
    } else if (!field->getType()->isIncompleteArrayType()) {
      writeExpr(init, field->getType(), offset);
    } else if (const auto *text = llvm::dyn_cast<clang::StringLiteral>(init)) {
      for (unsigned i = 0; i < text->getByteLength(); ++i)
        bytes[offset + i] = text->getBytes()[i];
    } else if (const auto *elements = llvm::dyn_cast<clang::InitListExpr>(init)) {
      clang::QualType element = ast.getAsArrayType(field->getType())->getElementType();
      for (unsigned i = 0; i < elements->getNumInits(); ++i)
        writeExpr(elements->getInit(i), element, offset + i * importer.sizeOf(element));
    }
  }
}

void GlobalInitializer::write(const clang::APValue &value, clang::QualType type, int64_t offset) {
  switch (value.getKind()) {
  case clang::APValue::None:
  case clang::APValue::Indeterminate:
    return;
  case clang::APValue::Int:
    return writeInt(value.getInt(), type, offset);
  case clang::APValue::Float:
    return writeFloat(value.getFloat(), offset);
  case clang::APValue::ComplexInt:
  case clang::APValue::ComplexFloat: {
    clang::QualType element = type->castAs<clang::ComplexType>()->getElementType();
    int64_t second = offset + importer.sizeOf(element);
    if (value.isComplexInt()) {
      writeInt(value.getComplexIntReal(), element, offset);
      return writeInt(value.getComplexIntImag(), element, second);
    }
    writeFloat(value.getComplexFloatReal(), offset);
    return writeFloat(value.getComplexFloatImag(), second);
  }
  case clang::APValue::LValue:
    return writeAddress(value, type, offset);
  case clang::APValue::AddrLabelDiff: {
    int64_t left = importer.labelNumbers.lookup(value.getAddrLabelDiffLHS()->getLabel());
    int64_t right = importer.labelNumbers.lookup(value.getAddrLabelDiffRHS()->getLabel());
    return writeInt(llvm::APInt(64, static_cast<uint64_t>(left - right)), type, offset);
  }
  case clang::APValue::Array:
    return writeArray(value, type, offset);
  case clang::APValue::Struct:
  case clang::APValue::Union:
    return writeRecord(value, type, offset);
  default:
    importer.unsupported(at, "this initializer");
  }
}

//===----------------------------------------------------------------------===//
// Globals
//===----------------------------------------------------------------------===//

LLVM::GlobalOp ModuleImporter::createGlobal(Location loc, StringRef name, clang::QualType type, bool isConstant,
                                            LLVM::Linkage linkage) {
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  if (!symbols.empty())
    b.setInsertionPointToEnd(module.getBody());
  auto global = LLVM::GlobalOp::create(b, loc, memoryType(type), isConstant, linkage, name, Attribute());
  global.setAlignment(ast.getTypeAlignInChars(type).getQuantity());
  symbols[name] = global;
  return global;
}

/// One array of `element`s from `bytes`, or null if they are not whole scalars.
static Attribute denseBytes(MLIRContext *context, ArrayRef<uint8_t> bytes, Type memoryType) {
  SmallVector<int64_t> shape;
  Type element = memoryType;
  while (auto array = llvm::dyn_cast<LLVM::LLVMArrayType>(element)) {
    shape.push_back(array.getNumElements());
    element = array.getElementType();
  }
  bool isPlain = element.isInteger(8) || element.isInteger(16) || element.isInteger(32) || element.isInteger(64) ||
                 element.isF32() || element.isF64();
  if (!isPlain || shape.empty())
    return {};
  if (shape.size() == 1 && element.isInteger(8))
    return StringAttr::get(StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()), memoryType);
  auto type = RankedTensorType::get(shape, element);
  ArrayRef<char> raw(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  return DenseElementsAttr::getFromRawBuffer(type, raw);
}

static Attribute scalarAttribute(ArrayRef<uint8_t> bytes, Type type) {
  llvm::APInt bits(bytes.size() * 8, 0);
  for (auto [i, byte] : llvm::enumerate(bytes))
    bits.insertBits(llvm::APInt(8, byte), i * 8);
  if (auto integer = llvm::dyn_cast<IntegerType>(type))
    return IntegerAttr::get(type, bits.trunc(integer.getWidth()));
  if (type.isF32())
    return FloatAttr::get(type, llvm::APFloat(llvm::APFloat::IEEEsingle(), bits));
  if (type.isF64())
    return FloatAttr::get(type, llvm::APFloat(llvm::APFloat::IEEEdouble(), bits));
  return {};
}

void ModuleImporter::initialize(LLVM::GlobalOp global, clang::QualType type, const clang::APValue &value,
                                clang::SourceLocation at) {
  GlobalInitializer layout(*this, at, sizeOf(type));
  layout.write(value, type, 0);
  setInitialValue(global, layout);
}

void ModuleImporter::setInitialValue(LLVM::GlobalOp global, const GlobalInitializer &layout) {
  Location loc = global.getLoc();
  Type memory = global.getGlobalType();
  if (layout.addresses.empty() && !layout.isZero()) {
    Attribute attribute = llvm::isa<LLVM::LLVMArrayType>(memory) ? denseBytes(context(), layout.bytes, memory)
                                                                 : scalarAttribute(layout.bytes, memory);
    if (attribute) {
      global.setValueAttr(attribute);
      return;
    }
  }
  OpBuilder b(context());
  b.createBlock(&global.getInitializerRegion());
  if (layout.isZero()) {
    Value zero = LLVM::ZeroOp::create(b, loc, memory);
    LLVM::ReturnOp::create(b, loc, zero);
    return;
  }
  auto pointer = LLVM::LLVMPointerType::get(context());
  auto addressValue = [&](const GlobalInitializer::Address &address) -> Value {
    Value base;
    if (auto variable = llvm::dyn_cast<LLVM::GlobalOp>(address.symbol))
      base = LLVM::AddressOfOp::create(b, loc, variable);
    else
      base = addressOf(b, loc, llvm::cast<FunctionOpInterface>(address.symbol));
    if (address.offset == 0)
      return base;
    Value distance = LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(address.offset));
    return LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{distance});
  };
  if (llvm::isa<LLVM::LLVMPointerType>(memory) && layout.addresses.size() == 1) {
    LLVM::ReturnOp::create(b, loc, addressValue(layout.addresses.begin()->second));
    return;
  }
  // A packed record of addresses and the bytes between them.
  SmallVector<Type> fields;
  SmallVector<std::pair<int64_t, int64_t>> pieces; // begin and length; -1 for an address
  int64_t done = 0, size = layout.bytes.size();
  auto addBytes = [&](int64_t end) {
    if (end > done) {
      fields.push_back(LLVM::LLVMArrayType::get(b.getI8Type(), end - done));
      pieces.push_back({done, end - done});
    }
    done = end;
  };
  for (auto &[offset, address] : layout.addresses) {
    addBytes(offset);
    fields.push_back(pointer);
    pieces.push_back({offset, -1});
    done = offset + 8;
  }
  addBytes(size);
  auto record = LLVM::LLVMStructType::getLiteral(context(), fields, /*isPacked=*/true);
  global.setGlobalTypeAttr(TypeAttr::get(record));
  Value all = LLVM::UndefOp::create(b, loc, record);
  for (auto [i, piece] : llvm::enumerate(pieces)) {
    Value part;
    if (piece.second < 0) {
      part = addressValue(layout.addresses.at(piece.first));
    } else {
      StringRef text(reinterpret_cast<const char *>(layout.bytes.data()) + piece.first, piece.second);
      part = LLVM::ConstantOp::create(b, loc, fields[i], b.getStringAttr(text));
    }
    all = LLVM::InsertValueOp::create(b, loc, all, part, ArrayRef<int64_t>{static_cast<int64_t>(i)});
  }
  LLVM::ReturnOp::create(b, loc, all);
}

void ModuleImporter::setLinkage(LLVM::GlobalOp global, const clang::VarDecl *variable) {
  if (variable->getFormalLinkage() != clang::Linkage::External)
    global.setLinkage(LLVM::Linkage::Internal);
  if (variable->hasAttr<clang::UsedAttr>() && variable->hasDefinition())
    used.insert(global.getName().str());
  if (variable->hasAttr<clang::WeakAttr>())
    global.setLinkage(variable->hasDefinition() ? LLVM::Linkage::Weak : LLVM::Linkage::ExternWeak);
  if (variable->getTLSKind() != clang::VarDecl::TLS_None)
    global.setThreadLocal_(true);
  if (const auto *section = variable->getAttr<clang::SectionAttr>())
    global.setSection(section->getName());
}

LLVM::GlobalOp ModuleImporter::globalFor(const clang::VarDecl *variable) {
  if (variable->isStaticLocal())
    return staticLocals.lookup(variable);
  std::string name = symbolOf(variable);
  if (Operation *known = symbols.lookup(name)) {
    if (auto same = llvm::dyn_cast<LLVM::GlobalOp>(known))
      return same;
    name = clashing(variable->getLocation(), name);
  }
  const clang::VarDecl *decl = variable->getDefinition();
  if (!decl)
    decl = variable->getActingDefinition();
  const clang::VarDecl *source = decl ? decl : variable->getMostRecentDecl();
  LLVM::GlobalOp global = createGlobal(location(source->getLocation()), name, source->getType(), /*isConstant=*/false,
                                       LLVM::Linkage::External);
  global.setAlignment(ast.getDeclAlign(source).getQuantity());
  setLinkage(global, source);
  if (decl && debug.isEnabled())
    global.setDbgExprsAttr(ArrayAttr::get(context(), {debug.global(decl, {}, name)}));
  if (decl)
    defineGlobal(global, decl);
  // -fcommon: other files may have the same variable, without an initial value as well.
  bool isTentative = decl && decl->isThisDeclarationADefinition() == clang::VarDecl::TentativeDefinition;
  bool isCommon =
      decl && !decl->hasAttr<clang::NoCommonAttr>() && (!options.NoCommon || decl->hasAttr<clang::CommonAttr>());
  if (isTentative && isCommon && global.getLinkage() == LLVM::Linkage::External && !global.getThreadLocal_() &&
      !global.getSection())
    global.setLinkage(LLVM::Linkage::Common);
  return global;
}

void ModuleImporter::defineGlobal(LLVM::GlobalOp global, const clang::VarDecl *variable) {
  const clang::VarDecl *withInit = nullptr;
  variable->getAnyInitializer(withInit);
  clang::APValue zero;
  const clang::APValue *value = &zero;
  const auto *list = withInit ? llvm::dyn_cast<clang::InitListExpr>(withInit->getInit()->IgnoreParens()) : nullptr;
  if (list && withInit->hasFlexibleArrayInit(ast)) {
    int64_t size = sizeOf(variable->getType()) + withInit->getFlexibleArrayInitChars(ast).getQuantity();
    GlobalInitializer layout(*this, variable->getLocation(), size);
    layout.writeFlexible(list, variable->getType());
    global.setGlobalTypeAttr(TypeAttr::get(LLVM::LLVMArrayType::get(IntegerType::get(context(), 8), size)));
    global.setConstant(variable->getType().isConstant(ast));
    return setInitialValue(global, layout);
  }
  if (withInit) {
    value = withInit->evaluateValue();
    if (!value) {
      unsupported(withInit->getLocation(), "an initializer that is not constant");
      value = &zero;
    }
  }
  clang::QualType type = variable->getType();
  global.setConstant(type.isConstant(ast) && withInit);
  initialize(global, type, *value, variable->getLocation());
}

LLVM::GlobalOp ModuleImporter::staticLocal(const clang::VarDecl *variable, StringRef function,
                                           LLVM::DIScopeAttr scope) {
  variable = variable->getCanonicalDecl();
  if (LLVM::GlobalOp known = staticLocals.lookup(variable))
    return known;
  std::string name = uniqueName((function + "." + variable->getName()).str());
  LLVM::GlobalOp global = createGlobal(location(variable->getLocation()), name, variable->getType(),
                                       /*isConstant=*/false, LLVM::Linkage::Internal);
  global.setAlignment(ast.getDeclAlign(variable).getQuantity());
  setLinkage(global, variable);
  if (debug.isEnabled())
    global.setDbgExprsAttr(ArrayAttr::get(context(), {debug.global(variable, scope, name)}));
  staticLocals[variable] = global; // before the initializer, which may name it
  defineGlobal(global, variable);
  return global;
}

LLVM::GlobalOp ModuleImporter::constantFor(clang::QualType type, const clang::APValue &value,
                                           clang::SourceLocation at) {
  LLVM::GlobalOp global =
      createGlobal(UnknownLoc::get(context()), uniqueName(".const"), type, /*isConstant=*/true, LLVM::Linkage::Private);
  initialize(global, type, value, at);
  return global;
}

LLVM::GlobalOp ModuleImporter::stringFor(const clang::StringLiteral *literal) {
  if (LLVM::GlobalOp known = strings.lookup(literal))
    return known;
  std::string content;
  unsigned width = literal->getCharByteWidth();
  int64_t size = ast.getAsConstantArrayType(literal->getType())->getSize().getZExtValue();
  for (int64_t i = 0; i < size; ++i) {
    uint32_t unit = i < static_cast<int64_t>(literal->getLength()) ? literal->getCodeUnit(i) : 0;
    for (unsigned byte = 0; byte < width; ++byte)
      content.push_back(static_cast<char>(unit >> (8 * byte)));
  }
  LLVM::GlobalOp &shared = stringsByContent[std::to_string(width) + content];
  if (!shared) {
    clang::QualType bytes = ast.getConstantArrayType(ast.CharTy, llvm::APInt(64, content.size()), nullptr,
                                                     clang::ArraySizeModifier::Normal, 0);
    shared = createGlobal(location(literal->getBeginLoc()), uniqueName(".str"), bytes, /*isConstant=*/true,
                          LLVM::Linkage::Private);
    shared.setAlignment(width);
    shared.setUnnamedAddr(LLVM::UnnamedAddr::Global);
    shared.setValueAttr(StringAttr::get(content, shared.getGlobalType()));
  }
  strings[literal] = shared;
  return shared;
}
