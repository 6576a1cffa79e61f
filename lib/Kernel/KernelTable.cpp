//===- KernelTable.cpp - kernels that were measured, by contraction -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Kernel/KernelTable.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace lexon;

/// A memref's type without its offset: where a buffer begins in an arena does not matter.
static Type withoutOffset(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return type;
  int64_t offset = 0;
  SmallVector<int64_t> strides;
  if (failed(memref.getStridesAndOffset(strides, offset)) || offset == 0)
    return type;
  auto layout = StridedLayoutAttr::get(type.getContext(), 0, strides);
  return MemRefType::get(memref.getShape(), memref.getElementType(), layout, memref.getMemorySpace());
}

std::string lexon::describeContraction(const Contraction &contraction, int64_t threads) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << withoutOffset(contraction.lhs().getType()) << ' ' << AffineMapAttr::get(contraction.lhsMap) << " * "
     << withoutOffset(contraction.rhs().getType()) << ' ' << AffineMapAttr::get(contraction.rhsMap) << " -> "
     << withoutOffset(contraction.out().getType()) << ' ' << AffineMapAttr::get(contraction.outMap) << ", ";
  // Not every kernel has tiles of whole parts.
  if (core::ContractOp contract = contraction.contractOp(); contract && contract.getSums())
    os << "sums of " << *contract.getPartColumns() << " columns, ";
  os << threads << " threads";
  return text;
}

FailureOr<KernelTable> KernelTable::read(MLIRContext *context, StringRef path, std::string &problem) {
  auto complain = [&](const Twine &what) {
    problem = (path + ": " + what).str();
    return failure();
  };
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer = llvm::MemoryBuffer::getFile(path);
  if (std::error_code code = buffer.getError())
    return complain(code.message());
  llvm::Expected<llvm::json::Value> json = llvm::json::parse((*buffer)->getBuffer());
  if (!json)
    return complain("no JSON: " + llvm::toString(json.takeError()));
  const llvm::json::Object *object = json->getAsObject();
  if (!object || object->getString("format") != "lexon-kernels" || object->getInteger("version") != 1)
    return complain("no table of kernels of this version; run 'lexon tune' again");
  const llvm::json::Object *entries = object->getObject("kernels");
  if (!entries)
    return complain("it has no 'kernels'");
  KernelTable table;
  for (const auto &[contraction, value] : *entries) {
    std::optional<StringRef> text = value.getAsString();
    auto kernel = text ? dyn_cast_or_null<DictionaryAttr>(parseAttribute(*text, context)) : DictionaryAttr();
    if (!kernel)
      return complain("the kernel of '" + StringRef(contraction) + "' is no dictionary");
    table.kernels[StringRef(contraction)] = kernel;
  }
  return table;
}

DictionaryAttr KernelTable::lookup(const Contraction &contraction, int64_t threads) const {
  return kernels.lookup(describeContraction(contraction, threads));
}
