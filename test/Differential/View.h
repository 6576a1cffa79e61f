//===- View.h - what views mean, as address arithmetic ----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The harness' own reading of memref and tensor views. It shares nothing with MLIR's: a mistake in a lowering must not
// be repeated in the reference.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_VIEW_H
#define LEXON_TEST_DIFFERENTIAL_VIEW_H

#include "Plan.h"

namespace lexon::differential {

/// Elements of a buffer: element (i, j, ...) is at offset + i * strides[0] + j * strides[1] + ...
struct View {
  int64_t offset = 0;
  std::vector<int64_t> sizes, strides;

  int64_t count() const;
  /// Lowest and highest position of an element; only if count() > 0.
  std::pair<int64_t, int64_t> range() const;
};

/// Sizes after 0, 1, ... steps: of the buffer first, of the last view last. `concrete`: dynamic slots count as known.
std::vector<std::vector<Extent>> sizesAlong(const Function &function, unsigned operand, bool concrete);

/// Strides of the buffer that a function is given.
std::vector<Extent> layoutStrides(const Layout &layout, const std::vector<Extent> &sizes, bool concrete);

/// The buffer, and what the views make of it (padding aside). Of a function with values in all slots.
View baseView(const Function &function, unsigned operand);
View lastView(const Function &function, unsigned operand);

/// Visits each element's position in row-major order of the indices.
template <typename Visitor> void forEachElement(const View &view, Visitor &&visit) {
  if (view.count() == 0)
    return;
  std::vector<int64_t> index(view.sizes.size(), 0);
  int64_t position = view.offset;
  while (true) {
    visit(position, index);
    size_t axis = index.size();
    while (axis > 0 && ++index[axis - 1] == view.sizes[axis - 1]) {
      position -= (view.sizes[axis - 1] - 1) * view.strides[axis - 1];
      index[--axis] = 0;
    }
    if (axis == 0)
      return;
    position += view.strides[axis - 1];
  }
}

/// The index arguments of a function, in order, as (stated in the program?, value): one for each unstated number that
/// its views need. `concrete` must be a case of `function`.
std::vector<int64_t> indexArguments(const Function &function, const Function &concrete);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_VIEW_H
