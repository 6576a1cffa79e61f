//===- Frontend.cpp - from a file to declarations -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Frontend/C/ImportC.h"

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
#include "clang/CodeGen/BackendUtil.h"
#include "clang/CodeGen/CodeGenABITypes.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace {
/// What is not supported is never dropped: OpenMP's pragmas are errors until they are.
class PragmaCheck : public clang::PPCallbacks {
public:
  PragmaCheck(clang::CompilerInstance &compiler, unsigned &found) : compiler(compiler), found(found) {}

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
    ++found;
  }

private:
  clang::CompilerInstance &compiler;
  unsigned &found;
};

/// What happens to a program once it is imported.
using ContinueFn = llvm::function_ref<bool(ModuleOp, clang::CompilerInstance &, clang::CodeGenerator &)>;

/// Imports the declarations when all of the file has been parsed.
class ImportConsumer : public clang::ASTConsumer {
public:
  ImportConsumer(clang::CompilerInstance &compiler, MLIRContext &context, ContinueFn next, const unsigned &pragmas,
                 bool &succeeded)
      : compiler(compiler), context(context), next(next), pragmas(pragmas), succeeded(succeeded) {}

  void HandleTranslationUnit(clang::ASTContext &ast) override {
    // With nothing wrong but pragmas, what else is not supported is still to be found.
    if (compiler.getDiagnostics().getClient()->getNumErrors() > pragmas)
      return;
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
    // Only for the calling convention, the names of symbols and the attributes of functions.
    llvm::LLVMContext llvmContext;
    std::unique_ptr<clang::CodeGenerator> abi = clang::CreateLLVMCodeGen(compiler, "abi", llvmContext);
    abi->Initialize(ast);
    auto layout = ast.getTargetInfo().getDataLayoutString();
    Operation *op = module->getOperation();
    op->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(), StringAttr::get(&context, layout));
    op->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                StringAttr::get(&context, ast.getTargetInfo().getTriple().str()));
    if (auto spec = translateDataLayout(llvm::DataLayout(layout), &context))
      op->setAttr(DLTIDialect::kDataLayoutAttrName, spec);
    lexon::importc::ModuleImporter importer(*module, ast, *abi, compiler.getCodeGenOpts());
    importer.importAll();
    // Arithmetic here knows one rounding mode and no exceptions: only what nobody optimizes has the program's.
    if (importer.usesFloatEnvironment)
      compiler.getCodeGenOpts().OptimizationLevel = 0;
    if (compiler.getDiagnostics().hasErrorOccurred())
      return;
    if (failed(verify(*module))) {
      llvm::errs() << "error: the import is not valid; this is a defect of Lexon\n";
      return;
    }
    succeeded = next(*module, compiler, *abi);
  }

private:
  clang::CompilerInstance &compiler;
  MLIRContext &context;
  ContinueFn next;
  const unsigned &pragmas; ///< errors reported for pragmas
  bool &succeeded;
};

class ImportAction : public clang::ASTFrontendAction {
public:
  ImportAction(MLIRContext &context, ContinueFn next, const unsigned &pragmas, bool &succeeded)
      : context(context), next(next), pragmas(pragmas), succeeded(succeeded) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, StringRef) override {
    return std::make_unique<ImportConsumer>(compiler, context, next, pragmas, succeeded);
  }

private:
  MLIRContext &context;
  ContinueFn next;
  const unsigned &pragmas;
  bool &succeeded;
};

