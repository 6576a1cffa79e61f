//===- DescribeEntryPoints.cpp - signatures of public functions -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"
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
using lexon::core::kConstantAttr;

namespace {
/// On a function: the name of the public function that puts its constants into the order it wants them in, and the name
/// of that order.
constexpr StringLiteral kPrepareAttr = "lexon.prepare", kLayoutAttr = "lexon.prepared_layout";
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
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    std::optional<llvm::json::Object> object = describe(type);
    if (!object)
      return cannot(type);
    // A function on memrefs may write to any of them but its constants; one on tensors never does.
    if (function.getArgAttr(index, kConstantAttr))
      (*object)["constant"] = true;
    else if (isa<MemRefType>(type))
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
  if (auto prepare = function->getAttrOfType<StringAttr>(kPrepareAttr)) {
    signature["prepare"] = prepare.getValue();
    signature["prepared_layout"] = function->getAttrOfType<StringAttr>(kLayoutAttr).getValue();
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(signature));
  return text;
}

/// Whether `prepare` takes what `function` has as constants and gives as much of the same types.
bool preparesConstants(func::FuncOp prepare, func::FuncOp function) {
  SmallVector<Type> constants;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (function.getArgAttr(index, kConstantAttr))
      constants.push_back(type);
  return llvm::equal(prepare.getArgumentTypes(), constants) && llvm::equal(prepare.getResultTypes(), constants) &&
         llvm::all_of(constants, [](Type type) {
           auto tensor = dyn_cast<RankedTensorType>(type);
           return tensor && tensor.hasStaticShape();
         });
}

/// Refuses attributes that would make a signature nobody can follow.
LogicalResult checkConstants(func::FuncOp function) {
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (function.getArgAttr(index, kConstantAttr) && !isa<TensorType, BaseMemRefType>(type))
      return function.emitOpError() << "argument #" << index << " is a scalar and cannot be '" << kConstantAttr << "'";
  if (!function->hasAttr(kPrepareAttr) && !function->hasAttr(kLayoutAttr))
    return success();
  auto name = function->getAttrOfType<StringAttr>(kPrepareAttr);
  auto layout = function->getAttrOfType<StringAttr>(kLayoutAttr);
  if (!name || !layout || layout.getValue().empty())
    return function.emitOpError() << "needs both '" << kPrepareAttr << "' and '" << kLayoutAttr << "', two strings";
  auto prepare = function->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(name.getValue());
  if (!prepare || !prepare.isPublic() || prepare.isExternal())
    return function.emitOpError() << "'" << kPrepareAttr << "' names '" << name.getValue()
                                  << "', which is not a public function of this module";
  // One with a signature of its own may pass its results in another way; the runtime compares the signatures.
  if (prepare->hasAttr("lexon.signature") || preparesConstants(prepare, function))
    return success();
  InFlightDiagnostic diagnostic = function.emitOpError()
                                  << "'" << name.getValue() << "' does not prepare its constants";
  diagnostic.attachNote(prepare.getLoc())
      << "it must take every '" << kConstantAttr << "' argument, a tensor of fixed shape, and return the same types";
  return diagnostic;
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
      if (failed(checkConstants(function)))
        return signalPassFailure();
      if (std::optional<std::string> signature = signatureOf(function)) {
        function->setAttr("lexon.signature", StringAttr::get(&getContext(), *signature));
        remark::passed(function.getLoc(), kEvent) << function.getSymName();
      }
    }
  }
};
} // namespace
