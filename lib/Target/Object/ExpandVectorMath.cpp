//===- ExpandVectorMath.cpp - vector intrinsics as library calls ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// LLVM calls a vector function only for exactly as many lanes as the function has; any other vector becomes one scalar
// call per lane. MLIR's vectors have the sizes of the program's tiles, so here they are cut into, or padded to, what
// the library offers. f16 and bf16 are computed as f32.
//
//===----------------------------------------------------------------------===//

#include "VectorMath.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {
class Expander {
public:
  Expander(Function &function, const TargetLibraryInfo &library) : function(function), library(library) {}

  bool run() {
    SmallVector<IntrinsicInst *> intrinsics;
    for (Instruction &instruction : instructions(function))
      if (auto *intrinsic = dyn_cast<IntrinsicInst>(&instruction); intrinsic && isCandidate(*intrinsic))
        intrinsics.push_back(intrinsic);
    for (IntrinsicInst *intrinsic : intrinsics)
      expand(*intrinsic);

    SmallVector<CallInst *> powers;
    for (Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallInst>(&instruction); call && isVectorPower(*call))
        powers.push_back(call);
    for (CallInst *power : powers)
      correctPower(*power);
    return !intrinsics.empty() || !powers.empty();
  }

private:
  /// The type the library computes in.
  static Type *getComputeType(Type *element) {
    return element->is16bitFPTy() ? Type::getFloatTy(element->getContext()) : element;
  }

  std::string getScalarName(const IntrinsicInst &intrinsic, Type *element) const {
    return (Intrinsic::getBaseName(intrinsic.getIntrinsicID()) + (element->isFloatTy() ? ".f32" : ".f64")).str();
  }

  const VecDesc *find(StringRef scalar, unsigned lanes) const {
    return library.getVectorMappingInfo(scalar, ElementCount::getFixed(lanes), /*Masked=*/false);
  }

  /// Lanes of the function to use for `rest` values: the fewest that hold them all, else the most there are. 0 if the
  /// library has none.
  unsigned chooseLanes(StringRef scalar, Type *element, unsigned rest) const {
    unsigned bits = function.getFnAttributeAsParsedInteger("prefer-vector-width", 512);
    unsigned best = 0;
    for (unsigned lanes = 2; lanes * element->getPrimitiveSizeInBits() <= std::max(bits, 128u); lanes *= 2)
      if (find(scalar, lanes) && best < rest)
        best = lanes;
    return best;
  }

  bool isCandidate(const IntrinsicInst &intrinsic) const {
    auto *type = dyn_cast<FixedVectorType>(intrinsic.getType());
    if (!type || type->getNumElements() < 2 || !type->getElementType()->isFloatingPointTy())
      return false;
    Type *element = getComputeType(type->getElementType());
    if (!element->isFloatTy() && !element->isDoubleTy())
      return false;
    if (!all_of(intrinsic.args(), [&](const Use &argument) { return argument->getType() == type; }))
      return false;
    return chooseLanes(getScalarName(intrinsic, element), element, type->getNumElements()) != 0;
  }

  void expand(IntrinsicInst &intrinsic) {
    IRBuilder<> builder(&intrinsic);
    builder.setFastMathFlags(intrinsic.getFastMathFlags());
    auto *type = cast<FixedVectorType>(intrinsic.getType());
    Type *element = getComputeType(type->getElementType());
    auto *computeType = FixedVectorType::get(element, type->getNumElements());
    std::string scalar = getScalarName(intrinsic, element);
    SmallVector<Value *> arguments;
    for (Value *argument : intrinsic.args())
      arguments.push_back(builder.CreateFPCast(argument, computeType));

    Value *result = nullptr;
    unsigned count = type->getNumElements();
    for (unsigned begin = 0, lanes; begin < count; begin += lanes) {
      lanes = chooseLanes(scalar, element, count - begin);
      Value *piece = callPiece(builder, *find(scalar, lanes), element, arguments, begin);
      result = insertPiece(builder, result, piece, count, begin);
    }
    intrinsic.replaceAllUsesWith(builder.CreateFPCast(result, type));
    intrinsic.eraseFromParent();
  }

  Value *callPiece(IRBuilder<> &builder, const VecDesc &target, Type *element, ArrayRef<Value *> arguments,
                   unsigned begin) {
    unsigned lanes = target.getVectorizationFactor().getFixedValue();
    unsigned count = cast<FixedVectorType>(arguments.front()->getType())->getNumElements();
    // Lanes past the end repeat the last value: an undefined one may take the library's slow path.
    SmallVector<int> mask;
    for (unsigned lane = 0; lane < lanes; ++lane)
      mask.push_back(std::min(begin + lane, count - 1));
    SmallVector<Value *> pieces;
    for (Value *argument : arguments)
      pieces.push_back(lanes == count ? argument : builder.CreateShuffleVector(argument, mask));

    auto *type = FixedVectorType::get(element, lanes);
    SmallVector<Type *> types(pieces.size(), type);
    FunctionCallee callee =
        function.getParent()->getOrInsertFunction(target.getVectorFnName(), FunctionType::get(type, types, false));
    CallInst *call = builder.CreateCall(callee, pieces);
    call->setDoesNotThrow();
    call->setDoesNotAccessMemory();
    call->addFnAttr(Attribute::WillReturn);
    return call;
  }

  /// Puts `piece` at `begin` of a vector of `count` values, of which `result` holds those before.
  static Value *insertPiece(IRBuilder<> &builder, Value *result, Value *piece, unsigned count, unsigned begin) {
    unsigned lanes = cast<FixedVectorType>(piece->getType())->getNumElements();
    if (lanes == count)
      return piece;
    SmallVector<int> spread, mask;
    for (unsigned i = 0; i < count; ++i) {
      bool inPiece = i >= begin && i < begin + lanes;
      spread.push_back(inPiece ? i - begin : PoisonMaskElem);
      mask.push_back(inPiece ? count + i : i < begin ? i : PoisonMaskElem);
    }
    Value *wide = builder.CreateShuffleVector(piece, spread);
    return result ? builder.CreateShuffleVector(result, wide, mask) : wide;
  }

  static bool isVectorPower(const CallInst &call) {
    const Function *callee = call.getCalledFunction();
    StringRef name = callee ? callee->getName() : "";
    return name.starts_with("_ZGV") && (name.ends_with("vv_pow") || name.ends_with("vv_powf")) &&
           !(isa<FPMathOperator>(call) && call.hasNoNaNs());
  }

  /// libmvec's pow gives NaN for pow(NaN, 0) and pow(1, NaN), which C and PyTorch define as 1 (measured with glibc
  /// 2.36; all else agrees).
  static void correctPower(CallInst &call) {
    IRBuilder<> builder(call.getNextNode());
    Type *type = call.getType();
    Value *one = ConstantFP::get(type, 1.0);
    Value *isOne = builder.CreateOr(builder.CreateFCmpOEQ(call.getArgOperand(0), one),
                                    builder.CreateFCmpOEQ(call.getArgOperand(1), ConstantFP::get(type, 0.0)));
    Value *result = builder.CreateSelect(isOne, one, &call);
    call.replaceUsesWithIf(result, [&](Use &use) { return use.getUser() != result; });
  }

  Function &function;
  const TargetLibraryInfo &library;
};
} // namespace

PreservedAnalyses lexon::ExpandVectorMathPass::run(Function &function, FunctionAnalysisManager &analyses) {
  bool changed = Expander(function, analyses.getResult<TargetLibraryAnalysis>(function)).run();
  if (!changed)
    return PreservedAnalyses::all();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