/// Optimizes `module` and writes it as `kind` says, by Clang's back end.
bool emitCode(llvm::Module &module, clang::frontend::ActionKind kind, clang::CompilerInstance &compiler,
              clang::CodeGenerator &abi) {
  clang::BackendAction action = clang::Backend_EmitObj;
  StringRef extension = "o";
  switch (kind) {
  case clang::frontend::EmitAssembly:
    action = clang::Backend_EmitAssembly;
    extension = "s";
    break;
  case clang::frontend::EmitLLVM:
    action = clang::Backend_EmitLL;
    extension = "ll";
    break;
  case clang::frontend::EmitBC:
    action = clang::Backend_EmitBC;
    extension = "bc";
    break;
  case clang::frontend::EmitObj:
    break;
  default:
    llvm::errs() << "error: nothing but code can be made of a C file\n";
    return false;
  }
  // The processor, its features and the like, of which each function keeps a note.
  llvm::LLVMContext &context = module.getContext();
  llvm::AttrBuilder attributes(context);
  clang::CodeGen::addDefaultFunctionDefinitionAttributes(abi.CGM(), attributes);
  const clang::TargetOptions &target = compiler.getTarget().getTargetOpts();
  if (!target.CPU.empty())
    attributes.addAttribute("target-cpu", target.CPU);
  if (!target.Features.empty())
    attributes.addAttribute("target-features", llvm::join(target.Features, ","));
  if (!target.TuneCPU.empty())
    attributes.addAttribute("tune-cpu", target.TuneCPU);
  const clang::SanitizerSet &sanitizers = compiler.getLangOpts().Sanitize;
  if (sanitizers.has(clang::SanitizerKind::Address))
    attributes.addAttribute(llvm::Attribute::SanitizeAddress);
  if (sanitizers.has(clang::SanitizerKind::Thread))
    attributes.addAttribute(llvm::Attribute::SanitizeThread);
  if (sanitizers.has(clang::SanitizerKind::Memory))
    attributes.addAttribute(llvm::Attribute::SanitizeMemory);
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      for (llvm::Attribute attribute : attributes.attrs())
        if (attribute.isStringAttribute() ? !function.hasFnAttribute(attribute.getKindAsString())
                                          : !function.hasFnAttribute(attribute.getKindAsEnum()))
          function.addFnAttr(attribute);
  const clang::CodeGenOptions &options = compiler.getCodeGenOpts();
  if (options.OptimizationLevel == 0)
    for (llvm::Function &function : module)
      if (!function.isDeclaration() && !function.hasFnAttribute(llvm::Attribute::AlwaysInline)) {
        function.addFnAttr(llvm::Attribute::OptimizeNone);
        function.addFnAttr(llvm::Attribute::NoInline);
      }
  const clang::LangOptions &language = compiler.getLangOpts();
  if (language.PICLevel) {
    module.setPICLevel(static_cast<llvm::PICLevel::Level>(language.PICLevel));
    if (language.PIE)
      module.setPIELevel(static_cast<llvm::PIELevel::Level>(language.PICLevel));
  }
  if (options.UnwindTables)
    module.setUwtable(llvm::UWTableKind(options.UnwindTables));
  if (module.getDataLayoutStr() != compiler.getTarget().getDataLayoutString())
    module.setDataLayout(compiler.getTarget().getDataLayoutString());
  module.setTargetTriple(compiler.getTarget().getTriple());
  std::unique_ptr<llvm::raw_pwrite_stream> stream =
      compiler.createDefaultOutputFile(kind != clang::frontend::EmitLLVM && kind != clang::frontend::EmitAssembly,
                                       compiler.getFrontendOpts().Inputs.front().getFile(), extension);
  if (!stream)
    return false;
  clang::emitBackendOutput(compiler, compiler.getCodeGenOpts(), compiler.getTarget().getDataLayoutString(), &module,
                           action, compiler.getVirtualFileSystemPtr(), std::move(stream));
  return true;
}

