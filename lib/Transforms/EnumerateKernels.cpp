//===- EnumerateKernels.cpp - a program of kernels to measure -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Kernel/KernelTable.h"
#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace lexon {
#define GEN_PASS_DEF_ENUMERATEKERNELSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("enumerated").category("enumerate-kernels");

struct EnumerateKernelsPass final : lexon::impl::EnumerateKernelsPassBase<EnumerateKernelsPass> {
  using EnumerateKernelsPassBase::EnumerateKernelsPassBase;

  /// Why a contraction cannot be a function of its own; empty if it can.
  static std::string reasonAgainst(const lexon::Contraction &contraction) {
    for (Type type : contraction.op->getOperandTypes())
      if (auto memref = dyn_cast<MemRefType>(type)) {
        if (!memref.hasStaticShape())
          return "its size is not static";
        if (!memref.getLayout().isIdentity())
          return "an operand is a part of a larger buffer";
      } else if (!type.isIntOrIndexOrFloat()) {
        return "an operand is no memref";
      }
    return "";
  }

  /// A function that does what `op` does on arguments of its own, by the given kernel.
  static void addFunction(OpBuilder &builder, Operation *op, StringRef name, DictionaryAttr kernel) {
    // Scalars (a factor that multiplies each product) stay out of the signature: which number does not matter.
    SmallVector<Type> types;
    for (Value operand : op->getOperands())
      if (isa<MemRefType>(operand.getType()))
        types.push_back(operand.getType());
    auto function = func::FuncOp::create(builder, op->getLoc(), name, builder.getFunctionType(types, {}));
    Block *body = function.addEntryBlock();
    OpBuilder inside = OpBuilder::atBlockBegin(body);
    IRMapping mapping;
    unsigned next = 0;
    for (Value operand : op->getOperands()) {
      if (isa<MemRefType>(operand.getType()))
        mapping.map(operand, body->getArgument(next++));
      else if (!mapping.contains(operand))
        mapping.map(operand,
                    arith::ConstantOp::create(inside, op->getLoc(), inside.getOneAttr(operand.getType())).getResult());
    }
    Operation *copy = inside.clone(*op, mapping);
    copy->setAttr("lexon.kernel", kernel);
    func::ReturnOp::create(inside, op->getLoc());
  }

  LogicalResult writeList(llvm::json::Array entries) {
    if (list.empty())
      return success();
    std::error_code error;
    llvm::raw_fd_ostream os(list, error);
    if (!error) {
      os << llvm::json::Value(std::move(entries)) << '\n';
      os.close();
      error = os.error();
      os.clear_error();
    }
    if (error)
      return emitError(getOperation().getLoc(), "option 'list': " + list + ": " + error.message());
    return success();
  }

  void runOnOperation() override {
    const lexon::MatmulTarget target{vectorBits, vectorRegisters, cacheBytes, bf16Products, threads};
    OwningOpRef<ModuleOp> measured = ModuleOp::create(getOperation().getLoc());
    OpBuilder builder = OpBuilder::atBlockBegin(measured->getBody());
    llvm::StringSet<> seen;
    llvm::json::Array entries;
    getOperation().walk([&](Operation *op) {
      if (!isa<linalg::LinalgOp, lexon::core::ContractOp>(op))
        return;
      FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
      if (failed(contraction))
        return;
      std::string description = lexon::describeContraction(*contraction, threads);
      if (!seen.insert(description).second)
        return;
      std::string reason = reasonAgainst(*contraction);
      SmallVector<lexon::MatmulKernel> kernels;
      if (reason.empty())
        kernels = lexon::enumerateMatmulKernels(*contraction, target, reason);
      if (kernels.empty()) {
        remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", reason);
        return;
      }
      remark::passed(op->getLoc(), kEvent) << (std::to_string(kernels.size()) + " kernels for " + description);
      for (auto [index, kernel] : llvm::enumerate(kernels)) {
        std::string name = llvm::formatv("contraction{0}_kernel{1}", seen.size() - 1, index);
        DictionaryAttr attribute = lexon::toAttribute(&getContext(), kernel);
        addFunction(builder, op, name, attribute);
        std::string text;
        llvm::raw_string_ostream(text) << attribute;
        entries.push_back(
            llvm::json::Object{{"function", name}, {"contraction", description}, {"kernel", std::move(text)}});
      }
    });
    if (failed(writeList(std::move(entries))))
      return signalPassFailure();
    getOperation().getBodyRegion().takeBody(measured->getBodyRegion());
  }
};
} // namespace
