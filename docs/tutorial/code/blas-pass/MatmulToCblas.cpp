//===- MatmulToCblas.cpp - step 3: calls where they are right -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A product becomes a call only if everything that CBLAS needs is known to hold. All others stay as they are, with a
// remark that says why.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {
// From cblas.h.
constexpr int32_t kRowMajor = 101, kNoTrans = 111;

constexpr auto kEvent = remark::RemarkOpts::name("called").category("matmul-to-cblas");

/// A matrix as CBLAS sees it: rows that are contiguous, `leading` elements apart, from `offset` elements after the
/// aligned pointer on.
struct Matrix {
  int64_t rows, columns, leading, offset;
};

/// Reads the matrix from a memref's type; or says in `why` what CBLAS could not express.
std::optional<Matrix> readMatrix(Value value, std::string &why) {
  auto refuse = [&](const char *reason) {
    why = reason;
    return std::nullopt;
  };
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type)
    return refuse("operands are tensors; run it after bufferization");
  if (type.getMemorySpace())
    return refuse("operands are in another memory space");
  if (!type.hasStaticShape())
    return refuse("a size is not known");
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (failed(type.getStridesAndOffset(strides, offset)) || ShapedType::isDynamic(offset) ||
      llvm::any_of(strides, ShapedType::isDynamic))
    return refuse("a stride or an offset is not known");
  Matrix matrix{type.getDimSize(0), type.getDimSize(1), strides[0], offset};
  if (strides[1] != 1 && matrix.columns > 1)
    return refuse("the elements of a row are not adjacent");
  if (matrix.rows <= 1) // the distance to the next row means nothing, but CBLAS checks it
    matrix.leading = matrix.columns;
  if (matrix.leading < matrix.columns)
    return refuse("rows overlap");
  matrix.leading = std::max<int64_t>(matrix.leading, 1);
  if (matrix.rows > INT32_MAX || matrix.leading > INT32_MAX)
    return refuse("a size does not fit into CBLAS's 32-bit integers");
  return matrix;
}

/// A product of which all is known that a call needs.
struct Product {
  Matrix a, b, c;
  Type element;
};

/// Everything is checked here, before anything changes.
std::optional<Product> match(linalg::MatmulOp op, std::string &why) {
  Value a = op.getInputs()[0], b = op.getInputs()[1], c = op.getOutputs()[0];
  Type element = getElementTypeOrSelf(c);
  if (getElementTypeOrSelf(a) != element || getElementTypeOrSelf(b) != element)
    return why = "element types differ", std::nullopt;
  if (!element.isF32() && !element.isF64())
    return why = "BLAS knows f32 and f64 only", std::nullopt;
  if (op.hasUserDefinedMaps())
    return why = "an operand is transposed or broadcast by its indexing map", std::nullopt;
  if (c == a || c == b)
    return why = "the output is an input, too", std::nullopt;
  std::optional<Matrix> first = readMatrix(a, why), second, out;
  if (first)
    second = readMatrix(b, why);
  if (second)
    out = readMatrix(c, why);
  if (!out)
    return std::nullopt;
  return Product{*first, *second, *out, element};
}

/// Creates the call in front of `op`.
struct CallBuilder {
  CallBuilder(linalg::MatmulOp op) : op(op), builder(op), loc(op.getLoc()) {}

  Value integer(int64_t value) { return arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), value); }
  Value pointer(Value memref, const Matrix &matrix) {
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
    int64_t bytes = matrix.offset * cast<MemRefType>(memref.getType()).getElementTypeBitWidth() / 8;
    Value skip = arith::ConstantIndexOp::create(builder, loc, bytes);
    Value start = arith::AddIOp::create(builder, loc, address, skip);
    Value bits = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), start);
    return LLVM::IntToPtrOp::create(builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), bits);
  }

  SmallVector<Value> arguments(const Product &product) {
    Value one = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(product.element, 1));
    SmallVector<Value> values = {integer(kRowMajor),
                                 integer(kNoTrans),
                                 integer(kNoTrans),
                                 integer(product.c.rows),
                                 integer(product.c.columns),
                                 integer(product.a.columns),
                                 one};
    values.append({pointer(op.getInputs()[0], product.a), integer(product.a.leading)});
    values.append({pointer(op.getInputs()[1], product.b), integer(product.b.leading)});
    values.push_back(one); // beta: linalg.matmul adds to its output
    values.append({pointer(op.getOutputs()[0], product.c), integer(product.c.leading)});
    return values;
  }

  linalg::MatmulOp op;
  OpBuilder builder;
  Location loc;
};

struct MatmulToCblasPass : PassWrapper<MatmulToCblasPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MatmulToCblasPass)

  StringRef getArgument() const override { return "matmul-to-cblas"; }
  StringRef getDescription() const override { return "Turn linalg.matmul on memrefs into calls of cblas_?gemm"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    SmallVector<linalg::MatmulOp> matmuls;
    getOperation()->walk([&](linalg::MatmulOp op) { matmuls.push_back(op); });
    for (linalg::MatmulOp op : matmuls) {
      std::string why;
      if (std::optional<Product> product = match(op, why)) {
        if (failed(replace(op, *product)))
          return signalPassFailure();
      } else {
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", why);
      }
    }
  }

  LogicalResult replace(linalg::MatmulOp op, const Product &product) {
    StringRef name = product.element.isF64() ? "cblas_dgemm" : "cblas_sgemm";
    CallBuilder make(op);
    SmallVector<Value> arguments = make.arguments(product);
    FailureOr<func::FuncOp> function = declare(op, name, ValueRange(arguments).getTypes());
    if (failed(function))
      return failure();
    func::CallOp::create(make.builder, op.getLoc(), *function, arguments);
    remark::passed(op.getLoc(), kEvent) << name;
    op.erase();
    return success();
  }

  /// The declaration of that function, made at its first call. Somebody else may have taken the name.
  FailureOr<func::FuncOp> declare(linalg::MatmulOp op, StringRef name, TypeRange types) {
    OpBuilder builder = OpBuilder::atBlockBegin(getOperation().getBody());
    FunctionType type = builder.getFunctionType(types, TypeRange());
    if (Operation *taken = getOperation().lookupSymbol(name)) {
      auto function = dyn_cast<func::FuncOp>(taken);
      if (function && function.getFunctionType() == type)
        return function;
      InFlightDiagnostic error = op.emitOpError() << "needs the function '" << name << "'";
      error.attachNote(taken->getLoc()) << "which is something else here";
      return failure();
    }
    auto function = func::FuncOp::create(builder, getOperation().getLoc(), name, type);
    function.setPrivate();
    return function;
  }
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "matmul-to-cblas", "1", [] { PassRegistration<MatmulToCblasPass>(); }};
}