/// Parses what `invocation` says and hands the imported module to `next`.
bool runImport(MLIRContext &context, std::shared_ptr<clang::CompilerInvocation> invocation, bool checksPragmas,
               ContinueFn next) {
  DialectRegistry registry;
  lexon::registerImportCDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  invocation->getFrontendOpts().DisableFree = false;
  const auto &inputs = invocation->getFrontendOpts().Inputs;
  if (inputs.size() != 1 || inputs.front().getKind().getLanguage() != clang::Language::C) {
    llvm::errs() << "error: only C is imported, one file at a time\n";
    return false;
  }
  clang::CompilerInstance compiler(std::move(invocation));
  compiler.createVirtualFileSystem();
  compiler.createDiagnostics();
  if (!compiler.hasDiagnostics() || !compiler.createTarget())
    return false;
  compiler.createFileManager();
  compiler.createSourceManager();
  // Checks that the front end would have to put between operations.
  clang::SanitizerMask known = clang::SanitizerKind::Address | clang::SanitizerKind::Thread |
                               clang::SanitizerKind::Memory | clang::SanitizerKind::Leak;
  const clang::LangOptions &language = compiler.getLangOpts();
  StringRef refused;
  if (language.getSignedOverflowBehavior() == clang::LangOptions::SOB_Trapping)
    refused = "-ftrapv";
  else if (language.Sanitize.Mask & ~known)
    refused = "-fsanitize with more than address, leak, memory, thread";
  else if (language.getTrivialAutoVarInit() == clang::LangOptions::TrivialAutoVarInitKind::Pattern)
    refused = "-ftrivial-auto-var-init=pattern";
  if (!refused.empty()) {
    llvm::errs() << "error: unsupported: " << refused << "\n";
    return false;
  }
  bool succeeded = false;
  unsigned pragmas = 0;
  ImportAction action(context, next, pragmas, succeeded);
  if (!action.BeginSourceFile(compiler, compiler.getFrontendOpts().Inputs.front()))
    return false;
  if (checksPragmas)
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<PragmaCheck>(compiler, pragmas));
  if (llvm::Error error = action.Execute())
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  action.EndSourceFile();
  bool isClean = compiler.getDiagnostics().getClient()->getNumErrors() == 0;
  compiler.clearOutputFiles(/*EraseFiles=*/!succeeded || !isClean);
  return succeeded && isClean;
}
} // namespace

void lexon::registerImportCDialects(DialectRegistry &registry) {
  registry.insert<affine::AffineDialect, arith::ArithDialect, cf::ControlFlowDialect, DLTIDialect, func::FuncDialect,
                  LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect>();
}

StringRef lexon::clangExecutable() { return LEXON_CLANG; }

/// What Clang's `-cc1` makes of its arguments; null after a message.
static std::shared_ptr<clang::CompilerInvocation> parseArguments(ArrayRef<const char *> cc1Arguments) {
  clang::DiagnosticOptions options;
  clang::DiagnosticsEngine diagnostics(clang::DiagnosticIDs::create(), options,
                                       new clang::TextDiagnosticPrinter(llvm::errs(), options));
  auto invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*invocation, cc1Arguments, diagnostics, LEXON_CLANG))
    return nullptr;
  return invocation;
}

OwningOpRef<ModuleOp> lexon::importC(MLIRContext &context, ArrayRef<const char *> cc1Arguments, bool ignoresOpenMP) {
  std::shared_ptr<clang::CompilerInvocation> invocation = parseArguments(cc1Arguments);
  if (!invocation)
    return nullptr;
  OwningOpRef<ModuleOp> result;
  bool succeeded = runImport(context, invocation, /*checksPragmas=*/!ignoresOpenMP,
                             [&](ModuleOp module, clang::CompilerInstance &, clang::CodeGenerator &) {
                               result = module.clone();
                               return true;
                             });
  return succeeded ? std::move(result) : nullptr;
}

bool lexon::compileC(MLIRContext &context, ArrayRef<const char *> cc1Arguments, bool ignoresOpenMP, LowerFn lower) {
  std::shared_ptr<clang::CompilerInvocation> invocation = parseArguments(cc1Arguments);
  if (!invocation)
    return false;
  clang::frontend::ActionKind kind = invocation->getFrontendOpts().ProgramAction;
  return runImport(context, invocation, /*checksPragmas=*/!ignoresOpenMP,
                   [&](ModuleOp module, clang::CompilerInstance &compiler, clang::CodeGenerator &abi) {
                     if (kind == clang::frontend::ParseSyntaxOnly)
                       return true;
                     llvm::LLVMContext llvmContext;
                     const clang::CodeGenOptions &options = compiler.getCodeGenOpts();
                     const clang::TargetOptions &target = compiler.getTarget().getTargetOpts();
                     CodeGeneration asked{options.OptimizationLevel, options.OptimizeSize != 0,
                                          !compiler.getLangOpts().Freestanding && !compiler.getLangOpts().NoBuiltin,
                                          target.CPU.empty() ? "generic" : target.CPU};
                     for (const std::string &feature : target.Features)
                       asked.target += ":" + feature;
                     std::unique_ptr<llvm::Module> lowered = lower(module, llvmContext, asked);
                     return lowered && emitCode(*lowered, kind, compiler, abi);
                   });
}
