//===- DebugInfo.h - what a debugger is told ---------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_FRONTEND_C_DEBUGINFO_H
#define LEXON_LIB_FRONTEND_C_DEBUGINFO_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/CodeGenOptions.h"

namespace lexon::importc {

/// Types, functions and variables of a translation unit as DWARF has them, in the attributes of the LLVM dialect.
/// Enumerations are told as the integers they are: the dialect has no enumerators.
class DebugInfo {
public:
  DebugInfo(mlir::MLIRContext *context, clang::ASTContext &ast, const clang::CodeGenOptions &options);

  bool isEnabled() const { return static_cast<bool>(unit); }
  /// Variables stay in memory, where a debugger finds them: -g without optimization.
  bool keepsVariables() const { return isEnabled() && !optimizes; }

  mlir::LLVM::DISubprogramAttr function(const clang::FunctionDecl *decl, llvm::StringRef symbol);
  mlir::LLVM::DILexicalBlockAttr block(mlir::LLVM::DIScopeAttr parent, clang::SourceLocation at);
  mlir::LLVM::DILocalVariableAttr variable(const clang::VarDecl *decl, unsigned argument,
                                           mlir::LLVM::DIScopeAttr scope);
  mlir::LLVM::DIGlobalVariableExpressionAttr global(const clang::VarDecl *decl, mlir::LLVM::DIScopeAttr scope,
                                                    llvm::StringRef symbol);

private:
  mlir::LLVM::DITypeAttr type(clang::QualType type);
  mlir::LLVM::DITypeAttr build(clang::QualType type);
  mlir::LLVM::DITypeAttr record(const clang::RecordDecl *decl);
  mlir::LLVM::DITypeAttr array(const clang::ArrayType *type);
  mlir::LLVM::DISubroutineTypeAttr subroutine(const clang::FunctionType *type);
  mlir::LLVM::DITypeAttr derived(unsigned tag, llvm::StringRef name, mlir::LLVM::DITypeAttr base, uint64_t bits,
                                 uint64_t offset = 0);
  mlir::LLVM::DIFileAttr file(clang::SourceLocation at);
  unsigned line(clang::SourceLocation at);
  mlir::StringAttr text(llvm::StringRef value);

  mlir::MLIRContext *context;
  clang::ASTContext &ast;
  bool optimizes;
  mlir::LLVM::DICompileUnitAttr unit;
  llvm::DenseMap<clang::QualType, mlir::LLVM::DITypeAttr> known;
  /// Records whose members are being described, each with the name that stands for it within.
  llvm::DenseMap<const clang::RecordDecl *, mlir::DistinctAttr> open;
  /// Those of them that the type being described refers to: it has a meaning only inside of them.
  llvm::SmallPtrSet<const clang::RecordDecl *, 4> referenced;
};

} // namespace lexon::importc

#endif // LEXON_LIB_FRONTEND_C_DEBUGINFO_H
