//===- DescribeEntryPoints.cpp - signatures of public functions -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/JSON.h"

namespace lexon {
#define GEN_PASS_DEF_DESCRIBEENTRYPOINTSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("described").category("describe-entry-points");

/// The format's name of an element type, or an empty string.
std::string dtypeName(Type type) {
  if (type.isF64() || type.isF32() || type.isF16())
    return "f" + std::to_string(type.getIntOrFloatBitWidth());
  if (type.isBF16())
    return "bf16";
  if (type.isIndex())
    return "index";
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex.getElementType().isF32() ? "c64" : complex.getElementType().isF64() ? "c128" : "";
  if (type.isUnsignedInteger(8))
    return "u8";
  for (unsigned width : {64, 32, 16, 8, 1})
    if (type.isInteger(width))
      return "i" + std::to_string(width);
  return "";
}

/// Describes one argument or result type; nothing if the format cannot.
std::optional<llvm::json::Object> describe(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  std::string dtype = dtypeName(shaped ? shaped.getElementType() : type);
  if (dtype.empty() || (shaped && (!shaped.hasRank() || isa<VectorType>(type))))
    return std::nullopt;
  llvm::json::Object object{{"kind", shaped ? "memref" : "scalar"}, {"dtype", dtype}};
  if (!shaped)
    return object;
  if (auto memref = dyn_cast<MemRefType>(type); memref && !memref.getLayout().isIdentity())
    return std::nullopt;
  llvm::json::Array shape;
  for (int64_t size : shaped.getShape())
    shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
  object["shape"] = std::move(shape);
  return object;
}

/// Signature of `function` as JSON; nothing, after a remark, if a type cannot be described.
std::optional<std::string> signatureOf(func::FuncOp function) {
  auto cannot = [&](Type type) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    remark::missed(function.getLoc(), kEvent)
        << remark::reason("'{0}' has no signature: the type {1} cannot be described", function.getSymName(), text);
    return std::nullopt;
  };
  llvm::json::Array arguments, results;
  for (Type type : function.getArgumentTypes()) {
    std::optional<llvm::json::Object> object = describe(type);
    if (!object)
      return cannot(type);
    // A function on memrefs may write to any of them; one on tensors never does.
    if (isa<MemRefType>(type))
      (*object)["mutated"] = true;
    arguments.push_back(std::move(*object));
  }
  for (Type type : function.getResultTypes()) {
    std::optional<llvm::json::Object> object = describe(type);
    if (!object)
      return cannot(type);
    auto tensor = dyn_cast<RankedTensorType>(type);
    (*object)["passing"] = tensor && tensor.hasStaticShape() ? "out" : "returned";
    results.push_back(std::move(*object));
  }
  llvm::json::Object signature{{"function", function.getSymName()},
                               {"version", 1},
                               {"arguments", std::move(arguments)},
                               {"results", std::move(results)}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(signature));
  return text;
}

struct DescribeEntryPointsPass final : lexon::impl::DescribeEntryPointsPassBase<DescribeEntryPointsPass> {
  using DescribeEntryPointsPassBase::DescribeEntryPointsPassBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.isPublic() || function.isExternal())
        continue;
      function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(), UnitAttr::get(&getContext()));
      if (function->hasAttr("lexon.signature"))
        continue;
      if (std::optional<std::string> signature = signatureOf(function)) {
        function->setAttr("lexon.signature", StringAttr::get(&getContext(), *signature));
        remark::passed(function.getLoc(), kEvent) << function.getSymName();
      }
    }
  }
};
} // namespace
