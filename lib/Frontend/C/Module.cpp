//===- Module.cpp - the declarations of a translation unit ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace lexon::importc;

ModuleImporter::ModuleImporter(ModuleOp module, clang::ASTContext &ast, clang::CodeGenerator &abi,
                               const clang::CodeGenOptions &options)
    : module(module), ast(ast), abi(abi), options(options), debug(module.getContext(), ast, options),
      fromLLVM(*module.getContext()) {
  customError = ast.getDiagnostics().getCustomDiagID(clang::DiagnosticsEngine::Error, "unsupported: %0");
}

void ModuleImporter::unsupported(clang::SourceLocation at, const llvm::Twine &what) {
  ast.getDiagnostics().Report(at, customError) << what.str();
}

Location ModuleImporter::location(clang::SourceLocation at) {
  if (at.isValid())
    lastLocation = at;
  const clang::SourceManager &sources = ast.getSourceManager();
  clang::PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(at));
  if (place.isInvalid())
    return UnknownLoc::get(context());
  return FileLineColLoc::get(context(), place.getFilename(), place.getLine(), place.getColumn());
}

std::string ModuleImporter::symbolOf(const clang::NamedDecl *decl) {
  clang::GlobalDecl global = llvm::isa<clang::FunctionDecl>(decl)
                                 ? clang::GlobalDecl(llvm::cast<clang::FunctionDecl>(decl))
                                 : clang::GlobalDecl(llvm::cast<clang::VarDecl>(decl));
  if (decl->hasAttr<clang::WeakRefAttr>())
    return decl->getAttr<clang::AliasAttr>()->getAliasee().str();
  StringRef name = abi.GetMangledName(global);
  // A name from an asm label is used as it stands; no target we import for has prefixes.
  name.consume_front("\1");
  return name.str();
}

std::string ModuleImporter::uniqueName(StringRef base) {
  std::string name = base.str();
  for (unsigned i = 1; symbols.contains(name); ++i)
    name = (base + "." + Twine(i)).str();
  return name;
}

void ModuleImporter::importAll() {
  for (const clang::Decl *decl : ast.getTranslationUnitDecl()->decls())
    importDeclaration(decl);
  while (!pending.empty()) {
    const clang::FunctionDecl *function = pending.front();
    pending.pop_front();
    define(function);
  }
  listUsed();
}

/// What is kept though nothing here uses it (attribute 'used').
void ModuleImporter::listUsed() {
  if (used.empty())
    return;
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = b.getUnknownLoc();
  auto type = LLVM::LLVMArrayType::get(LLVM::LLVMPointerType::get(context()), used.size());
  auto list = LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/false, LLVM::Linkage::Appending, "llvm.compiler.used",
                                     Attribute());
  list.setSection("llvm.metadata");
  b.createBlock(&list.getInitializerRegion());
  Value all = LLVM::UndefOp::create(b, loc, type);
  for (auto [i, name] : llvm::enumerate(used)) {
    Operation *symbol = symbols.lookup(name);
    auto function = llvm::dyn_cast<FunctionOpInterface>(symbol);
    Value address = function ? addressOf(b, loc, function)
                             : LLVM::AddressOfOp::create(b, loc, llvm::cast<LLVM::GlobalOp>(symbol)).getResult();
    all = LLVM::InsertValueOp::create(b, loc, all, address, ArrayRef<int64_t>{static_cast<int64_t>(i)});
  }
  LLVM::ReturnOp::create(b, loc, all);
}

void ModuleImporter::importDeclaration(const clang::Decl *decl) {
  if (const auto *function = llvm::dyn_cast<clang::FunctionDecl>(decl)) {
    if (const clang::FunctionDecl *definition = function->getDefinition(); definition == function) {
      bool isKept = ast.DeclMustBeEmitted(definition) || definition->hasAttr<clang::UsedAttr>();
      if (isKept) {
        functionFor(definition);
        pending.push_back(definition);
      }
    }
    if (function->hasAttr<clang::AliasAttr>() && !function->hasAttr<clang::WeakRefAttr>())
      unsupported(function->getLocation(), "aliases of functions");
    if (function->hasAttr<clang::ConstructorAttr>() || function->hasAttr<clang::DestructorAttr>())
      addStructors(function);
    return;
  }
  if (const auto *variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
    if (variable->hasAttr<clang::AliasAttr>() && !variable->hasAttr<clang::WeakRefAttr>())
      unsupported(variable->getLocation(), "aliases of variables");
    bool isTentative = variable->isThisDeclarationADefinition() == clang::VarDecl::TentativeDefinition;
    bool isDefinition = variable->isThisDeclarationADefinition() == clang::VarDecl::Definition;
    bool isInternal = variable->getFormalLinkage() != clang::Linkage::External;
    if ((isTentative || isDefinition) && (!isInternal || variable->hasAttr<clang::UsedAttr>()))
      globalFor(variable);
    return;
  }
  if (llvm::isa<clang::FileScopeAsmDecl>(decl))
    unsupported(decl->getLocation(), "assembly");
}

