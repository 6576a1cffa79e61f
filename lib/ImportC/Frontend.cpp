//===- Frontend.cpp - from a file to declarations -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/ImportC/ImportC.h"

#include "Importer.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Target/LLVMIR/Import.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Driver/CreateInvocationFromArgs.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace {
/// What is not supported is never dropped: OpenMP's pragmas are errors until they are.
class PragmaCheck : public clang::PPCallbacks {
public:
  explicit PragmaCheck(clang::CompilerInstance &compiler) : compiler(compiler) {}

  void PragmaDirective(clang::SourceLocation at, clang::PragmaIntroducerKind) override {
    const clang::SourceManager &sources = compiler.getSourceManager();
    std::optional<clang::Token> keyword = clang::Lexer::findNextToken(at, sources, compiler.getLangOpts());
    std::optional<clang::Token> name;
    if (keyword)
      name = clang::Lexer::findNextToken(keyword->getLocation(), sources, compiler.getLangOpts());
    if (!name || !name->is(clang::tok::raw_identifier) || name->getRawIdentifier() != "omp")
      return;
    clang::DiagnosticsEngine &diagnostics = compiler.getDiagnostics();
    unsigned id = diagnostics.getCustomDiagID(
        clang::DiagnosticsEngine::Error, "unsupported: OpenMP (-fno-openmp compiles the program without its pragmas)");
    diagnostics.Report(at, id);
  }

private:
  clang::CompilerInstance &compiler;
};

/// Imports the declarations when all of the file has been parsed.
class ImportConsumer : public clang::ASTConsumer {
public:
  ImportConsumer(clang::CompilerInstance &compiler, OwningOpRef<ModuleOp> &module)
      : compiler(compiler), module(module) {}

  void HandleTranslationUnit(clang::ASTContext &ast) override {
    if (compiler.getDiagnostics().hasErrorOccurred())
      return;
    // Only for the calling convention and the names of symbols.
    llvm::LLVMContext llvmContext;
    std::unique_ptr<clang::CodeGenerator> abi = clang::CreateLLVMCodeGen(compiler, "abi", llvmContext);
    abi->Initialize(ast);
    MLIRContext *context = module->getContext();
    auto layout = ast.getTargetInfo().getDataLayoutString();
    module->getOperation()->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(), StringAttr::get(context, layout));
    module->getOperation()->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                                    StringAttr::get(context, ast.getTargetInfo().getTriple().str()));
    if (auto spec = translateDataLayout(llvm::DataLayout(layout), context))
      module->getOperation()->setAttr(DLTIDialect::kDataLayoutAttrName, spec);
    lexon::importc::ModuleImporter(*module, ast, *abi).importAll();
  }

private:
  clang::CompilerInstance &compiler;
  OwningOpRef<ModuleOp> &module;
};

class ImportAction : public clang::ASTFrontendAction {
public:
  explicit ImportAction(OwningOpRef<ModuleOp> &module) : module(module) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, StringRef) override {
    return std::make_unique<ImportConsumer>(compiler, module);
  }

private:
  OwningOpRef<ModuleOp> &module;
};
} // namespace

void lexon::registerImportCDialects(DialectRegistry &registry) {
  registry.insert<affine::AffineDialect, arith::ArithDialect, cf::ControlFlowDialect, DLTIDialect, func::FuncDialect,
                  LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect>();
}

OwningOpRef<ModuleOp> lexon::importC(MLIRContext &context, const std::vector<std::string> &arguments) {
  DialectRegistry registry;
  registerImportCDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();

  // The place of Clang's executable tells where its own headers are.
  std::vector<const char *> all = {LEXON_CLANG};
  bool checksPragmas = true;
  for (const std::string &argument : arguments) {
    checksPragmas &= argument != "-fno-openmp";
    all.push_back(argument.c_str());
  }
  std::shared_ptr<clang::CompilerInvocation> invocation = clang::createInvocation(all);
  if (!invocation)
    return nullptr;
  invocation->getFrontendOpts().DisableFree = false;
  if (invocation->getFrontendOpts().Inputs.size() == 1 &&
      invocation->getFrontendOpts().Inputs.front().getKind().getLanguage() != clang::Language::C) {
    llvm::errs() << "error: only C is imported\n";
    return nullptr;
  }
  clang::CompilerInstance compiler(std::move(invocation));
  compiler.createVirtualFileSystem();
  compiler.createDiagnostics();
  if (!compiler.hasDiagnostics() || !compiler.createTarget())
    return nullptr;
  compiler.createFileManager();
  compiler.createSourceManager();

  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  ImportAction action(module);
  const clang::FrontendInputFile &input = compiler.getFrontendOpts().Inputs.front();
  if (!action.BeginSourceFile(compiler, input))
    return nullptr;
  if (checksPragmas)
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<PragmaCheck>(compiler));
  if (llvm::Error error = action.Execute())
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  action.EndSourceFile();
  if (compiler.getDiagnostics().getClient()->getNumErrors() > 0)
    return nullptr;
  if (failed(verify(*module))) {
    llvm::errs() << "error: the import is not valid; this is a defect of Lexon\n";
    return nullptr;
  }
  return module;
}
