//===- AttentionExpression.h - what an element of a tensor is ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Elementwise operations may be fused or not, and reshapes stand between them where they like. So a pattern is matched
// on the scalar expression for one element of a tensor: the tree of arithmetic over all of them.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONEXPRESSION_H
#define LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONEXPRESSION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SetVector.h"
#include <memory>
#include <optional>

namespace lexon::core {
using mlir::Value;

/// Indices. A reshape that splits a dimension splits its atom into parts, for everything that is indexed by it.
class Atoms {
public:
  unsigned add(int64_t size) {
    atoms.push_back({size, {}});
    return atoms.size() - 1;
  }
  int64_t size(unsigned atom) const { return atoms[atom].size; }
  /// The unsplit atoms that `list` consists of, outermost first.
  llvm::SmallVector<unsigned> resolve(llvm::ArrayRef<unsigned> list) const;
  /// Cuts `list` into dimensions of the given sizes, splitting where necessary. Nothing if the sizes do not fit or are
  /// not known.
  std::optional<llvm::SmallVector<llvm::SmallVector<unsigned>>> partition(llvm::ArrayRef<unsigned> list,
                                                                          llvm::ArrayRef<int64_t> sizes);

private:
  struct Atom {
    int64_t size;
    llvm::SmallVector<unsigned> parts;
  };
  llvm::SmallVector<Atom> atoms;
};

/// The atoms that index each dimension of a tensor, none for a dimension of size 1.
using Layout = llvm::SmallVector<llvm::SmallVector<unsigned>>;

struct Expression {
  enum class Kind { Constant, Tensor, Operation };
  Kind kind;
  double constant = 0;
  mlir::Operation *op = nullptr;
  llvm::SmallVector<const Expression *> operands;
  /// The tensor that this is an element of, where it is one.
  Value tensor;
  Layout layout;
};

/// A reduction: the expression of what is combined, and the indices it runs over.
struct Reduction {
  mlir::Operation *combiner;
  const Expression *element;
  double init;
  llvm::SmallVector<unsigned> over;
};

class ExpressionBuilder {
public:
  Atoms atoms;
  /// Operations looked through.
  llvm::SetVector<mlir::Operation *> seen;

  /// The element of `tensor` at `layout`.
  const Expression *build(Value tensor, const Layout &layout);
  /// `expression`, a tensor's element, as a reduction with a constant initial value, if it is one.
  std::optional<Reduction> reduction(const Expression *expression);
  /// One step backwards: the tensor that `value` is a reshape or a transpose of, and its layout; with `factor`, also
  /// the tensor that it is a multiple of.
  bool stepBack(Value &value, Layout &layout, double *factor = nullptr);
  /// True if both are the same for all values of the atoms, those `free` in `y` standing for any of `x`.
  bool equal(const Expression *x, const Expression *y, llvm::ArrayRef<unsigned> free);
  /// The atoms of the loops of `op`, whose result has `layout`; new ones for other loops.
  std::optional<Layout> loopsOf(mlir::linalg::LinalgOp op, const Layout &layout,
                                llvm::SmallVectorImpl<unsigned> *created = nullptr);
  /// Without conversions between floating-point types.
  static const Expression *strip(const Expression *expression);

private:
  const Expression *make(Expression expression);
  const Expression *buildScalar(Value scalar, mlir::linalg::LinalgOp op, const Layout &loops);
  bool sameLayout(const Layout &x, const Layout &y, llvm::ArrayRef<unsigned> free,
                  llvm::SmallVectorImpl<std::pair<unsigned, unsigned>> &bound);
  bool equal(const Expression *x, const Expression *y, llvm::ArrayRef<unsigned> free,
             llvm::SmallVectorImpl<std::pair<unsigned, unsigned>> &bound);
  llvm::SmallVector<std::unique_ptr<Expression>> all;
};

/// The value of a floating-point or integer constant, or of a tensor that is filled with one.
std::optional<double> constantOf(Value value);
} // namespace lexon::core

#endif // LEXON_DIALECT_LEXON_TRANSFORMS_ATTENTIONEXPRESSION_H