void ModuleImporter::addStructors(const clang::FunctionDecl *function) {
  if (!function->isThisDeclarationADefinition())
    return;
  FunctionOpInterface callee = functionFor(function);
  pending.push_back(function);
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = callee.getLoc();
  auto symbol = FlatSymbolRefAttr::get(context(), callee.getName());
  auto list = [&](int priority) {
    return std::pair(b.getArrayAttr({symbol}), b.getI32ArrayAttr({static_cast<int32_t>(priority)}));
  };
  Attribute data = LLVM::ZeroAttr::get(context());
  if (const auto *constructor = function->getAttr<clang::ConstructorAttr>()) {
    auto [names, priorities] =
        list(constructor->getPriority() ? constructor->getPriority()->EvaluateKnownConstInt(ast).getExtValue() : 65535);
    LLVM::GlobalCtorsOp::create(b, loc, names, priorities, b.getArrayAttr({data}));
  }
  if (const auto *destructor = function->getAttr<clang::DestructorAttr>()) {
    auto [names, priorities] =
        list(destructor->getPriority() ? destructor->getPriority()->EvaluateKnownConstInt(ast).getExtValue() : 65535);
    LLVM::GlobalDtorsOp::create(b, loc, names, priorities, b.getArrayAttr({data}));
  }
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

FunctionOpInterface ModuleImporter::functionFor(const clang::FunctionDecl *function, StringRef symbol) {
  bool isWeakRef = function->hasAttr<clang::WeakRefAttr>(); // another name for what may be defined elsewhere
  const clang::FunctionDecl *definition = isWeakRef ? nullptr : function->getDefinition();
  const clang::FunctionDecl *decl = definition ? definition : function->getMostRecentDecl();
  std::string name = symbol.empty() ? symbolOf(decl) : symbol.str();
  if (Operation *known = symbols.lookup(name)) {
    if (auto same = llvm::dyn_cast<FunctionOpInterface>(known))
      return same;
    name = clashing(decl->getLocation(), name);
  }
  // What is only a promise of a definition elsewhere (C's inline) is used from there.
  clang::GVALinkage linkage = ast.GetGVALinkageForFunction(decl);
  // One that must be inlined is there for that.
  bool isLocal = linkage == clang::GVA_Internal && !isWeakRef;
  bool isForInlining =
      definition && linkage == clang::GVA_AvailableExternally && definition->hasAttr<clang::AlwaysInlineAttr>();
  if (definition && (isLocal || isForInlining))
    pending.push_back(definition);
  Location loc = location(decl->getLocation()); // first: errors of types are reported there
  Signature signature = signatureOf(decl);
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  bool isVariadic = signature.isVariadic || (!definition && !decl->hasPrototype());
  // What runs before or after main is named by operations of the LLVM dialect.
  bool isStructor = decl->hasAttr<clang::ConstructorAttr>() || decl->hasAttr<clang::DestructorAttr>();
  // So are sections.
  const auto *section = decl->getAttr<clang::SectionAttr>();
  bool isLLVM = isVariadic || isStructor || section;
  FunctionOpInterface op;
  if (isLLVM) {
    signature.isVariadic = isVariadic;
    auto created = LLVM::LLVMFuncOp::create(b, loc, name, signature.llvmType(context()));
    if (isLocal)
      created.setLinkage(LLVM::Linkage::Internal);
    if (section && definition)
      created.setSection(section->getName());
    op = created;
  } else {
    auto created = func::FuncOp::create(b, loc, name, signature.functionType(context()));
    created.setPrivate();
    if (isLocal && definition)
      created->setAttr("llvm.linkage", LLVM::LinkageAttr::get(context(), LLVM::Linkage::Internal));
    op = created;
  }
  if (ArrayAttr attributes = signature.argumentAttributes(context()))
    op.setAllArgAttrs(llvm::to_vector(attributes.getAsRange<DictionaryAttr>()));
  if (ArrayAttr attributes = signature.resultAttributes(context()))
    op.setAllResultAttrs(llvm::to_vector(attributes.getAsRange<DictionaryAttr>()));
  SmallVector<Attribute> passthrough = {b.getStringAttr("nounwind")};
  if (decl->isNoReturn())
    passthrough.push_back(b.getStringAttr("noreturn"));
  if (decl->hasAttr<clang::ReturnsTwiceAttr>())
    passthrough.push_back(b.getStringAttr("returns_twice"));
  if (decl->hasAttr<clang::NoInlineAttr>())
    passthrough.push_back(b.getStringAttr("noinline"));
  if (decl->hasAttr<clang::AlwaysInlineAttr>())
    passthrough.push_back(b.getStringAttr("alwaysinline"));
  if (decl->hasAttr<clang::ColdAttr>())
    passthrough.push_back(b.getStringAttr("cold"));
  // The optimizer knows functions of the library too, and writes loops as calls of them.
  if (definition && ast.getLangOpts().NoBuiltin)
    passthrough.push_back(b.getStringAttr("no-builtins"));
  else if (definition)
    for (const std::string &known : ast.getLangOpts().NoBuiltinFuncs)
      passthrough.push_back(b.getStringAttr("no-builtin-" + known));
  if (options.InstrumentFunctions && definition && !decl->hasAttr<clang::NoInstrumentFunctionAttr>())
    for (auto [when, callee] : {std::pair("instrument-function-entry", "__cyg_profile_func_enter"),
                                std::pair("instrument-function-exit", "__cyg_profile_func_exit")})
      passthrough.push_back(b.getStrArrayAttr({when, callee}));
  op->setAttr("passthrough", b.getArrayAttr(passthrough));
  if (decl->hasAttr<clang::WeakAttr>() || isWeakRef) {
    auto weak = LLVM::LinkageAttr::get(context(), definition ? LLVM::Linkage::Weak : LLVM::Linkage::ExternWeak);
    op->setAttr(isLLVM ? "linkage" : "llvm.linkage", weak);
  }
  if (isForInlining)
    op->setAttr(isLLVM ? "linkage" : "llvm.linkage",
                LLVM::LinkageAttr::get(context(), LLVM::Linkage::AvailableExternally));
  if (definition && decl->hasAttr<clang::UsedAttr>())
    used.insert(name);
  symbols[name] = op;
  return op;
}

void ModuleImporter::define(const clang::FunctionDecl *function) {
  if (!defined.insert(function->getCanonicalDecl()).second)
    return;
  FunctionOpInterface op = functionFor(function);
  op->setLoc(location(function->getLocation()));
  if (ast.GetGVALinkageForFunction(function) != clang::GVA_Internal)
    SymbolTable::setSymbolVisibility(op, SymbolTable::Visibility::Public);
  usesFloatEnvironment |= function->UsesFPIntrin();
  FunctionImporter(*this, op, function).import();
}

std::string ModuleImporter::clashing(clang::SourceLocation at, StringRef name) {
  unsupported(at, "a function and a variable with the same symbol '" + name + "'");
  return uniqueName(name);
}

Value ModuleImporter::libraryVariable(OpBuilder &b, Location loc, StringRef name, Type type) {
  auto global = llvm::dyn_cast_or_null<LLVM::GlobalOp>(symbols.lookup(name));
  if (!global) {
    OpBuilder atEnd = OpBuilder::atBlockEnd(module.getBody());
    global = LLVM::GlobalOp::create(atEnd, b.getUnknownLoc(), type, /*isConstant=*/false, LLVM::Linkage::External, name,
                                    Attribute());
    symbols[name] = global;
  }
  return LLVM::AddressOfOp::create(b, loc, global);
}

FunctionOpInterface ModuleImporter::libraryFunction(StringRef name, Type result, ArrayRef<Type> arguments) {
  if (auto known = llvm::dyn_cast_or_null<FunctionOpInterface>(symbols.lookup(name)))
    return known;
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  auto op = LLVM::LLVMFuncOp::create(b, b.getUnknownLoc(), name, LLVM::LLVMFunctionType::get(result, arguments));
  symbols[name] = op;
  return op;
}

Value ModuleImporter::addressOf(OpBuilder &b, Location loc, FunctionOpInterface function) {
  auto pointer = LLVM::LLVMPointerType::get(context());
  if (auto op = llvm::dyn_cast<LLVM::LLVMFuncOp>(function.getOperation()))
    return LLVM::AddressOfOp::create(b, loc, op);
  auto op = llvm::cast<func::FuncOp>(function.getOperation());
  Value constant = func::ConstantOp::create(b, loc, op.getFunctionType(), op.getName());
  return UnrealizedConversionCastOp::create(b, loc, pointer, constant).getResult(0);
}
