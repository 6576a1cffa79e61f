//===- KernelTable.h - kernels that were measured, by contraction -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What `lexon tune` found on one CPU: for each contraction the kernel that was fastest. A file of JSON
// (docs/formats.md, "Tuned kernels").
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_KERNEL_KERNELTABLE_H
#define LEXON_KERNEL_KERNELTABLE_H

#include "lexon/Analysis/Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace lexon {

/// What a kernel's speed depends on, as one line of text: the operands' types (offsets left out), the maps and the
/// number of threads. Equal texts, equal kernels.
std::string describeContraction(const Contraction &contraction, int64_t threads);

class KernelTable {
public:
  /// Reads a file. On failure returns it with what is wrong in `problem`, the file's name included.
  static mlir::FailureOr<KernelTable> read(mlir::MLIRContext *context, llvm::StringRef path, std::string &problem);

  /// The kernel that was measured for a contraction, or null.
  mlir::DictionaryAttr lookup(const Contraction &contraction, int64_t threads) const;

private:
  llvm::StringMap<mlir::DictionaryAttr> kernels;
};

} // namespace lexon

#endif // LEXON_KERNEL_KERNELTABLE_H
