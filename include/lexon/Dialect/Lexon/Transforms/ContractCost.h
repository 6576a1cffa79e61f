//===- ContractCost.h - what a contraction on tensors will take --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Kernels are chosen on buffers; whether to pack, or to call a library, has to be decided before. So the kernels are
// chosen for trial, for operands that become contiguous buffers.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_CONTRACTCOST_H
#define LEXON_DIALECT_LEXON_TRANSFORMS_CONTRACTCOST_H

#include "lexon/Kernel/MatmulKernel.h"

namespace lexon::core {

/// What a `lexon.contract` is expected to take, in cycles of one core: by a kernel on its rhs as it is, or by kernels
/// on panels of it, and the copy into these.
struct ContractCost {
  double asItIs = 0, onPanels = 0, copy = 0;

  /// The copy needs memory, too: a few percent are not worth it.
  bool isPackedBetter() const { return onPanels + copy < 0.95 * asItIs; }
  std::string text() const;
};

/// The cost of `contract`, on tensors, if its rhs is packed by `panel` columns; nothing, with a `reason`, if that
/// cannot be said.
std::optional<ContractCost> expectedContractCost(ContractOp contract, int64_t panel, const MatmulTarget &target,
                                                 std::string &reason);

/// The cycles of the kernel that will be chosen for `contraction`, on tensors; nothing if there is none.
std::optional<double> expectedCycles(mlir::Operation *contraction, const MatmulTarget &target);

/// True if `value` is a constant argument of its function, or a part of one: a weight.
bool isConstant(mlir::Value value);

} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_CONTRACTCOST_H
